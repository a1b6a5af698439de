"""Downloads that can break off: what has come stays in a file `.part`, the next try goes on from there, and sums decide in the end.

Keras' `get_file` starts from nothing each time and deletes what it finds damaged; tensorflow-datasets would keep trying for minutes.
"""

import contextlib
import http.client
import os
import socket
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request

from tqdm import tqdm

from dlcourse.errors import CourseError
from dlcourse.screen import can_move

PIECE = 1 << 16     # bytes at a time
PATIENCE = 20       # seconds without a byte


def reachable(url, seconds=1.0):
    """Whether the host of `url`, or the proxy on the way to it, takes a connection soon.

    >>> reachable("http://localhost:1/")
    False
    """
    split = urllib.parse.urlsplit(url)
    proxy = not urllib.request.proxy_bypass(split.hostname) and urllib.request.getproxies().get(split.scheme)
    split = urllib.parse.urlsplit(proxy or url)
    answered = threading.Event()

    def knock():
        with contextlib.suppress(OSError):
            socket.create_connection((split.hostname, split.port or {"http": 80}.get(split.scheme, 443)), seconds).close()
            answered.set()

    # In a thread, because looking up a name without a network can take long, and no timeout stops it.
    knocking = threading.Thread(target=knock, daemon=True)
    knocking.start()
    knocking.join(seconds)
    return answered.is_set()


def host(url):
    """The name of the machine in an address.

    >>> host("https://example.org/a.npz")
    'example.org'
    """
    return urllib.parse.urlsplit(url).hostname


def part(path):
    """Where a download is kept until it is complete and its sum is right.

    >>> from pathlib import Path
    >>> part(Path("mnist.npz")).name
    'mnist.npz.part'
    """
    return path.with_name(path.name + ".part")


def download(file, path, name):
    """Bring `file`, a part of the data set `name`, to `path`: all of it, with the right sum, or an error of one sentence.

    >>> from dlcourse.datasets.online import File
    >>> from pathlib import Path
    >>> download(File("a", "http://localhost:1/a", 3, ""), Path(__file__) / "a", "faces")
    Traceback (most recent call last):
    dlcourse.errors.CourseError: ...fetching.py cannot be written ...
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        resumed = part(path).exists()
        _receive(file, part(path), name)
        if file.fits(part(path)):
            os.replace(part(path), path)
            return
        part(path).unlink()
    except (urllib.error.URLError, http.client.HTTPException, ConnectionError, TimeoutError) as error:
        raise CourseError(f"{name} could not be downloaded from {host(file.url)} ({getattr(error, 'reason', None) or error}): "
                          f"run `dlcourse data {name} --fetch` again later, it goes on from where it stopped") from error
    except OSError as error:
        raise CourseError(f"{path.parent} cannot be written ({error.strerror}): set KERAS_HOME to a folder of your own") from error
    if not resumed:
        raise CourseError(f"{file.url} sends something else than {name} (its checksum is not the published one): try again later, or "
                          "from another network")
    download(file, path, name)      # the old part did not belong to it: once more from the start


def _receive(file, path, name):
    """Append to `path` what it lacks of the file, or write all of it where the server cannot begin in the middle."""
    have = path.stat().st_size if path.exists() else 0
    if have == file.size:
        return
    have = have if have < file.size else 0
    request = urllib.request.Request(file.url, headers={"Range": f"bytes={have}-"} if have else {})
    with _ask(request, path) as answer:
        have = have if answer.status == http.HTTPStatus.PARTIAL_CONTENT else 0
        total = have + int(answer.headers.get("Content-Length") or file.size - have)
        with open(path, "ab" if have else "wb") as kept, tqdm(
                total=total, initial=have, desc=name, unit="B", unit_scale=True, leave=False, file=sys.stdout,
                disable=not can_move()) as bar:
            while piece := answer.read(PIECE):
                kept.write(piece)
                bar.update(len(piece))
    if (size := path.stat().st_size) < total:
        raise ConnectionError(f"it broke off after {size:,} of {total:,} bytes")


def _ask(request, path):
    try:
        return urllib.request.urlopen(request, timeout=PATIENCE)
    except urllib.error.HTTPError as error:
        if error.code != http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            raise
        path.unlink()       # longer than the file that is there now: begin again
        return urllib.request.urlopen(request.full_url, timeout=PATIENCE)
