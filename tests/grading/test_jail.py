"""The jail holds: tried from inside, as root and as a plain user, at every level that this machine allows."""

import ctypes
import json
import os
import pickle
import resource
import select
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path

import pytest

from dlcourse import places
from dlcourse.errors import CourseError
from dlcourse.grading.jail import LEVELS, Bounds, limits, probe, spawn, why, works
from dlcourse.grading.jail.syscalls import call

if sys.platform != "linux":
    pytest.skip("the jail's walls are Linux's", allow_module_level=True)

ROOT = places.checkout()
WALLED = [(level, who) for level in ("namespaces", "landlock") for who in ("root", "user")]


# ---- the stage: a supervisor in a process of its own, as root or as a plain user ---------------------------------------------------

def as_supervisor(who, scene, level="namespaces"):
    """Run `scene()` in a fork of this process that is root or a plain user; gives what it returns, or raises what it raises."""
    answers, answer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            if os.geteuid() == 0 and (who == "user" or level == "landlock"):
                open_the_way_to_python()
            if os.geteuid() == 0 and who == "user":
                uid = limits.fresh_uid()
                os.setgroups([])
                os.setresgid(uid, uid, uid)
                os.setresuid(uid, uid, uid)
                call("prctl", 4, 1, 0, 0, 0)       # dumpable, as a user's processes are
            result = True, scene()
        except BaseException as error:
            result = False, f"{type(error).__name__}: {error}"
        with open(answer, "wb") as file:
            pickle.dump(result, file)
        os._exit(0)
    os.close(answer)
    with open(answers, "rb") as file:
        good, result = pickle.loads(file.read())
    os.waitpid(pid, 0)
    assert good, result
    return result


def open_the_way_to_python():
    """A Python in root's own folder, which only root may enter, cannot be tested as anyone else: show it there, in a private mount."""
    shut = [folder for folder in Path(sys.base_prefix).parents if not folder.stat().st_mode & stat.S_IXOTH]
    if shut:
        call("unshare", 0x20000)
        python = os.open(sys.base_prefix, os.O_PATH)
        call("mount", None, b"/", None, 1 << 18 | 16384, None)
        call("mount", b"tmpfs", os.fsencode(shut[-1]), b"tmpfs", 0, b"mode=755")
        os.makedirs(sys.base_prefix)
        call("mount", f"/proc/self/fd/{python}".encode(), os.fsencode(sys.base_prefix), None, 4096, None)
        os.close(python)


def job(work, level, **options):
    """Run `work` in a jail: how it ended, and what it returned (as JSON). Whoever outlives the job still holds its pipe."""
    said, say = os.pipe()
    with spawn(lambda: os.write(say, json.dumps(work()).encode()), level, keep=[say], **options) as prisoner:
        os.close(say)
        outcome = prisoner.reap()
    assert ends(said, 0), "a process of the jail is still alive"
    text = b"".join(iter(lambda: os.read(said, 65536), b""))
    os.close(said)
    return outcome, json.loads(text) if text else None


def ends(pipe, seconds):
    """Whether all who may write to a pipe are gone within a time; leaves what they wrote in it."""
    poll = select.poll()
    poll.register(pipe, 0)              # no event but its end
    return bool(poll.poll(1000 * seconds))


def attempt(deed):
    """'done', or the error that stopped it."""
    try:
        deed()
    except (OSError, MemoryError, ValueError) as error:     # the last: limits that may not rise
        return type(error).__name__
    return "done"


@pytest.fixture(params=WALLED, ids=lambda param: "-".join(param))
def walls(request):
    """A level and a user for which this machine can build a jail; else the test tells why not."""
    level, who = request.param
    if who == "root" and os.geteuid() != 0:
        pytest.skip("these tests do not run as root")
    here, told = as_supervisor(who, lambda: (works(level), why("none")), level)
    if not here:
        pytest.skip(f"no {level} for {who} here: {told}")
    return level, who


