"""Checks reach a student's things through a line: what they may do, they do as in one process; what could cheat, they may not."""

import socket
import threading

import keras
import numpy as np
import pytest

from dlcourse.grading import wire
from dlcourse.grading.answers import Answers
from dlcourse.grading.calls import arrive
from dlcourse.grading.proxies import Proxy, Students

STUDENT = '''
import collections, numpy as np

class Value:
    def __init__(self, data): self.data = data
    def __add__(self, other): return Value(self.data + getattr(other, "data", other))
    def __rmul__(self, other): return Value(other * self.data)
    def __eq__(self, other): return self.data == other.data
    def __float__(self): return float(self.data)
    def __repr__(self): return f"Value({self.data})"

class Row:
    def __getitem__(self, key): return key
    def __len__(self): return 3

class Anything:
    def __eq__(self, other): return True
    def __lt__(self, other): return True
    __gt__ = __le__ = __ge__ = __lt__
    __hash__ = None

class Shout(str): pass
class Sized(list):
    def __eq__(self, other): return True

def count(n):
    while n: yield n; n -= 1
def forever():
    while True: yield 1
def grow(items): items.append(len(items)); return items
def scale(array): array *= 2
def fill(table): table["new"] = 1
def twice(f, x): return f(f(x))
def through(f, x): return f(Value(x)).data
def fail(kind):
    class Own(ValueError): pass
    raise {"own": Own, "value": ValueError, "key": KeyError, "exit": SystemExit, "todo": NotImplementedError}[kind]("no: " + kind)
def weigh(model): return float(sum(w.sum() for w in model.get_weights()))
def train(model): model.set_weights([w + 1 for w in model.get_weights()])
anything, shout, sized, value = Anything(), Shout("a"), Sized([1]), Value(2)
squares = [n * n for n in range(4)]
tally = collections.Counter("aab")
'''


@pytest.fixture
def students():
    one, other = socket.socketpair()
    answers = Answers(wire.Line(other), {"limits": [1, 2], "model": None})
    threading.Thread(target=answers.peer.listen, daemon=True).start()
    setup = {"limits": [1, 2], "points": np.zeros(3), "square": lambda x: x * x}
    students = Students(wire.Line(one), setup, patience=60, checks={"a check"}, operators=["__add__", "__mul__"])
    assert students.run("square = lambda x: x * x", "setup")["error"] is None
    assert students.run(STUDENT, "cell")["error"] is None
    yield students
    one.close()


@pytest.fixture
def names(students):
    class Names:
        def __getattr__(self, name):
            return students.fetch(name)[0]
    return Names()


def test_values_calls_attributes_items_operators_and_iteration(names):
    assert names.squares == [0, 1, 4, 9] and names.tally == {"a": 2, "b": 1}
    value = names.Value(3)
    assert value.data == 3 and (value + 4).data == 7 and (value + names.value).data == 5 and (2 * value).data == 6
    assert names.Row()[1:2] == slice(1, 2) and len(names.Row()) == 3 and float(value) == 3.0 and repr(value) == "Value(3)" and f"{value}" == "Value(3)"
    value.data = 5
    assert value.data == 5 and value == names.Value(5) and value != names.Value(6) and hasattr(value, "data") and not hasattr(value, "grad")
    assert list(names.count(3)) == [3, 2, 1] and next(names.count(2)) == 2 and sum(names.count(3)) == 6
    assert (np.float64(2) * value).data == 10 and (np.arange(2) * value)[1].data == 5


def test_an_endless_iteration_ends(names, monkeypatch):
    monkeypatch.setattr("dlcourse.grading.proxies.LONGEST", 100)
    with pytest.raises(RuntimeError, match="more than 100 steps"):
        list(names.forever())


def test_what_is_changed_in_place_there_is_changed_here(names):
    items, array, table = [7], np.ones(2), {}
    assert names.grow(items) == [7, 1] and items == [7, 1]
    names.scale(array)
    names.fill(table)
    assert array.tolist() == [2, 2] and table == {"new": 1}


def test_what_setup_made_cannot_be_changed_from_there(names, students):
    names.grow(students.setup["limits"])
    names.scale(students.setup["points"])
    assert students.setup["limits"] == [1, 2] and students.setup["points"].tolist() == [0, 0, 0]
    with pytest.raises(ValueError):
        students.setup["points"][:2][...] = 1


