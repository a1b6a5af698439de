"""From arrays to what `fit` eats: batches that are shuffled anew in every epoch, made while the last one is being learned."""

import numpy as np

from dlcourse.endings import prompt


def pipeline(x, y=None, batch_size=32, shuffle=True, seed=0, augment=None):
    """A `tf.data.Dataset` of batches of `x`, or of (x, y) pairs.

    The arrays are held once, and that is the cache: `.cache()` would hold them twice and freeze the order of the first epoch. Only row
    numbers are shuffled, by `seed` and differently in every epoch, and whole batches are gathered ahead of time. `augment` is a
    Keras layer or a function that changes a batch of `x`, such as `augmentation()`; what it does is new in every epoch.

    >>> x, y = np.arange(10.0), np.arange(10)
    >>> [len(batch) for batch, _ in pipeline(x, y, batch_size=4)]
    [4, 4, 2]
    """
    import tensorflow as tf

    x, y = np.asarray(x), None if y is None else np.asarray(y)
    if y is not None and len(x) != len(y):
        raise ValueError(f"x has {len(x)} rows and y {len(y)}: give one label for each")
    if not len(x) or batch_size < 1:
        raise ValueError(f"there are no batches in {len(x)} rows with batch_size={batch_size}: give at least one of each")
    x, y = tf.constant(x), None if y is None else tf.constant(y)

    def gather(rows):
        batch = tf.gather(x, rows)
        batch = batch if augment is None else augment(batch)
        return batch if y is None else (batch, tf.gather(y, rows))

    rows = tf.data.Dataset.range(len(x))
    rows = rows.shuffle(len(x), seed=seed, reshuffle_each_iteration=True) if shuffle else rows
    batches = rows.batch(batch_size).map(gather, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True)
    return prompt(batches.prefetch(tf.data.AUTOTUNE))


def augmentation(shift=0.1, rotate=0.05, zoom=0.1, flip=False, seed=0):
    """Keras layers that move pictures a little, differently each time: shares of the height, of a full turn, of the size.

    >>> pictures = np.zeros((2, 28, 28, 1), "float32")
    >>> augmentation()(pictures, training=True).shape
    TensorShape([2, 28, 28, 1])
    """
    import keras

    layers = [keras.layers.RandomTranslation(shift, shift, fill_mode="constant", seed=seed),
              keras.layers.RandomRotation(rotate, fill_mode="constant", seed=seed + 1),
              keras.layers.RandomZoom(zoom, fill_mode="constant", seed=seed + 2)]
    if flip:
        layers.append(keras.layers.RandomFlip("horizontal", seed=seed + 3))
    return keras.Sequential(layers, name="augmentation")
