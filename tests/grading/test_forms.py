"""Right answers in unusual forms earn in two processes what they earn in a notebook: each is checked in both."""

import linecache
import socket
import threading

import pytest

from dlcourse import names
from dlcourse.grading import wire
from dlcourse.grading.answers import Answers
from dlcourse.grading.proxies import Students

SETUP = "import numpy as np, keras, tensorflow as tf"
FORMS = {
    "a namedtuple": ("from collections import namedtuple\nR = namedtuple('R', 'a b')\nf = lambda x: R(x, 2)", "a, b = f(1)\nassert (a, b) == (1, 2) and f(1).b == 2 and f(1) == (1, 2)"),
    "NumPy scalars": ("def f(x): return np.float32(x), np.int64(2), np.bool_(True)", "assert f(0.5) == (0.5, 2, True) and f(0.5)[0].dtype == 'float32' and abs(f(1)[0] - 1) < 1e-9"),
    "a generator": ("f = lambda n: (k * k for k in range(n))", "assert list(f(3)) == [0, 1, 4] and sum(f(3)) == 5 and max(f(3)) == 4"),
    "map, zip and range": ("def f(): return map(str, [1]), zip('ab', [1, 2]), range(3)", "a, b, c = f()\nassert list(a) == ['1'] and dict(b) == {'a': 1, 'b': 2} and list(c) == [0, 1, 2] and c[-1] == 2"),
    "a fraction": ("from fractions import Fraction\ndef f(a, b): return Fraction(a, b)", "assert f(1, 2) == 0.5 and f(1, 3) * 3 == 1 and float(f(1, 4)) == 0.25 and np.isclose(float(f(1, 3)), 1 / 3)"),
    "a decimal number": ("from decimal import Decimal\nf = Decimal", "assert f('0.5') == 0.5 and f('1.5') + 1 == 2.5"),
    "a dataclass": ("import dataclasses\n@dataclasses.dataclass\nclass P:\n    x: int\n    y: int = 2", "assert P(1).x == 1 and P(1) == P(1, 2) and P(1) != P(2)"),
    "a deque and dict views": ("from collections import deque\nq = deque([1, 2])\nd = {'a': 1}", "assert list(q) == [1, 2] and len(q) == 2 and sorted(d) == ['a'] and d.keys() == {'a'} and list(d.values()) == [1]"),
    "dict views from a function": ("def f(): return {'a': 1}.keys(), {'a': 1}.items()", "k, i = f()\nassert 'a' in k and len(k) == 1 and list(i) == [('a', 1)] and k == {'a'}"),
    "an enumeration": ("import enum\nclass C(enum.Enum):\n    RED = 1", "assert C.RED.value == 1 and C.RED.name == 'RED' and C(1) == C.RED"),
    "slots, properties, class and static methods": (
        "class A:\n    __slots__ = ('v',)\n    def __init__(self, v): self.v = v\n    @property\n    def twice(self): return 2 * self.v\n"
        "    @classmethod\n    def one(cls): return cls(1)\n    @staticmethod\n    def zero(): return 0", "assert A(3).twice == 6 and A.one().v == 1 and A.zero() == 0\na = A(1)\na.v = 4\nassert a.twice == 8"),
    "a decorated function": ("import functools\ndef d(f):\n    @functools.wraps(f)\n    def g(*a): return f(*a)\n    return g\n@d\n@functools.lru_cache\ndef fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)", "assert fib(50) == 12586269025"),
    "a closure that counts": ("def counter():\n    n = 0\n    def step():\n        nonlocal n\n        n += 1\n        return n\n    return step", "c = counter()\nassert [c(), c(), c()] == [1, 2, 3]"),
    "a global counter": ("calls = 0\ndef f():\n    global calls\n    calls += 1\n    return calls", "assert f() == 1 and f() == 2"),
    "a mutable default": ("def f(x, seen=[]):\n    seen.append(x)\n    return seen", "assert f(1) == [1] and f(2) == [1, 2]"),
    "partial and operator functions": ("import functools, operator\nf = functools.partial(operator.mul, 3)", "assert f(4) == 12"),
    "a callable object with len and in": ("class N:\n    def __call__(self, x): return x + 1\n    def __len__(self): return 3\n    def __iter__(self): return iter([1, 2, 3])\nn = N()", "assert n(1) == 2 and len(n) == 3 and 2 in n and list(n) == [1, 2, 3]"),
    "a context manager's exception": ("def f(x):\n    if x < 0: raise IndexError('low')\n    return x", "try:\n    f(-1)\n    said = ''\nexcept LookupError as error:\n    said = str(error)\nassert said == 'low'"),
    "big numbers and complex ones": ("import math\nf = math.factorial\ng = lambda x: x * 1j", "assert f(2000) % 1999 == 0 and f(2000) == f(1999) * 2000 and g(2) == 2j and abs(g(3)) == 3"),
    "None, text, bytes, sets": ("def f(): return None, 'ä😀', b'x', {1}, frozenset('a')", "assert f() == (None, 'ä😀', b'x', {1}, frozenset('a'))"),
    "nested containers": ("f = lambda: {'a': [(1, {2: None})], (1, 2): np.arange(2)}", "assert f()['a'] == [(1, {2: None})] and f()[1, 2].tolist() == [0, 1]"),
    "views, other orders and byte orders": ("def f(x): return x[::-1, ::2].T, np.asfortranarray(x), x.astype('>f4')", "a = np.arange(6.0).reshape(2, 3)\nassert all(np.allclose(u, v) for u, v in zip(f(a), (a[::-1, ::2].T, a, a)))"),
    "masked arrays and matrices": ("def f(): return np.ma.array([1, 2], mask=[0, 1]), np.matrix([[1, 2]])", "m, x = f()\nassert m.sum() == 1 and x.shape == (1, 2) and np.allclose(np.asarray(x), [[1, 2]])"),
    "TensorFlow's tensors and variables": ("v = tf.Variable([1.0, 2.0])\ndef f(x): return tf.square(x), tf.reduce_sum(x)", "a, b = f(np.array([1.0, 2.0]))\nassert np.allclose(a, [1, 4]) and b == 3 and np.allclose(v, [1, 2]) and np.allclose(v * 2, [2, 4]) and float(v[1]) == 2"),
    "a Keras variable": ("v = keras.Variable([1.0])", "assert np.allclose(v, 1) and v.shape == (1,) and np.allclose(v + 1, 2)"),
    "a tf.function": ("@tf.function\ndef f(x):\n    if x > 0:\n        return x * 2\n    return x - 1", "assert float(f(np.float32(3))) == 6 and float(f(np.float32(-3))) == -4"),
    "a gradient tape": ("def f(x):\n    x = tf.constant(x)\n    with tf.GradientTape() as tape:\n        tape.watch(x)\n        y = x * x\n    return tape.gradient(y, x)", "assert float(f(3.0)) == 6"),
    "a tf.data set": ("ds = tf.data.Dataset.from_tensor_slices((np.arange(6.0).reshape(3, 2), [0, 1, 2])).batch(2)", "x, y = next(iter(ds))\nassert x.shape == (2, 2) and list(y) == [0, 1] and len(list(ds)) == 2"),
    "a model and its history": (
        "def f(x, y):\n    m = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, name='only')])\n    m.compile(loss='mse')\n    return m, m.fit(x, y, epochs=2, verbose=0)",
        "m, h = f(np.ones((4, 1)), np.ones(4))\nassert len(h.history['loss']) == 2 and h.history['loss'][1] < h.history['loss'][0] and m.count_params() == 2 and m.layers[0].name == 'only'\n"
        "assert m.predict(np.ones((3, 1)), verbose=0).shape == (3, 1) and m.evaluate(np.ones((2, 1)), np.ones(2), verbose=0) >= 0"),
    "a model class of one's own": (
        "class Net(keras.Model):\n    def __init__(self):\n        super().__init__()\n        self.d = keras.layers.Dense(2)\n    def call(self, x): return self.d(x)\nnet = Net()\nnet.compile(loss='mse')\nh = net.fit(np.ones((4, 3)), np.ones((4, 2)), verbose=0)",
        "assert net.count_params() == 8 and net.predict(np.ones((2, 3)), verbose=0).shape == (2, 2) and len(net.layers) == 1 and 'loss' in h.history\n"
        "assert net.evaluate(np.ones((2, 3)), np.ones((2, 2)), verbose=0) >= 0 and len(net.get_weights()) == 2"),
    "a large array": ("def f(x):\n    x += 1\n    return x.sum()", "a = np.zeros((50, 1 << 17))\nassert f(a) == a.size and a.min() == 1"),
    "what notebooks have": ("display('x', 1)\nprint('done', flush=True)\nf = lambda: 1", "assert f() == 1"),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_right_answer_in_an_unusual_form(form):
    answer, check = FORMS[form]
    alone = {"display": print, "__name__": "__main__"}
    for text, file in ((SETUP, "one"), (answer, "two"), (check, "three")):
        linecache.cache[file] = len(text), None, text.splitlines(keepends=True), file     # tf.function reads it
        exec(compile(text, file, "exec"), alone)

    one, other = socket.socketpair()
    threading.Thread(target=Answers(wire.Line(other)).peer.listen, daemon=True).start()
    own = {}
    exec(SETUP, own)
    students = Students(wire.Line(one), dict(own), patience=60, checks={"a check"})
    for text, file in ((SETUP, "setup"), (answer, "your answer")):
        assert students.run(text, file)["error"] is None
    for name in names.bound(names.parse(answer)):
        own |= {name: value for value in students.fetch(name)}
    exec(compile(check, "a check", "exec"), own)
    one.close()