def test_nothing_equals_what_it_was_never_told(names):
    """The comparison with plain data is made on this side, with the thing's plain value if it has one."""
    thing = names.anything
    assert not thing == 42 and thing != 42 and not 42 == thing and not thing == [1] and thing not in [1, 2]
    assert not np.array_equal(np.arange(2), 42)
    for compare in (lambda: thing < 3, lambda: thing >= 3):
        with pytest.raises(TypeError):
            compare()
    with pytest.raises(TypeError, match="not made of numbers"):
        np.allclose(thing, [1, 2])
    assert names.shout == "a" and names.shout != "b"
    assert names.sized == [1] and names.sized != [2]


def test_functions_of_the_check_can_be_handed_over_and_meet_the_students_things(names, students):
    assert names.twice(lambda x: x + 1, 3) == 5
    assert names.through(lambda v: 2 * v + 1, 4) == 9
    assert names.twice(students.setup["square"], 3) == 81      # a name of setup: the other side's own
    with pytest.raises(ZeroDivisionError):
        names.twice(lambda x: x / 0, 3)


def in_check(source, **names):
    """Run a piece of a check, so that refusals can name its line."""
    exec(compile(source, "a check", "exec"), names)


def test_what_cannot_be_handed_over_and_isinstance_are_refused_with_the_line(names):
    with pytest.raises(TypeError, match=r"a object cannot be handed to a student's code.*\(line 2 of the check\)"):
        in_check("pass\ngrow(object())", grow=names.grow)
    with pytest.raises(TypeError, match=r"isinstance cannot look.*\(line 1 of the check\)"):
        in_check("isinstance(value, int)", value=names.value)
    assert not isinstance(names.value, int), "libraries may ask"


@pytest.mark.parametrize("kind, builtin", [("own", ValueError), ("value", ValueError), ("key", KeyError), ("exit", SystemExit), ("todo", NotImplementedError)])
def test_exceptions_cross_as_the_built_in_kind_with_the_students_line(kind, builtin, names):
    with pytest.raises(builtin) as caught:
        names.fail(kind)
    assert str(caught.value).strip("'\"") == f"no: {kind}"
    number, text = caught.value.student_line
    assert text.startswith("raise {") and STUDENT.splitlines()[number - 1].strip() == text


def test_an_exception_that_lies_about_itself_is_a_runtime_error():
    for told in ({"kind": "open"}, {"kind": "KeyboardInterrupt"}, {"kind": 3, "name": [], "line": [1]}, {"kind": "UnicodeDecodeError", "said": "x"}):
        assert type(arrive(told)).__mro__[1] is RuntimeError


def test_a_model_is_rebuilt_here_and_its_training_follows_both_ways(students, names):
    students.run("import keras; model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])", "cell 2")
    model = names.model
    assert isinstance(model, keras.Model) and model.count_params() == 3
    model.set_weights([np.ones((2, 1)), np.zeros(1)])
    assert names.weigh(model) == 2, "weights set here count there"
    names.train(model)
    assert model.get_weights()[1].tolist() == [1], "weights trained there count here"
    mine = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, kernel_initializer="ones")])
    assert names.weigh(mine) == 1, "a check's own model can be handed over"


def test_a_model_with_a_layer_of_the_students_own_stays_there_and_works(students, names):
    students.run("""
import keras
class Scale(keras.layers.Layer):
    def build(self, shape): self.factor = self.add_weight(shape=(), initializer="ones", name="factor")
    def call(self, x): return x * self.factor
net = keras.Sequential([keras.Input((2,)), Scale(), keras.layers.Dense(1)])
""", "cell 3")
    net = names.net
    assert type(net) is Proxy and net.count_params() == 4
    assert net(np.ones((3, 2), "float32")).shape == (3, 1)
    factor = net.layers[0].factor
    factor.assign(3.0)
    assert np.allclose(keras.ops.convert_to_numpy(factor), 3) and factor == 3


def test_tensors_arrive_as_arrays(students, names):
    students.run("import tensorflow as tf; t = tf.ones((2, 2)); half = tf.cast(t, tf.bfloat16)", "cell 4")
    assert type(names.t) is np.ndarray and names.half.dtype == "float32" and (names.t == 1).all()