@pytest.fixture
def jailed(walls):
    """Run a job in the jail: `jailed(work)` gives its outcome and what it returned."""
    level, who = walls
    return lambda work, **options: as_supervisor(who, lambda: job(work, level, **options), level)


# ---- what must work inside -----------------------------------------------------------------------------------------------------------

def test_there_is_a_jail_here_and_its_level_is_told():
    assert probe() in LEVELS
    assert all(level.split()[0] in why(level) or level == "none" for level in LEVELS)
    with pytest.raises(CourseError, match="the jail cannot be entered"):
        spawn(lambda: None, "namespaces", bounds=Bounds(scratch="no size"))      # refused with namespaces and without
    with pytest.raises(ValueError, match="a level is one of"):
        spawn(lambda: None, "steel")


def test_work_never_runs_outside_its_walls(walls, tmp_path, monkeypatch):
    """Whichever step of entering fails, the job is refused with a reason, and nothing ran."""
    level, who = walls
    ran = tmp_path / "ran"
    steps = ["limits.limit", "limits.drop", "seccomp.install", "landlock.restrict" if level == "landlock" else "namespaces.build"]

    def refused():
        try:
            spawn(lambda: ran.touch(), level)
        except CourseError as error:
            return str(error)

    for step in steps:
        def fail(*_):
            raise OSError(1, "not on this day")
        with monkeypatch.context() as broken:
            broken.setattr(f"dlcourse.grading.jail.{step}", fail)
            assert "(not on this day)" in as_supervisor(who, refused, level)
    assert not ran.exists()


def test_work_runs_in_an_empty_folder_of_its_own_with_python_around_it(jailed, walls):
    def work():
        import colorsys             # not imported before: it is read from the disk
        import sqlite3
        import tomllib

        Path("model.keras").write_text("x" * 1000)
        Path(tempfile.gettempdir(), "y").touch()
        ran = subprocess.run([sys.executable, "-c", "import numpy; print(numpy.arange(3).sum())"], capture_output=True, text=True)
        return {"here": os.listdir(), "home": os.listdir(Path.home()), "stdin": sys.stdin.read(), "ran": ran.stdout,
                "modules": [colorsys.__name__, sqlite3.__name__, tomllib.__name__]}

    outcome, seen = jailed(work)
    assert outcome == "exit 0"
    assert seen == {"here": ["model.keras"], "home": [], "stdin": "", "ran": "3\n", "modules": ["colorsys", "sqlite3", "tomllib"]}


def test_how_it_ended_is_told(jailed, walls):
    assert jailed(lambda: sys.exit(3))[0] == "exit 3"
    assert jailed(lambda: os._exit(4))[0] == "exit 4"
    assert jailed(lambda: 1 / 0)[0] == "exit 1"
    assert jailed(lambda: ctypes.string_at(0))[0] == "signal SIGSEGV"
    assert jailed(lambda: bytearray(3 << 30), bounds=Bounds(memory=1 << 30))[0] == "memory"


def test_only_kept_files_are_open_and_what_is_printed_goes_where_it_should(walls):
    level, who = walls

    def scene():
        secret = os.open("/etc/passwd", os.O_RDONLY)
        end, output = os.pipe()
        seen = job(lambda: print("hello") or [fd for fd in range(200) if attempt(lambda: os.fstat(fd)) == "done"], level, output=output)
        os.close(output)
        return seen, os.read(end, 100), secret

    (outcome, files), printed, secret = as_supervisor(who, scene, level)
    assert outcome == "exit 0" and printed == b"hello\n"
    assert files[:3] == [0, 1, 2] and len(files) == 4 and secret not in files


def test_the_instructors_environment_stays_outside(walls, monkeypatch):
    level, who = walls
    monkeypatch.setenv("GITHUB_TOKEN", "secret")
    monkeypatch.setenv("TF_VAR_password", "secret")
    _, names = as_supervisor(who, lambda: job(lambda: dict(os.environ), level), level)
    assert "secret" not in names.values() and names["USER"] == "student" and names["HOME"].endswith("/home")


