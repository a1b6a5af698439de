"""Show and Tell: a network that sees shows the picture, once, to a network that writes, and that tells what is there."""

import keras
from keras import layers, ops

from dlcourse.models._published import published
from dlcourse.models._writing import Writer
from dlcourse.models.sequences.lstm import LSTMCell


def stages(x, backbone):
    """Two convolutions for each number of filters, the first of which halves the picture; then one row of what is seen where.

    >>> stages(keras.Input((32, 32, 3)), (8, 16)).shape
    (None, 1024)
    """
    for stage, filters in enumerate(backbone, start=1):
        for number in (1, 2):
            x = layers.Conv2D(filters, 3, 3 - number, padding="same", use_bias=False, name=f"stage{stage}_conv{number}")(x)
            x = layers.BatchNormalization(momentum=0.9, name=f"stage{stage}_bn{number}")(x)
            x = layers.ReLU(name=f"stage{stage}_relu{number}")(x)
    return layers.Flatten(name="row")(x)


@keras.saving.register_keras_serializable(package="dlcourse")
class Teller(Writer):
    """A Writer that looks at each picture once, however long it tells.

    >>> ShowAndTell(input_shape=(16, 16, 3), vocabulary=9, units=4, backbone=(4,)).write(ops.ones((2, 16, 16, 3)), length=5).shape
    (2, 5)
    """

    def parts(self):
        """From pictures to what is shown of them, and from that and what is written to the next word.

        >>> ShowAndTell(input_shape=(6,), vocabulary=9, units=4).parts()[0].output_shape
        (None, 4)
        """
        shown = self.get_layer("shown").output
        return keras.Model(self.inputs[0], shown), keras.Model([shown, self.inputs[1]], self.output)


@published(
    paper="Vinyals, Toshev, Bengio & Erhan 2015, Show and tell: a neural image caption generator, CVPR",
    url="https://arxiv.org/abs/1411.4555",
    says="an LSTM of 512 that sees the picture once, before the first word; 27.7 BLEU-4 on COCO",
    parameters=15_447_776,
    note="counted as in the authors' im2txt: 2,048 features of a picture from Inception v3, 12,000 words; without that network itself. "
         "benchmarks/sequences.py: .81 to .82 of 12,000 captions of scenes without an error, after learning to see; five seeds, 4 minutes on 2 cores",
    small={"input_shape": (8, 8, 3), "vocabulary": 9, "units": 6, "backbone": (4, 4)},
)
def ShowAndTell(input_shape=(2048,), vocabulary=12_000, units=512, backbone=None, name="show_and_tell"):
    """Reads `[picture, written]`: features that another network has found, or, with a `backbone=(16, 32, 64)`, pictures themselves.

    `fit([x, shifted(y)], y)` teaches it, token 0 begins and ends; `write(x, length, beams=3)` tells.

    >>> ShowAndTell(input_shape=(64, 64, 3), vocabulary=40, units=64, backbone=(8, 16, 32)).output_shape
    (None, None, 40)
    """
    if len(input_shape) != (3 if backbone else 1):
        raise ValueError(f"input_shape={input_shape}: give (features,), or with a backbone such as (16, 32, 64) (height, width, channels)")
    if vocabulary < 2 or units < 1:
        raise ValueError(f"vocabulary={vocabulary}, units={units}: give at least 2 words and 1 cell")
    picture, written = keras.Input(input_shape, name="picture"), keras.Input((None,), dtype="int32", name="written")
    seen = stages(picture, backbone) if backbone else picture
    shown = layers.Dense(units, use_bias=False, name="shown")(seen)
    words = layers.Embedding(vocabulary, units, name="words")(written)
    told = layers.Concatenate(axis=1, name="picture_first")([ops.expand_dims(shown, 1), words])
    told = layers.RNN(LSTMCell(units), return_sequences=True, name="teller")(told)[:, 1:]
    return Teller([picture, written], layers.Dense(vocabulary, "softmax", dtype="float32", name="out")(told), name=name)