LIAR = '''
import fractions, decimal, collections, types
class Liar:
    def __sub__(self, other): return 0.0
    __rsub__ = __pow__ = __rpow__ = __truediv__ = __rtruediv__ = __matmul__ = __rmatmul__ = __divmod__ = __sub__
    def __abs__(self): return 0.0
liar = Liar()
def zero(weights): weights["w"] -= 1; weights["w"][0] = 7; weights["list"][1].append(3)
def train(model): model.set_weights([w + 1 for w in model.get_weights()]); return model
third, price, line, counts = fractions.Fraction(1, 3), decimal.Decimal("0.10"), collections.deque([1, 2], maxlen=2), collections.Counter("aab")
huge, keys = 7 ** 9999, {"a": 1, "b": 2}.keys()
Point = collections.namedtuple("Point", "x y")
point = Point(1, 2)
'''


@pytest.mark.parametrize("difference", ["liar - 3", "3 - liar", "np.float64(3) - liar", "np.arange(2) - liar", "liar / 3", "3 @ liar", "2 ** liar", "divmod(liar, 3)"])
def test_no_difference_is_made_by_who_could_make_it_nothing(difference, students, names):
    """Only the operators that the lab's own classes define are the student's to carry out on what a check expects."""
    students.run(LIAR, "cell 5")
    with pytest.raises(TypeError, match="a check cannot calculate with this object"):
        eval(difference, {"liar": names.liar, "np": np})
    assert abs(names.liar) == 0


def test_what_has_a_plain_value_is_calculated_with_here(students, names):
    students.run("import tensorflow as tf; v = tf.Variable([1.0, 2.0]); s = v[0]\nclass N(float):\n    def __sub__(self, other): return 0.0\nn = N(5)", "cell 6")
    assert (names.v - 1).tolist() == [0, 1] and (2 * names.v).tolist() == [2, 4] and names.s + 1 == 2
    assert names.n - 3 == 2


def test_unusual_values_arrive_as_they_are(students, names):
    from collections import deque
    from decimal import Decimal
    from fractions import Fraction

    students.run(LIAR, "cell 5")
    assert names.third == Fraction(1, 3) and names.third * 3 == 1 and names.price + names.price == Decimal("0.20")
    assert names.line == deque([1, 2]) and names.counts.most_common(1) == [("a", 2)] and names.counts["z"] == 0
    assert names.huge == 7 ** 9999 and names.keys == {"a", "b"} and sorted(names.keys) == ["a", "b"]
    point = names.point
    assert point == (1, 2) and point.x == 1 and point[1] == 2 and tuple(point) == (1, 2) and len(point) == 2


def test_what_is_changed_deep_inside_or_by_name_is_changed_here(students, names):
    students.run(LIAR, "cell 5")
    array, inner = np.zeros(2), [1]
    given = {"w": array, "list": [0, inner]}
    names.zero(weights=given)
    assert array.tolist() == [7, -1] and inner == [1, 3] and given["w"] is array


def test_a_model_of_the_checks_own_is_trained_there(students, names):
    students.run(LIAR, "cell 5")
    mine = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, kernel_initializer="zeros")])
    assert names.train(mine) is mine and mine.get_weights()[0] == 1
    names.train(mine)
    assert mine.get_weights()[0] == 2


def test_an_answer_process_that_breaks_the_rules_is_gone(students, monkeypatch):
    for method in ("apply", "run"):     # the student's code patches them here, where the other tests live
        monkeypatch.setattr(Answers, method, vars(Answers)[method])
    students.run("from dlcourse.grading import answers\ndef f(): pass", "cell 7")
    (f,) = students.fetch("f")
    for lie in ("7", "[1, 2]", "object()", "None"):
        students.run(f"answers.Answers.apply = lambda self, *what, **words: {lie}", "cell 8")
        with pytest.raises(wire.Gone):
            f()
    for lie in ("1", "object()", "{'error': 3}", "1 / 0", "exit()"):
        students.run(f"real = answers.Answers.run\ndef run(self, *what):\n    answers.Answers.run = real\n    return {lie}\nanswers.Answers.run = run", "cell 9")
        with pytest.raises(wire.Gone):
            students.run("1", "cell 10")
