"""`fit`, `evaluate` and `predict` end with their last batch: without TensorFlow's tuner, they do not wait for anything after it.

The tuner looks again and again how many batches to make ahead, each time after twice the pause. Told to stop, its thread may miss
the call and sleep on, and all wait for it: a training of 3 seconds ends after 5.1, one of 6 after 10.2 (`benchmarks/endings.py`).
"""

import functools


def prompt(batches):
    """The same `tf.data.Dataset`, not tuned.

    >>> import tensorflow as tf
    >>> [int(number) for number in prompt(tf.data.Dataset.range(3))]
    [0, 1, 2]
    """
    import tensorflow as tf

    options = tf.data.Options()
    options.autotune.enabled = False
    return batches.with_options(options)


def end_promptly():
    """Have Keras read arrays so; a Keras that reads them in another way stays as it is.

    >>> end_promptly()
    """
    try:
        from keras.src.trainers.data_adapters.array_data_adapter import ArrayDataAdapter
        made = ArrayDataAdapter.get_tf_dataset
    except (ImportError, AttributeError):
        return
    if not hasattr(made, "__wrapped__"):
        ArrayDataAdapter.get_tf_dataset = functools.wraps(made)(lambda adapter: prompt(made(adapter)))
