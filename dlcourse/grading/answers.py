"""The answer process: runs the lab's setup and the student's cells, and does what the verdict process asks of them.

It knows no check. Whatever the student's code does to this process, it can only make its answers wrong.
"""

import collections
import contextlib
import hashlib
import io
import linecache
import operator
import sys
import types

import numpy as np

from dlcourse.grading import crossing, wire
from dlcourse.grading.calls import Peer, depart, last_line

PRINTED = 1 << 20               # characters that all cells together may print; the rest is dropped
LENT = 20                       # the models lent last are looked at for new weights
CHANGEABLE = (list, set, bytearray, collections.deque, *wire.DICTS)
FIGURES, PIXELS = 4, 400_000    # pictures of one cell, bytes of each
OPERATIONS = {name: getattr(operator, name) for name in (
    "add sub mul truediv floordiv mod pow matmul and_ or_ xor lshift rshift neg pos abs invert eq ne lt le gt ge "
    "getitem setitem delitem index").split()}
OPERATIONS |= {"call": lambda function, *args, **words: function(*args, **words), "getattr": getattr, "setattr": setattr,
               "delattr": delattr, "len": len, "iter": iter, "next": next, "bool": bool, "int": int, "float": float, "complex": complex,
               "str": str, "repr": repr, "round": round, "divmod": divmod, "reversed": reversed, "array": np.asarray}


def serve(end):
    """Live as an answer process at this end of a socket, until the other end goes.

    >>> import socket, threading
    >>> one, other = socket.socketpair()
    >>> threading.Thread(target=lambda: Answers(wire.Line(other)).peer.listen(), daemon=True).start()
    >>> asking = Peer(wire.Line(one))
    >>> asking.ask("run", "x = 6 * 7", "cell")["error"], asking.ask("fetch", "x")
    (None, (42,))
    """
    main = types.ModuleType("__main__")
    sys.modules["__main__"] = main      # where a notebook's names live
    Answers(wire.Line(end), main.__dict__).peer.listen()


