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

    def parts(self):
        """What reads `x` once, if anything does, and what says the next token, of that and of what is written."""
        return None, self

    def write(self, x, length, beams=1, batch_size=256):
        """The likeliest text: rows of `length` tokens, 0 behind the end. `beams` are how many beginnings are kept; 1 is greedy.

        >>> from dlcourse.models import Transformer
        >>> model = Transformer(vocabulary=9, layers=1, hidden=8, heads=2)
        >>> model.write(np.ones((3, 5), int), length=4).shape
        (3, 4)
        """
        x = np.asarray(x)
        if length < 1 or beams < 1 or not len(x):
            raise ValueError(f"length={length}, beams={beams}: write at least 1 token with 1 beam, of at least 1 row of x")
        reader, writer = self.parts()
        texts = []
        for start in range(0, len(x), batch_size):
            some = x[start:start + batch_size]
            texts.append(_search(writer, some if reader is None else reader.predict_on_batch(some), length, beams))
        return np.concatenate(texts)


def _search(writer, x, length, beams):
    """Beam search: of all that the best beginnings could go on with, the best are kept. What has ended stays as it is."""
    texts, row = len(x), np.arange(len(x))[:, None]
    x = np.repeat(x, beams, axis=0)
    written = np.zeros((texts, beams, length + 1), "int32")
    scores = np.where(np.arange(beams) == 0, 0, -np.inf) * np.ones((texts, 1))           # they all begin alike: one is enough
    ended = np.zeros((texts, beams), bool)
    for place in range(length):
        said = writer.predict_on_batch([x, written[..., :length].reshape(texts * beams, length)])[:, place].reshape(texts, beams, -1)
        tokens = said.shape[-1]
        said = np.where(ended[..., None], np.arange(tokens) == 0, said)
        with np.errstate(divide="ignore"):
            totals = (scores[..., None] + np.log(said)).reshape(texts, -1)
        best = np.argsort(-totals, axis=1, kind="stable")[:, :beams]
        parent, token = best // tokens, best % tokens
        scores, written = totals[row, best], written[row, parent]
        written[..., place + 1] = token
        ended = ended[row, parent] | (token == 0)
        if ended.all():
            break
    return written[:, 0, 1:]