# ---- what must not ---------------------------------------------------------------------------------------------------------------------

def deeds(home, supervisor):
    """What a student might try, each by its name; `home` is a folder of the supervisor's own with a gradebook in it."""
    book, libc = f"{home}/grades.csv", ctypes.CDLL(None, use_errno=True)

    def connect():
        with socket.socket() as sock:
            sock.connect(("127.0.0.1", 9))

    def listen():
        with socket.socket() as sock:
            sock.bind(("127.0.0.1", 0))
            sock.listen()

    def kernel(name, *arguments):
        return lambda: call(name, *arguments)

    def empty_by_reading():
        os.close(os.open(book, os.O_RDONLY | os.O_TRUNC))

    return {
        "read shadow": lambda: open("/etc/shadow").read(),
        "read the gradebook": lambda: open(book).read(),
        "list the home folder": lambda: os.listdir(home),
        "list the solutions": lambda: os.listdir(ROOT / "solutions"),
        "list the tests": lambda: os.listdir(ROOT / "tests"),
        "list the folder of homes": lambda: os.path.basename(home) in os.listdir(os.path.dirname(home)) or refuse(),
        "write the gradebook": lambda: open(book, "w"),
        "add to the gradebook": lambda: open(book, "a"),
        "empty the gradebook": lambda: os.truncate(book, 0),
        "empty it by reading": empty_by_reading,
        "remove the gradebook": lambda: os.unlink(book),
        "move the gradebook": lambda: os.rename(book, book + "x"),
        "link the gradebook": lambda: os.link(book, "mine") or open("mine").read(),
        "write beside the gradebook": lambda: open(f"{home}/new", "w"),
        "change the package": lambda: open(places.PACKAGE / "checking.py", "a"),
        "change Python": lambda: open(os.__file__, "a"),
        "write in /usr": lambda: open("/usr/new", "w"),
        "write in /": lambda: open("/new", "w"),
        "read the supervisor's environment": lambda: open(f"/proc/{supervisor}/environ").read(),
        "read the supervisor's memory": lambda: open(f"/proc/{supervisor}/mem", "rb"),
        "signal the supervisor": lambda: os.kill(supervisor, 0),
        "signal everyone": lambda: os.kill(-1, 0) if os.getpid() != 1 else refuse(),
        "connect": connect, "listen": listen,
        "a local socket": lambda: socket.socket(socket.AF_UNIX),
        "become root": lambda: os.setuid(0) if os.getuid() else os.setuid(4321),
        "other users": lambda: os.setgroups([0]),
        "unshare": kernel("unshare", 0x10000000),
        "clone a namespace": kernel("clone", 0x10000000 | signal.SIGCHLD, 0, 0, 0, 0),
        "mount": kernel("mount", b"tmpfs", b"/", b"tmpfs", 0, None),
        "ptrace": kernel("ptrace", 16, supervisor, 0, 0),
        "userfaultfd": kernel("userfaultfd", 1), "bpf": kernel("bpf", 0, 0, 0), "io_uring": kernel("io_uring_setup", 1, ctypes.create_string_buffer(200)),
        "keys": kernel("keyctl", 0, -3, 0), "uncounted memory": kernel("memfd_create", b"x", 0),
        "shared memory": kernel("shmget", 0, 4096, 0o1600),
        "outlive the warden": kernel("prctl", 1, 0, 0, 0, 0),
        "limit others": kernel("prlimit64", supervisor, 7, None, ctypes.create_string_buffer(16)),
        "lift its own limits": lambda: resource.setrlimit(resource.RLIMIT_AS, (-1, -1)),
        "type into the terminal": kernel("ioctl", 0, 0x5412, b"x"),
        "make a device": lambda: os.mknod("device", 0o600 | stat.S_IFBLK, os.makedev(254, 0)),
        "call x32": lambda: libc.syscall(ctypes.c_long(0x40000000 | 41), 2, 1, 0) >= 0 or refuse(),
    }


def refuse():
    raise OSError(ctypes.get_errno(), "refused")


