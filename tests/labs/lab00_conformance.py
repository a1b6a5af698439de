# %% [markdown]
# # Lab 0 · Every kind of question
#
# *Lecture: none · 10 minutes*
#
# No student sees this lab. It asks one question of every kind that a lab may ask, so that whatever runs, checks or marks labs is tried on all of them.

# %% tags=["setup"]
from dlcourse import check, training
import keras
import numpy as np

training.report()
training.seed(0)

# %% [markdown]
# ## 1 Plain Python

# %% [markdown]
# ### 1.1 A function · 1 point · 1 min

# %% tags=["answer"]
def double(x):
    """Return twice x."""
    # BEGIN SOLUTION
    return 2 * x
    # END SOLUTION

# %% tags=["check"]
with check("1.1", points=1, without=["numpy.multiply"]):
    assert double(3) == 6, "twice 3 is 6: did you square it?"

# %% tags=["hidden"]
with check("1.1"):
    assert double(-2) == -4 and list(double(np.array([1, 2]))) == [2, 4], "negative numbers and arrays have doubles too"

# %% [markdown]
# ### 1.2 A value, from another · 1 point · 1 min

# %% tags=["context"]
base = 20

# %% tags=["answer"]
# BEGIN SOLUTION
answer = double(base) + 2
# END SOLUTION

# %% tags=["check"]
with check("1.2", points=1) as passed:
    assert answer == 42, "twice the base and two more: 42"

# %% tags=["context"]
if passed:
    half = answer / 2

# %% [markdown]
# ### 1.3 A class with operators · 2 points · 1 min

# %% tags=["answer"]
class Value:
    """A number that remembers its slope under multiplication."""

    def __init__(self, data):
        self.data, self.grad, self.parents = data, 0.0, ()

    def __mul__(self, other):
        """Return a new Value that knows its two factors."""
        # BEGIN SOLUTION
        out = Value(self.data * other.data)
        out.parents = (self, other)
        return out
        # END SOLUTION

    def backward(self):
        """Give each factor its slope."""
        # BEGIN SOLUTION
        a, b = self.parents
        a.grad, b.grad = b.data, a.data
        # END SOLUTION

# %% tags=["check"]
with check("1.3", points=2):
    a, b = Value(3.0), Value(4.0)
    c = a * b
    assert c.data == 12.0, "3 times 4 is 12"
    c.backward()
    assert a.grad == 4.0 and b.grad == 3.0, "the slope of a·b by a is b, and by b is a"

# %% tags=["hidden"]
with check("1.3"):
    a = Value(-1.0)
    (a * Value(0.5)).backward()
    assert a.grad == 0.5, "slopes of other numbers are right too"

# %% [markdown]
# ### 1.4 A generator · 1 point · 1 min

# %% tags=["answer"]
def countdown(n):
    """Yield n, n - 1, … 1."""
    # BEGIN SOLUTION
    while n > 0:
        yield n
        n -= 1
    # END SOLUTION

# %% tags=["check"]
with check("1.4", points=1):
    assert list(countdown(3)) == [3, 2, 1], "from 3 it goes 3, 2, 1: did it stop before 1?"
    assert list(countdown(0)) == [], "from 0 there is nothing to count"

# %% [markdown]
# ### 1.5 An expected exception · 1 point · 1 min

# %% tags=["answer"]
def positive(x):
    """Return x, or raise ValueError where it is not above zero."""
    # BEGIN SOLUTION
    if x <= 0:
        raise ValueError("not above zero")
    return x
    # END SOLUTION

# %% tags=["check"]
with check("1.5", points=1):
    assert positive(2) == 2, "2 is above zero and comes back"
    refused = False
    try:
        positive(0)
    except ValueError:
        refused = True
    assert refused, "0 is not above zero: raise ValueError"

# %% [markdown]
# ### 1.6 A list changed in place · 1 point · 1 min

# %% tags=["answer"]
def keep_even(numbers):
    """Remove the odd numbers from the list itself."""
    # BEGIN SOLUTION
    numbers[:] = [n for n in numbers if n % 2 == 0]
    # END SOLUTION

# %% tags=["check"]
with check("1.6", points=1):
    numbers = [1, 2, 3, 4]
    keep_even(numbers)
    assert numbers == [2, 4], "the list that was given should itself be shorter: numbers[:] = …"

# %% [markdown]
# ### 1.7 Tuples and whole numbers as keys · 1 point · 1 min

# %% tags=["answer"]
def census(words):
    """Return ({length: how many words}, (shortest length, longest length))."""
    # BEGIN SOLUTION
    lengths = [len(word) for word in words]
    return {n: lengths.count(n) for n in lengths}, (min(lengths), max(lengths))
    # END SOLUTION

# %% tags=["check"]
with check("1.7", points=1):
    counts, ends = census(["a", "to", "be"])
    assert counts == {1: 1, 2: 2}, "one word of 1 letter, two of 2: keys are whole numbers"
    assert ends == (1, 2), "a tuple of the shortest and the longest length"

# %% [markdown]
# ## 2 Keras

# %% [markdown]
# ### 2.1 A model · 1 point · 1 min

# %% tags=["answer"]
# BEGIN SOLUTION
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, activation="softmax")])
# END SOLUTION

# %% tags=["check"]
with check("2.1", points=1):
    assert model.count_params() == 8, "three inputs to two outputs with biases: 8 parameters"
    said = keras.ops.convert_to_numpy(model(np.ones((4, 3), "float32")))
    assert said.shape == (4, 2) and np.allclose(said.sum(axis=-1), 1, atol=1e-5), "softmax: the outputs of each row sum to 1"

# %% [markdown]
# ### 2.2 A layer of your own · 1 point · 1 min

# %% tags=["answer"]
class Scale(keras.layers.Layer):
    """Multiply by one learned number, which starts at 1."""

    def build(self, shape):
        self.factor = self.add_weight(shape=(), initializer="ones", name="factor")

    def call(self, inputs):
        # BEGIN SOLUTION
        return inputs * self.factor
        # END SOLUTION

# %% tags=["check"]
with check("2.2", points=1):
    layer = Scale()
    said = keras.ops.convert_to_numpy(layer(np.array([[2.0, 3.0]], "float32")))
    assert list(said[0]) == [2.0, 3.0], "with factor 1 the inputs come out as they went in"
    layer.factor.assign(3.0)
    said = keras.ops.convert_to_numpy(layer(np.array([[2.0, 3.0]], "float32")))
    assert list(said[0]) == [6.0, 9.0], "with factor 3 they are three times as large"

# %% [markdown]
# ### 2.3 In words · 1 point · 1 min

# %% [markdown] tags=["written"]
# An analysis, and a marking key.

# %% tags=["show"]
check.score(written={"2.3": 1})
