"""The student's things as the checks see them: what is no plain data stays in the answer process, and a proxy stands for it.

A proxy passes on calls, attributes, items, arithmetic and iteration. It does not pass on comparisons with plain data: those are
made here, with the thing's own plain value, so that nothing can claim to equal what it was never told.
"""

import collections
import contextlib
import operator
import sys
import time

import numpy as np

from dlcourse.grading import crossing, wire
from dlcourse.grading.calls import Peer

LONGEST = 100_000       # steps of one iteration
TWO_SIDED = "add sub mul truediv floordiv mod pow matmul and or xor lshift rshift divmod".split()
ONE_SIDED = {"neg": "neg", "pos": "pos", "abs": "abs", "invert": "invert", "len": "len", "bool": "bool", "int": "int", "float": "float",
             "complex": "complex", "str": "str", "repr": "repr", "index": "index", "getitem": "getitem", "setitem": "setitem",
             "delitem": "delitem", "next": "next", "round": "round", "reversed": "reversed", "call": "call"}
COMPARISONS = {"eq": operator.eq, "ne": operator.ne, "lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge}
SPELLED = {"and": "and_", "or": "or_"}      # as the operator module has to spell them
FIGURES = 4             # pictures of one cell


class Proxy:
    """Stands for one thing of the student's.

    >>> class Echo:
    ...     checks = ()
    ...     def apply(self, *what): return what[0], *what[2:]
    ...     operate = apply
    >>> thing = Proxy(Echo(), 0)
    >>> thing.size, thing(1), thing * 2, 2 * thing
    (('getattr', 'size'), ('call', 1), ('mul', 2), ('mul', <Proxy 0>))
    """

    __slots__ = ("_students", "_number")
    __array_priority__ = 1000       # array * proxy is the proxy's to answer

    def __init__(self, students, number):
        object.__setattr__(self, "_students", students)
        object.__setattr__(self, "_number", number)

    @property
    def __class__(self):
        if sys._getframe(1).f_code.co_filename in self._students.checks:
            raise self._students.refusal("isinstance cannot look into a student's object: ask for what it does")
        return Proxy

    def __getattr__(self, name):
        if name.startswith("__") and name not in ("__name__", "__doc__"):      # Python and NumPy feel for these
            raise AttributeError(name)
        return self._students.apply("getattr", self, name)

    def __setattr__(self, name, value):
        self._students.apply("setattr", self, name, value)

    def __delattr__(self, name):
        self._students.apply("delattr", self, name)

    def __iter__(self):
        steps = self._students.apply("iter", self)
        for _ in range(LONGEST):
            try:
                step = self._students.apply("next", steps)
            except StopIteration:
                return
            yield step
        raise RuntimeError(f"it goes on for more than {LONGEST} steps")

    def __array__(self, dtype=None, copy=None):
        array = self._students.apply("array", self)
        if type(array) is not np.ndarray:
            raise TypeError("this is not made of numbers")
        return array if dtype is None else array.astype(dtype)

    def __format__(self, how):
        return format(str(self), how)

    __hash__ = object.__hash__


def _forward(operation):
    return lambda self, *operands, **words: self._students.apply(operation, self, *operands, **words)


def _between(name, swapped=False):
    return lambda self, other: self._students.operate(name, *((other, self) if swapped else (self, other)))


def _compare(operation):
    return lambda self, other: self._students.compare(operation, self, other)


def _representation(self):
    students = self._students
    return students.apply("repr", self) if hasattr(students, "peer") else f"<Proxy {self._number}>"


for _name in TWO_SIDED:
    setattr(Proxy, f"__{_name}__", _between(_name))
    setattr(Proxy, f"__r{_name}__", _between(_name, swapped=True))
for _name, _operation in ONE_SIDED.items():
    setattr(Proxy, f"__{_name}__", _forward(_operation))
for _name in COMPARISONS:
    setattr(Proxy, f"__{_name}__", _compare(_name))
Proxy.__repr__ = _representation


class Students:
    """The verdict process' end of the line to the answer process; `setup` is what its own setup cells made.

    `operators` are those that the lab's own classes define, `checks` the files of the checks, for refusals.

    >>> import socket, threading
    >>> from dlcourse.grading import wire
    >>> from dlcourse.grading.answers import Answers
    >>> one, other = (wire.Line(end) for end in socket.socketpair())
    >>> threading.Thread(target=Answers(other).peer.listen, daemon=True).start()
    >>> students = Students(one, {}, patience=60)
    >>> students.run("def double(x):\\n    return 2 * x", "cell")["error"]
    >>> (double,) = students.fetch("double")
    >>> double(21)
    42
    """

    def __init__(self, line, setup, patience, checks=(), operators=()):
        self.patience, self.checks, self.operators = patience, checks, set(operators)
        self.functions, self.models, self.texts = [], {}, {}
        self.peer = Peer(line, self._serve, self._lend, self._find)
        self.know(setup)

    def know(self, setup):
        """What setup has made so far: the student's code has it, too, and cannot change it here."""
        self.setup = setup
        self.named = {id(value): name for name, value in setup.items() if not name.startswith("__")}
        self.protected = protect(setup)

    def run(self, source, file, drawn=False, patience=None):
        """Run a cell in the answer process: {"error": …, "printed": …, "figures": …}."""
        deadline = time.monotonic() + (patience or self.patience)
        told = self._by_the_rules(lambda: self.peer.ask("run", source, file, drawn, deadline=deadline))
        if type(told) is not dict or type(told.get("error")) not in (dict, type(None)):
            raise wire.Gone
        printed, figures = told.get("printed"), told.get("figures")
        return {"error": told["error"], "printed": printed if type(printed) is str else "",
                "figures": [one for one in figures if type(one) is bytes][:FIGURES] if type(figures) is list else []}

    def fetch(self, name):
        """The value of one of the student's names, in a tuple; an empty one if there is none."""
        return self._ask("fetch", name)

    def bind(self, name, value):
        """Give a name of the student's notebook a value."""
        self._by_the_rules(lambda: self._ask("bind", name, value))

    def apply(self, operation, *operands, **words):
        """Have an operation done on the student's side; what it changes in place there, changes here."""
        said, given = self._ask("apply", operation, *operands, **words), dict(enumerate(operands)) | words
        if type(said) is not list or len(said) != 3:
            raise wire.Gone
        value, changed, trained = said
        with contextlib.suppress(TypeError, ValueError, KeyError):      # nonsense changes nothing
            for place, new in changed:
                self._became(given[place], new)
            for number, weights in trained:
                if number in self.models:
                    self.models[number].set_weights(weights)
        return value

    def operate(self, name, one, other):
        """An operator between two things. Who sees the other side could make any difference 0: so plain data meets plain values, here,
        unless classes of the lab's own have just this operator.
        """
        spelled, alike = SPELLED.get(name, name), {f"__{name}__", f"__r{name}__", f"__i{name}__"}
        if type(one) is type(other) or alike & self.operators:
            return self.apply(spelled, one, other)
        plain = [self._plain(side) if type(side) is Proxy else (side,) for side in (one, other)]
        if not all(plain):
            raise TypeError("a check cannot calculate with this object: it has no plain value")
        return getattr(operator, spelled, divmod)(*(value for value, in plain))

    def compare(self, operation, one, other):
        """Two things of the student's are compared where they are; with plain data, their plain values are, here."""
        if type(other) is Proxy:
            return self.apply(operation, one, other)
        plain = self._plain(one)
        if plain:
            return COMPARISONS[operation](plain[0], other)
        if operation in ("eq", "ne"):
            return operation == "ne"
        raise TypeError(f"'{operation}' cannot compare this object with {type(other).__name__}")

    def refusal(self, why):
        """A TypeError that names the line of the check."""
        frame = sys._getframe(1)
        while frame and frame.f_code.co_filename not in self.checks:
            frame = frame.f_back
        return TypeError(f"{why} (line {frame.f_lineno} of the check)" if frame else why)

    def _plain(self, thing):
        """The plain value of a thing, in a tuple; an empty one if it has none, or only says so."""
        plain = self._ask("plain", thing)
        return plain if type(plain) is tuple and len(plain) == 1 and type(plain[0]) is not Proxy else ()

    def _by_the_rules(self, ask):
        """What the answer process gives by `ask`, where an honest one raises nothing: who does is not listened to again."""
        try:
            return ask()
        except (Exception, SystemExit):
            raise wire.Gone from None

    def _ask(self, what, *args, **words):
        return self.peer.ask(what, *args, deadline=time.monotonic() + self.patience, **words)

    def _serve(self, what, number, *args, **words):
        return self.functions[number](*args, **words)

    def _became(self, old, new):
        """What was handed over, made what has become of it, each part in its place. Whatever setup made stays as it is."""
        if id(old) in self.protected:
            return old
        if type(old) is not type(new) or type(old) not in (list, set, bytearray, collections.deque, np.ndarray, *wire.DICTS):
            return new
        if type(old) is np.ndarray:
            if old.shape != new.shape or not old.flags.writeable:
                return new
            old[...] = new
        elif type(old) is list:
            old[:] = [self._became(*pair) for pair in zip(old, new)] + new[len(old):]
        else:
            if type(old) in wire.DICTS:
                new = {key: self._became(old[key], item) if key in old else item for key, item in new.items()}
            old.clear()
            (old.extend if hasattr(old, "extend") else old.update)(new)
        return old

    def _lend(self, thing, inner):
        if type(thing) is Proxy:
            return {"own": thing._number}
        for number, model in self.models.items():
            if model is thing:
                return {"own": number, "weights": inner(crossing.weights(model))}
        if id(thing) in self.named:
            return {"setup": self.named[id(thing)]}
        described = crossing.describe(thing) if "keras" in sys.modules else None
        if described:
            number = -1 - len(self.models)      # students' models have numbers from 0
            self.models[number] = thing
            return {"model": inner(described), "number": number}
        if not callable(thing):
            raise self.refusal(f"a {type(thing).__name__} cannot be handed to a student's code: give numbers, text, lists, dicts or arrays")
        self.functions.append(thing)
        return {"lent": len(self.functions) - 1}

    def _find(self, tree, inner):
        if "own" in tree:
            return self.functions[tree["own"]]
        if "guest" in tree:
            return self.models[int(tree["guest"])]
        if "model" not in tree:
            return Proxy(self, int(tree["lent"]))
        number, described = abs(int(tree["number"])), inner(tree["model"])
        try:
            if self.texts.get(number) != described["config"]:
                self.models[number], self.texts[number] = crossing.rebuild(described), described["config"]
            else:
                self.models[number].set_weights(described["weights"])
        except ValueError:      # a layer of the student's own, or no honest model: it stays where it is
            return Proxy(self, number)
        return self.models[number]


def protect(value, depth=4):
    """Make the arrays in a value read-only; returns the numbers (`id`) of the containers in it, which nobody may change either.

    >>> import numpy as np
    >>> zeros = np.zeros(2)
    >>> len(protect({"a": [zeros]})), zeros.flags.writeable
    (2, False)
    """
    if hasattr(value, "setflags"):
        value.setflags(write=False)
    if not depth or not isinstance(value, (list, tuple, dict, set, bytearray)):
        return set()
    parts = value.values() if isinstance(value, dict) else value
    return {id(value)}.union(*(protect(part, depth - 1) for part in parts if not isinstance(part, (int, float, str))))