def try_all(level, readable=()):
    """Every deed, each in one jail after the other deeds; what became of it, and what is left of the gradebook."""
    home = tempfile.mkdtemp(prefix="jail-home-")
    os.chmod(home, 0o755)
    book = Path(home, "grades.csv")
    book.write_text("ada,10\n")
    before = book.stat()
    supervisor = os.getpid()
    try:
        outcome, became = job(lambda: {name: attempt(deed) for name, deed in deeds(home, supervisor).items()}, level, readable=readable)
        after = book.stat() if book.exists() else None
        return outcome, became, after == before, os.listdir(home)
    finally:
        shutil.rmtree(home)


def test_nothing_outside_can_be_read_written_or_reached(walls):
    level, who = walls
    outcome, became, untouched, left = as_supervisor(who, lambda: try_all(level), level)
    assert outcome == "exit 0"
    assert [name for name, end in became.items() if end == "done"] == []
    assert untouched and left == ["grades.csv"]


def test_the_deeds_are_possible_where_there_is_no_jail():
    """Else the test above proves nothing."""
    who = "user"
    _, became, untouched, _ = as_supervisor(who, lambda: try_all("none"), "none")
    done = {name for name, end in became.items() if end == "done"}
    assert not untouched
    assert done >= {"read the gradebook", "list the home folder", "list the solutions", "write the gradebook", "remove the gradebook",
                    "listen", "a local socket", "unshare", "outlive the warden", "signal the supervisor", "uncounted memory",
                    "read the supervisor's environment", "keys", "shared memory"}


# ---- bounds --------------------------------------------------------------------------------------------------------------------------

def test_memory_is_bounded_for_one_process_and_for_all_together(jailed):
    assert jailed(lambda: attempt(lambda: bytearray(5 << 30)), bounds=Bounds(memory=4 << 30)) == ("exit 0", "MemoryError")

    def together():
        for _ in range(4):
            if os.fork() == 0:
                full = bytearray(b"x" * (250 << 20))
                time.sleep(60)
                os._exit(len(full))
        time.sleep(60)

    assert jailed(together, bounds=Bounds(memory=700 << 20)) == ("memory", None)


def test_memory_that_processes_share_counts_once(jailed):
    def share():
        full = bytearray(b"x" * (300 << 20))
        for _ in range(4):
            if os.fork() == 0:
                time.sleep(1)
                os._exit(full[0] - ord("x"))
        return [os.wait()[1] for _ in range(4)]

    assert jailed(share, bounds=Bounds(memory=1 << 30)) == ("exit 0", [0, 0, 0, 0])


def test_processes_are_bounded_and_dead_afterwards(walls):
    level, who = walls

    def bomb():
        count = 0
        while count < 1000:
            try:
                if os.fork() == 0:
                    signal.pause()
            except OSError:
                break
            count += 1
        return count

    def scene():
        return limits.tasks_of(os.getuid() or None), job(bomb, level, bounds=Bounds(processes=200))

    others, (outcome, count) = as_supervisor(who, scene, level)
    assert outcome == "exit 0" and 100 < count <= 200 + others


def test_files_are_bounded(walls, jailed):
    def huge():
        with open("huge", "wb") as file:
            for _ in range(100):
                file.write(bytes(1 << 20))

    def many():
        for number in range(100):
            Path(f"{number}").write_bytes(bytes(1 << 20))

    bounds = Bounds(file_size=8 << 20, scratch=32 << 20)
    assert jailed(lambda: attempt(huge), bounds=bounds) == ("exit 0", "OSError")
    assert jailed(lambda: attempt(lambda: [os.dup(0) for _ in range(1000)]), bounds=bounds) == ("exit 0", "OSError")
    if walls[0] == "namespaces":
        assert jailed(lambda: attempt(many), bounds=bounds) == ("exit 0", "OSError")


# ---- nothing is left -------------------------------------------------------------------------------------------------------------------

