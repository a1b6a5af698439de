"""What may pass between two processes that do not trust each other: plain data as JSON, arrays as .npy, all of it bounded.

No pickle. Numbers keep their types; tuples, sets, whole numbers as keys, NaN and complex numbers arrive as they were. What is not
plain data stays at home, and a number that stands for it travels: how, the two ends say (`lend` and `find`).
"""

import collections
import decimal
import fractions
import io
import json
import socket
import struct
import time

import numpy as np

LARGEST = 512 << 20     # bytes of one message
LONGEST = 64 << 20      # bytes of its JSON
DEEPEST = 40            # lists in lists
MANY = 10_000           # arrays of one message
HUGE = 1 << 20          # bits of a whole number, and the largest power of ten of a decimal one
WORDS = (type(None), bool, float, str)                                           # JSON has these
AS_LIST = {kind.__name__: kind for kind in (tuple, set, frozenset, collections.deque)}
AS_DICT = {"dict": dict, "defaultdict": dict, "OrderedDict": collections.OrderedDict, "Counter": collections.Counter}
DICTS = (*AS_DICT.values(), collections.defaultdict)
SAFE = "biufcSUmM"      # kinds of numbers and text in arrays; objects never travel
_HEAD = struct.Struct(">IIQ")


class Broken(Exception):
    """The other end sent what no honest end sends, or more than is allowed.

    >>> raise Broken("a message of 1 TB")
    Traceback (most recent call last):
    dlcourse.grading.wire.Broken: a message of 1 TB
    """


class Gone(BaseException):
    """The other process has ended. No `except Exception` of a check may swallow that.

    >>> issubclass(Gone, Exception)
    False
    """


class Late(BaseException):
    """The other process did not answer in time.

    >>> issubclass(Late, Exception)
    False
    """


def dump(value, lend=None):
    """Plain data as (tree for JSON, arrays).

    `lend(value, inner)` gives the tree that stands for what is not plain, or raises TypeError; `inner` dumps parts of it.

    >>> dump((1, {2: float("inf")}))
    ({'tuple': [1, {'dict': [[2, inf]]}]}, [])
    """
    arrays = []
    return _dump(value, lend or _refuse, arrays, 0), arrays


def load(tree, arrays, find=None):
    """The value that `dump` took apart; `find(tree, inner)` gives what a lent tree stands for; `inner` loads parts of it.

    >>> load(*dump({1: ("a", 2 + 1j), "b": {3}, "c": np.arange(2)}))
    {1: ('a', (2+1j)), 'b': {3}, 'c': array([0, 1])}
    """
    try:
        return _load(tree, arrays, find or _refuse)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError) as error:
        raise Broken(f"{type(error).__name__}: {error}") from None


def _refuse(value, inner):
    raise TypeError(f"{type(value).__name__} is no plain data")


def _dump(value, lend, arrays, depth):
    kind = type(value)
    if kind in WORDS or kind is int and value.bit_length() < 4096:
        return value.encode("utf-8", "replace").decode() if kind is str else value

    def inner(part):
        return _dump(part, lend, arrays, depth + 1)

    if depth > DEEPEST:
        return lend(value, inner)
    if kind is list:
        return [inner(item) for item in value]
    if kind in AS_LIST.values():
        return {kind.__name__: [inner(item) for item in value]}
    if kind in DICTS:
        return {kind.__name__: [[inner(key), inner(item)] for key, item in value.items()]}
    if kind is int and value.bit_length() <= HUGE:
        return {"int": hex(value)}
    if kind is complex:
        return {"complex": [value.real, value.imag]}
    if kind is fractions.Fraction:
        return {"Fraction": [inner(value.numerator), inner(value.denominator)]}
    if kind is decimal.Decimal:
        return {"Decimal": str(value)}
    if kind in (bytes, bytearray):
        return {kind.__name__: value.hex()}
    if kind is range:
        return {"range": [value.start, value.stop, value.step]}
    if kind is slice:
        return {"slice": [inner(part) for part in (value.start, value.stop, value.step)]}
    if value is ...:
        return {"ellipsis": True}
    if isinstance(value, np.dtype) and value.kind in SAFE:
        return {"dtype": value.str}
    if kind is np.ndarray or isinstance(value, np.generic):
        return _dump_array(value, inner, lend, arrays)
    return lend(value, inner)


def _dump_array(value, inner, lend, arrays):
    array = np.asarray(value)
    if array.dtype.name == "bfloat16":      # .npy would forget what the two bytes mean
        array = array.astype("float32")
    if array.dtype.kind not in SAFE or array.dtype.names:
        return lend(value, inner)
    if isinstance(value, np.generic):
        return {"scalar": [array.dtype.str, array.tobytes().hex()]}
    arrays.append(array)
    return {"array": len(arrays) - 1}


def _load(tree, arrays, find):
    if isinstance(tree, WORDS) or isinstance(tree, int):
        return tree
    if isinstance(tree, list):
        return [_load(item, arrays, find) for item in tree]
    [(kind, what), *more] = tree.items()
    if more or kind not in _LOADERS:
        return find(tree, lambda part: _load(part, arrays, find))
    if kind in _OF_PARTS:
        what = [_load(item, arrays, find) for item in what]
    if kind == "array":
        return arrays[int(what)].copy()
    return _LOADERS[kind](what)


