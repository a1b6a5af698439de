"""A recurrent network that learns a text letter by letter, and then goes on writing in its manner."""

import keras
import numpy as np
from keras import layers, ops

from dlcourse.models._published import published
from dlcourse.models.sequences.gru import GRUCell
from dlcourse.models.sequences.lstm import LSTMCell

CELLS = {"lstm": LSTMCell, "gru": GRUCell}
SHAKESPEARE = "\n !$&',-.3:;?ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"          # all characters of his works


def streams(tokens, batch_size, steps):
    """A long text as batches in which each row goes on where it ended in the batch before: `fit(x, y, batch_size, shuffle=False)`.

    >>> x, y = streams(np.arange(9), batch_size=2, steps=2)
    >>> x.tolist(), y[0].tolist()
    ([[0, 1], [4, 5], [2, 3], [6, 7]], [1, 2])
    """
    windows = (len(tokens) - 1) // (batch_size * steps)
    if windows < 1:
        raise ValueError(f"{len(tokens)} characters are too few for batch_size={batch_size}, steps={steps}: give {batch_size * steps + 1} or more")
    used = windows * batch_size * steps
    return tuple(np.asarray(tokens)[shift:shift + used].reshape(batch_size, windows, steps).swapaxes(0, 1).reshape(-1, steps) for shift in (0, 1))


@keras.saving.register_keras_serializable(package="dlcourse")
class OneHot(layers.Layer):
    """A 1 in the place of each character's token, 0 elsewhere.

    >>> OneHot("ab")(np.array([[1, 0]])).numpy().tolist()
    [[[0.0, 1.0], [1.0, 0.0]]]
    """

    def __init__(self, characters, **options):
        super().__init__(**options)
        self.characters = characters

    def call(self, tokens):
        return ops.one_hot(tokens, len(self.characters), dtype=self.compute_dtype)

    def get_config(self):
        return super().get_config() | {"characters": self.characters}


@keras.saving.register_keras_serializable(package="dlcourse")
class CharacterModel(keras.Model):
    """Says of every place which character comes next, and can write.

    >>> model = CharRNN("abc", units=4)
    >>> model.sample("ab", length=5, seed=0) == model.sample("ab", length=5, seed=0)
    True
    """

    def encode(self, text):
        """Characters as tokens, their places among the model's characters.

        >>> CharRNN("abc", units=4).encode("cab").tolist()
        [2, 0, 1]
        """
        place = {character: number for number, character in enumerate(self.get_layer("one_hot").characters)}
        unknown = sorted(set(text) - set(place))
        if unknown:
            raise ValueError(f"the model knows no {unknown[0]!r}: build it with the characters of the text, ''.join(sorted(set(text)))")
        return np.array([place[character] for character in text], "int32")

    def step(self, token, states):
        """The chances of the next character after `token`, and the cells' new states; before the first, `states` is None.

        >>> CharRNN("abc", units=4).step(0, None)[0].shape
        (3,)
        """
        cells = [layer.cell for layer in self.layers if isinstance(layer, layers.RNN)]
        states = states or [[ops.zeros((1, size)) for size in np.ravel(cell.state_size)] for cell in cells]
        x, new = self.get_layer("one_hot")(np.array([token])), []
        for cell, state in zip(cells, states):
            x, state = cell(x, state)
            new.append(state)
        return ops.convert_to_numpy(self.get_layer("out")(x))[0], new

    def sample(self, prompt, length, temperature=1.0, seed=None):
        """`length` characters that go on after the prompt: the colder, the more it is the likeliest that comes.

        >>> len(CharRNN("abc", units=4).sample("ab", length=10))
        10
        """
        if not prompt or length < 1 or not temperature > 0:
            raise ValueError(f"prompt={prompt!r}, length={length}, temperature={temperature}: give a character to go on from, a length of "
                             "1 or more, and a temperature above 0")
        rng, states, written = np.random.default_rng(seed), None, []
        for token in self.encode(prompt):
            chances, states = self.step(token, states)
        for _ in range(length):
            with np.errstate(divide="ignore"):
                heat = np.log(chances.astype(float)) / temperature
            heat = np.exp(heat - heat.max())
            written.append(rng.choice(len(heat), p=heat / heat.sum()))
            chances, states = self.step(written[-1], states)
        return "".join(self.get_layer("one_hot").characters[token] for token in written)


@published(
    paper="Karpathy 2015, The unreasonable effectiveness of recurrent neural networks",
    url="https://karpathy.github.io/2015/05/21/rnn-effectiveness/",
    says="LSTMs that read one character after another write plays, encyclopedias, proofs and kernel code that look almost right",
    parameters=239_297,
    note="the defaults of his char-rnn, two layers of 128, for Shakespeare's 65 characters; 240,321 with his second bias for each "
         "gate. benchmarks/sequences.py, five seeds, a GRU of 192 on 4 million characters of Python: 1.82 to 1.85 bits for each, where a counted "
         "5-gram needs 2.04; on 1 million, one seed, 2.26 and 2.58",
    small={"characters": "abcdef", "units": 5, "depth": 1},
)
def CharRNN(characters=SHAKESPEARE, units=128, depth=2, cell="lstm", batch_size=None, name="char_rnn"):
    """Reads rows of tokens, `model.encode(text)`; `sample(prompt, length, temperature)` writes.

    With a `batch_size` it is stateful: each row of a batch goes on where it ended in the batch before, as `streams` lays them out.

    >>> CharRNN("abc", units=8, depth=1, cell="gru", batch_size=32).output_shape
    (32, None, 3)
    """
    if cell not in CELLS or len(set(characters)) < max(2, len(characters)):
        raise ValueError(f"cell={cell!r} must be one of {', '.join(CELLS)}, and characters two or more, each once")
    if min(units, depth) < 1:
        raise ValueError(f"units={units}, depth={depth}: give at least 1 of each")
    inputs = keras.Input((None,), batch_size, dtype="int32", name="tokens")
    x = OneHot(characters, name="one_hot")(inputs)
    for number in range(1, depth + 1):
        x = layers.RNN(CELLS[cell](units), return_sequences=True, stateful=batch_size is not None, name=f"hidden{number}")(x)
    return CharacterModel(inputs, layers.Dense(len(characters), "softmax", dtype="float32", name="out")(x), name=name)