def daemonise():
    """Leave the parent's family and session, as a background process does."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for ignored in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                signal.signal(ignored, signal.SIG_IGN)
            while True:
                time.sleep(60)
        os._exit(0)


def hop():
    """Fork and die without end: no list of processes is up to date."""
    if os.fork() == 0:
        while True:
            if os.fork():
                os._exit(0)
            os.setsid()


@pytest.mark.parametrize("start", [daemonise, hop])
def test_background_processes_die_with_the_job(jailed, start):
    assert jailed(lambda: start() or time.sleep(0.1)) == ("exit 0", None)      # `job` sees who is still alive


def test_a_job_is_killed_whatever_it_does(walls):
    level, who = walls

    def stubborn():
        for ignored in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
            attempt(lambda ignored=ignored: signal.signal(ignored, signal.SIG_IGN))
        daemonise()
        while True:
            pass

    def scene():
        with spawn(stubborn, level) as prisoner:
            assert not select.select([prisoner], [], [], 0.1)[0]
            prisoner.kill()
            assert select.select([prisoner], [], [], 10)[0]
            return prisoner.reap(), prisoner.reap()

    assert as_supervisor(who, scene, level) == ("killed", "killed")


def test_nothing_is_left_of_a_job_for_the_supervisor(walls):
    level, who = walls

    def hostile():
        deep = "d" * 200
        for _ in range(1500):           # deeper than Python's recursion, longer than a path may be
            os.mkdir(deep)
            os.chdir(deep)
        os.mkdir("shut", 0)
        daemonise()

    def scene():
        tempfile.tempdir = tempfile.mkdtemp()
        os.chmod(tempfile.tempdir, 0o755)

        def state():
            return os.listdir(tempfile.tempdir), os.listdir("/proc/self/fd"), Path("/proc/self/mounts").read_text()
        before = state()
        ended = job(hostile, level)
        with pytest.raises(ZeroDivisionError), spawn(time.sleep, level):
            1 / 0
        after = state()
        os.rmdir(tempfile.tempdir)
        with pytest.raises(ChildProcessError):
            os.waitpid(-1, os.WNOHANG)
        return ended, before == after

    assert as_supervisor(who, scene, level) == (("exit 0", None), True)


@pytest.mark.parametrize("victim", ["supervisor", "warden"])
def test_the_jail_ends_with_the_supervisor_and_with_the_warden(walls, victim):
    level, who = walls

    def work():
        daemonise() if level == "namespaces" or victim == "supervisor" else None
        time.sleep(600)

    def scene():
        tempfile.tempdir = tempfile.mkdtemp()
        os.chmod(tempfile.tempdir, 0o755)
        alive, hold = os.pipe()
        pids, pid = os.pipe()
        supervisor = os.fork()
        if supervisor == 0:
            prisoner = spawn(work, level, keep=[hold])
            os.write(pid, f"{prisoner.pid}".encode())
            os.close(hold)
            signal.pause()
        os.close(hold)
        warden = int(os.read(pids, 20))
        assert not ends(alive, 0.2)
        os.kill(supervisor if victim == "supervisor" else warden, signal.SIGKILL)
        ended = ends(alive, 10)
        if victim == "warden":
            os.kill(supervisor, signal.SIGKILL)
        os.waitpid(supervisor, 0)
        for _ in range(100):
            if victim == "warden" or not os.listdir(tempfile.tempdir):
                break
            time.sleep(0.05)
        left = [] if victim == "warden" else os.listdir(tempfile.tempdir)
        shutil.rmtree(tempfile.tempdir)
        return ended, left

    assert as_supervisor(who, scene, level) == (True, [])


def test_jobs_do_not_meet(walls):
    level, who = walls

    def mark():
        for folder in (Path.home(), Path(tempfile.gettempdir()), Path.cwd(), Path("/dev/shm")):
            attempt(lambda folder=folder: (folder / "secret").write_text("of the other job"))

    def look():
        seen = [str(path) for folder in (Path.home(), tempfile.gettempdir(), Path.cwd(), "/dev/shm")
                if os.access(folder, os.R_OK | os.X_OK) and attempt(lambda folder=folder: os.listdir(folder)) == "done"
                for path in Path(folder).iterdir()]
        others = [pid for pid in range(2, 5000) if pid != os.getpid() and attempt(lambda pid=pid: os.kill(pid, 0)) == "done"]
        return {"uid": os.getuid(), "seen": seen, "others": others}

    def scene():
        told, tell = os.pipe()

        def stay():
            mark()
            os.write(tell, b"%d" % os.getuid())
            time.sleep(60)

        with spawn(stay, level, keep=[tell]) as first:
            uid = int(os.read(told, 20))
            second = job(look, level)
            first.kill()
            assert first.reap() == "killed"
        return uid, second, job(look, level), job(lambda: mark() or look(), level)

    uid, (_, second), (_, third), (_, itself) = as_supervisor(who, scene, level)
    assert second["seen"] == third["seen"] == [] and second["others"] == third["others"] == []
    assert any("secret" in path for path in itself["seen"])         # else nothing was proved
    if who == "root":
        assert len({0, uid, second["uid"], third["uid"]}) == 4


# ---- TensorFlow ------------------------------------------------------------------------------------------------------------------------

TRAINING = textwrap.dedent("""
    import gc, json, os, sys
    sys.path.insert(0, sys.argv[1])
    import matplotlib.pyplot
    import keras, numpy as np, tensorflow as tf
    import test_jail as stage

    def train():
        keras.utils.set_random_seed(0)
        x = np.random.default_rng(0).normal(size=(64, 8, 8, 1)).astype("float32")
        y = (x.mean(axis=(1, 2, 3)) > 0).astype("int32")
        model = keras.Sequential([keras.layers.Conv2D(4, 3), keras.layers.Flatten(), keras.layers.Dense(2)])
        model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True), jit_compile=True)
        data = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(64, seed=0).map(lambda a, b: (a * 2, b), tf.data.AUTOTUNE)
        loss = model.fit(data.batch(16).prefetch(tf.data.AUTOTUNE), epochs=2, verbose=0).history["loss"]
        model.save("model.keras")
        same = np.allclose(keras.models.load_model("model.keras").predict(x, verbose=0), model.predict(x, verbose=0))
        with tf.GradientTape() as tape:
            value = tf.reduce_sum(model(x) ** 2)
        gradients = tape.gradient(value, model.trainable_variables)
        matplotlib.pyplot.plot(loss)
        matplotlib.pyplot.savefig("loss.png")
        import scipy.stats, sklearn.linear_model
        fitted = sklearn.linear_model.LogisticRegression().fit(x.reshape(64, -1), y).score(x.reshape(64, -1), y)
        return {"loss": loss, "same": bool(same), "gradients": len(gradients), "figure": os.path.getsize("loss.png") > 1000, "fitted": fitted > 0.9}

    gc.freeze()
    for level, who in [("none", "user"), *stage.WALLED]:
        try:
            print(json.dumps([level, who, stage.as_supervisor(who, lambda: stage.job(train, level), level)]))
        except AssertionError as error:
            print(json.dumps([level, who, [str(error), None]]))
""")


def test_tensorflow_trains_inside(tmp_path):
    (tmp_path / "training.py").write_text(TRAINING)
    ran = subprocess.run([sys.executable, tmp_path / "training.py", Path(__file__).parent], capture_output=True, text=True, timeout=300,
                         env=os.environ | {"PYTHONPATH": str(ROOT)})
    assert ran.returncode == 0, ran.stderr
    ended = {(level, who): result for level, who, result in map(json.loads, ran.stdout.splitlines())}
    free = ended.pop(("none", "user"))
    assert free[0] == "exit 0" and free[1] | {"loss": 0} == {"loss": 0, "same": True, "gradients": 4, "figure": True, "fitted": True}
    built = {walls: result for walls, result in ended.items() if "cannot be entered" not in result[0]}
    print("not here:", {walls: result for walls, result in ended.items() if walls not in built})
    assert built and all(result == free for result in built.values()), ended