def _dtype(text):
    kind = np.dtype(str(text))
    if kind.kind not in SAFE or kind.subdtype or kind.itemsize > LONGEST:
        raise ValueError(f"a dtype {kind}")
    return kind


def _decimal(text):
    number = decimal.Decimal(str(text))
    if number.is_finite() and abs(number.adjusted()) > HUGE:
        raise ValueError("a number without end")
    return number


_OF_PARTS = {**AS_LIST, **AS_DICT, "slice": None, "Fraction": None}
_LOADERS = {**AS_LIST, **{name: lambda items, kind=kind: kind(dict(items)) for name, kind in AS_DICT.items()},
            "int": lambda digits: int(digits, 16), "complex": lambda parts: complex(*map(float, parts)),
            "Fraction": lambda parts: fractions.Fraction(*parts), "Decimal": _decimal,
            "bytes": bytes.fromhex, "bytearray": bytearray.fromhex, "range": lambda parts: range(*map(int, parts)),
            "slice": lambda parts: slice(*parts), "ellipsis": lambda _: ..., "array": None, "dtype": _dtype,
            "scalar": lambda parts: np.frombuffer(bytes.fromhex(parts[1]), _dtype(parts[0]), count=1)[0]}


class Line:
    """A socket that carries messages: a JSON object and its arrays.

    >>> one, other = (Line(end) for end in socket.socketpair())
    >>> one.send({"say": "hello"}, [np.eye(2)])
    >>> message, (array,) = other.receive()
    >>> message["say"], array.shape
    ('hello', (2, 2))
    """

    def __init__(self, end):
        self.end = end

    def send(self, message, arrays=(), deadline=None):
        """Send one message, before `deadline` (on the monotonic clock) if there is one."""
        text = json.dumps(message).encode()
        packed = [_pack(array) for array in arrays]
        size = len(text) + sum(map(len, packed)) + 8 * len(packed)
        if len(text) > LONGEST or size > LARGEST or len(packed) > MANY:
            raise Broken(f"a message of {size >> 20} MB is too large to send")
        parts = [_HEAD.pack(len(text), len(packed), size), text]
        for blob in packed:
            parts += [struct.pack(">Q", len(blob)), blob]
        self._wait(deadline)
        try:
            self.end.sendall(b"".join(parts))
        except TimeoutError:
            raise Late from None
        except OSError:
            raise Gone from None

    def receive(self, deadline=None):
        """The next message and its arrays; raises Gone, Late or Broken."""
        length, count, size = _HEAD.unpack(self._read(_HEAD.size, deadline))
        if length > LONGEST or size > LARGEST or count > MANY or length + 8 * count > size:
            raise Broken(f"a message of {size >> 20} MB is too large to receive")
        content = memoryview(self._read(size, deadline))
        try:
            message, rest = json.loads(bytes(content[:length])), content[length:]
            if not isinstance(message, dict):
                raise ValueError("not an object")
            arrays = []
            for _ in range(count):
                (long,) = struct.unpack(">Q", rest[:8])
                arrays.append(_unpack(rest[8:8 + long]))
                rest = rest[8 + long:]
        except Exception as error:      # readers of JSON and .npy raise all sorts of things at nonsense
            raise Broken(f"{type(error).__name__}: {error}") from None
        return message, arrays

    def _read(self, count, deadline):
        buffer, got = bytearray(count), 0
        view = memoryview(buffer)
        while got < count:
            self._wait(deadline)
            try:
                new = self.end.recv_into(view[got:])
            except TimeoutError:
                raise Late from None
            except OSError:
                raise Gone from None
            if not new:
                raise Gone
            got += new
        return buffer

    def _wait(self, deadline):
        """Let the socket wait until the deadline and no longer."""
        left = None if deadline is None else deadline - time.monotonic()
        if left is not None and left <= 0:
            raise Late
        self.end.settimeout(left)


def _pack(array):
    file = io.BytesIO()
    np.lib.format.write_array(file, np.asarray(array), allow_pickle=False)
    return file.getvalue()


def _unpack(blob):
    """The array of a .npy text whose header tells the truth about its length."""
    file = io.BytesIO(blob)
    version = np.lib.format.read_magic(file)
    if version != (1, 0):
        raise ValueError(f"an array in version {version}")
    shape, fortran, dtype = np.lib.format.read_array_header_1_0(file)
    count = int(np.prod(shape, dtype=object)) if shape else 1
    if dtype.kind not in SAFE or dtype.names or not 0 <= count <= LARGEST or count * dtype.itemsize != len(blob) - file.tell():
        raise ValueError("an array that is not what its header says")
    array = np.frombuffer(blob, dtype, count=count, offset=file.tell()) if count * dtype.itemsize else np.empty(count, dtype)
    return array.reshape(shape, order="F" if fortran else "C")
