"""What all networks share that write: token 0 stands before the first word and after the last, and each word hangs on those before."""

import keras
import numpy as np


def shifted(tokens):
    """What has been written when each token comes: rows of tokens, one place to the right, behind a 0.

    >>> shifted([[5, 7, 9]])
    array([[0, 5, 7]])
    """
    tokens = np.asarray(tokens)
    if tokens.ndim != 2 or tokens.dtype.kind not in "iu":
        raise ValueError(f"tokens have shape {tokens.shape} and type {tokens.dtype}: give rows of whole numbers, (texts, length)")
    return np.pad(tokens, ((0, 0), (1, 0)))[:, :-1]


@keras.saving.register_keras_serializable(package="dlcourse")
class Writer(keras.Model):
    """Reads `x` and what it has written so far, and says of every place which token comes there: `fit([x, shifted(y)], y)`."""

    def write(self, x, length, batch_size=256):
        """Greedily, the likeliest token after another: rows of `length` tokens, 0 behind the end.

        >>> from dlcourse.models import Transformer
        >>> model = Transformer(vocabulary=9, layers=1, hidden=8, heads=2)
        >>> model.write(np.ones((3, 5), int), length=4).shape
        (3, 4)
        """
        parts = [self._write(np.asarray(x[start:start + batch_size]), length) for start in range(0, len(x), batch_size)]
        return np.concatenate(parts)

    def _write(self, x, length):
        written = np.zeros((len(x), length + 1), "int32")
        going = np.ones(len(x), bool)
        for place in range(length):
            said = self.predict_on_batch([x, written[:, :length]])[:, place].argmax(axis=-1)
            going &= said > 0
            written[:, place + 1] = said * going
            if not going.any():
                break
        return written[:, 1:]