class Printed(io.TextIOBase):
    """Keeps what is printed, up to a limit; a flood costs nothing.

    >>> page = Printed(limit=5)
    >>> print("hello world", file=page); page.take()
    'hello'
    """

    def __init__(self, limit=PRINTED):
        self.left, self.kept = limit, []

    def write(self, text):
        """Keep what there is room for."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if self.left > 0:
            self.kept.append(text[:self.left])
            self.left -= len(text)
        return len(text)

    def take(self):
        """What was printed since the last time."""
        text, self.kept = "".join(self.kept), []
        return text.encode("utf-8", "replace").decode()


class Callback:
    """A function that stayed in the verdict process, as the student's code sees it.

    >>> Callback(lambda what, *args: sum(args), 0)(1, 2)
    3
    """

    def __init__(self, ask, number):
        self._ask, self._number = ask, number

    def __call__(self, *args, **words):
        return self._ask("call back", self._number, *args, **words)


class Answers:
    """The namespace of a notebook, and the things in it that have been lent to the verdict process by number.

    >>> import socket
    >>> answers = Answers(wire.Line(socket.socketpair()[0]))
    >>> answers.run("x = 1 / 0", "cell")["error"]["said"]
    'division by zero'
    """

    def __init__(self, line, namespace=None):
        self.namespace = {} if namespace is None else namespace
        self.namespace |= {"__name__": "__main__", "get_ipython": self._shell, "display": print}     # as every notebook has them
        self.files, self.things, self.numbers, self.models, self.guests = set(), [], {}, {}, {}
        self.printed = Printed()
        self.peer = Peer(line, self.serve, self.lend, self.find, self._where)

    def serve(self, what, *args, **words):
        """Do one thing that the verdict process asks for."""
        return {"run": self.run, "fetch": self.fetch, "bind": self.bind, "apply": self.apply, "plain": self.plain}[what](*args, **words)

    def run(self, source, file, drawn=False):
        """Run one cell: its error if it raised, what it printed and, where they are wanted, the figures it drew."""
        error = None
        linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
        self.files.add(file)
        with contextlib.redirect_stdout(self.printed), contextlib.redirect_stderr(self.printed):
            try:
                exec(self._compiled(source, file), self.namespace)
            except BaseException as raised:     # SystemExit and Ctrl-C too: a cell may end, not the process
                error = depart(raised, self._where)
        return {"error": error, "printed": self.printed.take(), "figures": _figures(drawn)}

    def fetch(self, name):
        """The value of a name, in a tuple; an empty one if there is no such name."""
        return (self.namespace[name],) if name in self.namespace else ()

    def bind(self, name, value):
        """Give a name its value, as a check's `as` does."""
        self.namespace[name] = value

    def apply(self, operation, *operands, **words):
        """One operation: its value, the arguments that it changed, and the weights of lent models that it changed."""
        given = [*enumerate(operands), *words.items()]
        before = [_frozen(operand) for _, operand in given]
        with contextlib.redirect_stdout(Printed(0)), contextlib.redirect_stderr(Printed(0)):    # might tell what a hidden check asks
            value = OPERATIONS[operation](*operands, **words)
        changed = [[place, new] for old, (place, new) in zip(before, given) if old is not None and _frozen(new) != old]
        return [value, changed, self._trained()]

    def plain(self, thing):
        """What a thing is as plain data, in a tuple; empty if it is nothing of the kind."""
        for kind in (bool, int, float, complex, str, bytes, tuple, list, dict, set, frozenset):
            if isinstance(thing, kind):
                return (kind(thing),)
        if isinstance(thing, collections.abc.Set):      # the keys of a dict
            return (set(thing),)
        return (np.asarray(thing),) if hasattr(thing, "__array__") else ()

    def lend(self, thing, inner):
        """What stands for something that is not plain: tensors are arrays, models can be rebuilt, all else is a number."""
        if isinstance(thing, Callback):
            return {"own": thing._number}
        if type(thing).__name__ == "TensorShape" and thing.rank is not None:
            return inner(tuple(thing.as_list()))
        if type(thing).__module__.startswith("tensorflow") and hasattr(thing, "numpy") and not hasattr(thing, "assign"):
            array = thing.numpy()
            if isinstance(array, (np.ndarray, np.generic)):
                return inner(np.asarray(array))
        if self.numbers.get(id(thing), 0) < 0:
            return {"guest": self.numbers[id(thing)]}
        known = id(thing) in self.numbers
        number = self.numbers.setdefault(id(thing), len(self.things))
        if not known:
            self.things.append(thing)
        described = crossing.describe(thing) if "keras" in sys.modules else None
        if not described:
            return {"lent": number}
        self.models[number] = _fingerprint(described["weights"])
        return {"model": inner(described), "number": number}

    def find(self, tree, inner):
        """What the verdict process means: something of ours, one of its functions, a name of the setup, or a model of its own."""
        if "own" in tree:
            thing = self._thing(tree["own"])
            if "weights" in tree:
                thing.set_weights(inner(tree["weights"]))
            return thing
        if "setup" in tree:
            return self.namespace[tree["setup"]]
        if "model" in tree:
            guest = crossing.rebuild(inner(tree["model"]))
            self.guests[tree["number"]], self.numbers[id(guest)] = guest, tree["number"]
            self.models[tree["number"]] = _fingerprint(crossing.weights(guest))
            return guest
        return Callback(self.peer.ask, tree["lent"])

    def _trained(self):
        """(number, weights) of the lent models that have changed since the verdict process saw them."""
        news = []
        for number, old in list(self.models.items())[-LENT:]:
            weights = crossing.weights(self._thing(number))
            if _fingerprint(weights) != old:
                self.models[number] = _fingerprint(weights)
                news.append([number, weights])
        return news

    def _thing(self, number):
        """What a number stands for: below zero, a model of the verdict process' own."""
        return self.guests[number] if number < 0 else self.things[number]

    def _where(self, trace):
        return last_line(trace, self.files, self.namespace)

    def _compiled(self, source, file):
        try:
            return compile(source, file, "exec")
        except SyntaxError:
            from IPython.core.inputtransformer2 import TransformerManager

            python = TransformerManager().transform_cell(source)      # %time and its like
            if python.strip() == source.strip():
                raise
            return compile(python, file, "exec")

    def _shell(self):
        """IPython's shell, for magics only."""
        from IPython.core.interactiveshell import InteractiveShell

        return InteractiveShell.instance(user_module=sys.modules["__main__"], user_ns=self.namespace)


def _frozen(operand):
    """What an argument looks like now, if it is of a kind that can be changed in place."""
    if type(operand) is np.ndarray:
        return operand.dtype.str, operand.shape, hashlib.blake2b(np.ascontiguousarray(operand).data).digest()
    if type(operand) in CHANGEABLE:
        tree, arrays = wire.dump(operand, lambda thing, inner: {"thing": id(thing)})
        return repr(tree), [_frozen(array) for array in arrays]
    return None


def _fingerprint(weights):
    return [_frozen(array) for array in weights]


def _figures(wanted):
    """The open figures as PNG bytes; all are closed."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    pictures = []
    try:
        for number in pyplot.get_fignums()[:FIGURES] if pyplot and wanted else ():
            file = io.BytesIO()
            pyplot.figure(number).savefig(file, format="png", dpi=80)
            pictures.append(file.getvalue())
        if pyplot:
            pyplot.close("all")
    except Exception:       # a figure that cannot be drawn is not shown
        pass
    return [picture for picture in pictures if len(picture) <= PIXELS]
