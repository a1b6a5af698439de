"""What passes between two processes that do not trust each other: everything plain, unchanged; nothing else; never too much."""

import json
import math
import random
import socket
import struct
import time
from collections import Counter, OrderedDict, namedtuple

import numpy as np
import pytest

from dlcourse.grading import wire

PLAIN = [None, True, 0, -1, 2**70, 1.5, -0.0, math.inf, "", "ä\n", 1 + 2j, b"\x00", bytearray(b"ab"), (), (1, (2,)), [], [[1], "a"],
         {}, {1: "a", (2, 3): [4], None: 5}, {1, "a"}, frozenset({2}), range(1, 9, 2), slice(1, None), ..., np.float32(0.1), np.int64(3),
         np.bool_(True), np.datetime64("2024-01-02"), np.zeros((0, 3)), np.array(2.5), np.arange(6, dtype="int16").reshape(2, 3),
         np.asfortranarray(np.arange(6.0).reshape(2, 3)), np.array(["a", "bc"]), np.array([1 + 2j]), np.dtype("float32")]


def across(value):
    """The value after a journey through a real socket."""
    one, other = (wire.Line(end) for end in socket.socketpair())
    tree, arrays = wire.dump(value)
    one.send({"said": tree}, arrays)
    message, arrays = other.receive()
    return wire.load(message["said"], arrays)


@pytest.mark.parametrize("value", PLAIN, ids=lambda value: type(value).__name__)
def test_plain_data_arrives_as_it_was(value):
    came = across(value)
    assert type(came) is type(value)
    if isinstance(value, (np.ndarray, np.generic)):
        assert came.dtype == value.dtype and came.shape == value.shape and np.array_equal(came, value)
    else:
        assert came == value and repr(came) == repr(value)


def test_what_is_not_a_number_arrives_and_an_array_that_came_can_be_written_to():
    assert math.isnan(across([math.nan])[0])
    came = across(np.zeros(3))
    came[0] = 1
    assert came[0] == 1


def test_dictionaries_of_every_kind_equal_what_they_were():
    assert across(Counter("aab")) == {"a": 2, "b": 1} and across(OrderedDict(a=1)) == {"a": 1}


class Word(str):
    """A text that could do as it likes when compared."""


@pytest.mark.parametrize("value", [Word("a"), namedtuple("P", "x")(1), object(), print, np.array([object()]), [Word("a")], {"a": object()},
                                   np.zeros(1, dtype=[("a", "i4")]), 1 << (1 << 21)], ids=lambda value: type(value).__name__)
def test_what_is_not_plain_stays_at_home(value):
    with pytest.raises(TypeError):
        wire.dump(value)
    lent = []
    tree, arrays = wire.dump(value, lambda thing, inner: lent.append(thing) or {"lent": 0})
    assert len(lent) == 1 and wire.load(tree, arrays, lambda tree, inner: "found") is not None


def test_a_list_in_itself_has_an_end():
    endless = []
    endless.append(endless)
    tree, _ = wire.dump(endless, lambda thing, inner: {"lent": 0})
    assert json.dumps(tree).count("[") == wire.DEEPEST + 1


@pytest.mark.parametrize("tree", [{}, {"tuple": 3}, {"array": 0}, {"array": -1}, {"scalar": "x"}, {"dict": [[1]]}, {"dict": [[[], 1]]}, {"bytes": "xyz"},
                                  {"range": ["a", 1, 1]}, {"slice": []}, {"dtype": "O;drop"}, {"a": 1, "b": 2}, {"lent": 1}],
                         ids=repr)
def test_what_no_honest_end_sends_is_broken(tree):
    with pytest.raises(wire.Broken):
        wire.load(tree, [])


def frame(text, blobs=(), count=None, size=None):
    body = text + b"".join(struct.pack(">Q", len(blob)) + blob for blob in blobs)
    return struct.pack(">IIQ", len(text), len(blobs) if count is None else count, len(body) if size is None else size) + body


NPY = wire._pack(np.zeros(4))


@pytest.mark.parametrize("raw", [frame(b"nonsense"), frame(b"[]"), frame(b"3"), frame(b"[" * 100_000), frame(b"{}", [b"short"]), frame(b"{}", count=3),
                                 frame(b"{}", size=1 << 40), frame(b"{}", size=1), struct.pack(">IIQ", 1 << 31, 0, 1 << 33),
                                 frame(b"{}", [NPY.replace(b"(4,)", b"(9,)")]), frame(b"{}", [NPY.replace(b"'<f8'", b"'|O' ")]),
                                 frame(b"{}", [NPY.replace(b"(4,)", b"(-4,)")]), frame(b"{}", [NPY.replace(b"\x01\x00", b"\x02\x00", 1)])])
def test_a_broken_frame_is_told_and_costs_no_memory(raw):
    one, other = socket.socketpair()
    one.sendall(raw)
    one.close()
    with pytest.raises((wire.Broken, wire.Gone)):
        wire.Line(other).receive()


def test_no_mutated_frame_does_more_than_break():
    rng, good = random.Random(0), frame(json.dumps({"said": wire.dump([1, (2, "a")])[0]}).encode(), [NPY])
    for _ in range(2000):
        raw = bytearray(good)
        for _ in range(rng.randint(1, 4)):
            raw[rng.randrange(len(raw))] = rng.randrange(256)
        one, other = socket.socketpair()
        with one, other:
            one.sendall(raw)
            one.shutdown(socket.SHUT_WR)
            try:
                message, arrays = wire.Line(other).receive()
                wire.load(message.get("said"), arrays)
            except (wire.Broken, wire.Gone):
                pass


def test_nobody_waits_beyond_the_deadline():
    one, other = socket.socketpair()
    began = time.monotonic()
    with pytest.raises(wire.Late):
        wire.Line(other).receive(deadline=began + 0.05)
    with pytest.raises(wire.Late):      # nobody reads: a large message cannot leave
        wire.Line(one).send({}, [np.zeros(1 << 20)], deadline=time.monotonic() + 0.05)
    other.close()
    with pytest.raises(wire.Gone):
        wire.Line(one).receive()


def test_too_much_is_not_even_sent(monkeypatch):
    monkeypatch.setattr(wire, "LARGEST", 1000)
    one, other = (wire.Line(end) for end in socket.socketpair())
    with pytest.raises(wire.Broken, match="too large to send"):
        one.send({}, [np.zeros(1000)])
