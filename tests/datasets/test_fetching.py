"""What is fetched is whole and as published: a download that breaks off goes on, and begins again where it cannot go on."""

import http.server
import re
import socket
import threading

import pytest
from click.testing import CliRunner

from dlcourse import datasets
from dlcourse.cli import main
from dlcourse.datasets import fetching, online
from dlcourse.errors import CourseError


class Server(http.server.ThreadingHTTPServer):
    """Sends `files`, {path: bytes}; `breaks` after so many bytes of an answer; knows ranges or not; remembers what was asked for."""

    def __init__(self):
        super().__init__(("localhost", 0), Answer)
        self.files, self.breaks, self.ranges, self.asked = {}, None, True, []
        self.url = f"http://localhost:{self.server_port}"
        threading.Thread(target=self.serve_forever, args=[0.02], daemon=True).start()


class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        content, wanted = self.server.files.get(self.path), self.headers["Range"]
        self.server.asked.append((self.path, wanted))
        if content is None:
            return self.send_error(404)
        start = int(re.fullmatch(r"bytes=(\d+)-", wanted)[1]) if wanted and self.server.ranges else 0
        if start >= len(content):
            return self.send_error(416)
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        self.wfile.write(content[start:][:self.server.breaks])

    def log_message(self, *arguments):
        pass


@pytest.fixture
def server(published, monkeypatch):
    """Serves all files of all sets, small."""
    running = Server()
    running.published = {name: published(name, running.url) for name in datasets.ONLINE}
    running.files = {f"/{path.relative_to(online.keras_home()).as_posix()}": content
                     for files in running.published.values() for path, content in files.items()}
    monkeypatch.setattr(fetching, "reachable", lambda url, seconds=1: True)
    yield running
    running.shutdown()
    running.server_close()


def fetch(name):
    result = CliRunner().invoke(main, ["data", name, "--fetch"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.mark.parametrize("name", datasets.ONLINE)
def test_fetch_brings_every_set(name, server):
    result = fetch(name)
    assert result.exit_code == 0 and f"downloading {name}, " in result.output and f"{name} is here now" in result.output
    assert all(path.read_bytes() == content for path, content in server.published[name].items())
    assert not list(online.keras_home().rglob("*.part"))
    assert len(getattr(datasets, name).load_data()[0]) and online.state(getattr(datasets, name).SOURCE) == "keras.datasets"
    asked = len(server.asked)
    assert fetch(name).output == f"{name} was here already\n" and len(server.asked) == asked


def test_loading_fetches_what_is_missing_and_says_so(server, capsys):
    (x, _), _ = datasets.mnist.load_data()
    said = capsys.readouterr().out
    assert x.shape == (6, 28, 28) and re.fullmatch(r"downloading mnist, \d+ kB, to \S+/keras/datasets\n", said)
    datasets.mnist.load_data()
    assert not capsys.readouterr().out and len(server.asked) == 1


def test_a_broken_download_goes_on_where_it_stopped(server):
    [(path, content)] = server.published["mnist"].items()
    server.breaks = 1000
    result = fetch("mnist")
    assert result.exit_code == 1 and f"broke off after 1,000 of {len(content):,} bytes" in result.output and "goes on" in result.output
    assert not path.exists() and fetching.part(path).read_bytes() == content[:1000]
    assert online.state(datasets.mnist.SOURCE) == "in part"
    server.breaks = None
    assert fetch("mnist").exit_code == 0 and path.read_bytes() == content
    assert server.asked == [("/mnist.npz", None), ("/mnist.npz", "bytes=1000-")]


def test_a_server_without_ranges_sends_all_again(server):
    [(path, content)] = server.published["mnist"].items()
    server.breaks, server.ranges = 1000, False
    fetch("mnist")
    server.breaks = None
    assert fetch("mnist").exit_code == 0 and path.read_bytes() == content


@pytest.mark.parametrize("left", [lambda content: b"\0" * 1000, lambda content: b"\0" * len(content), lambda content: content + b"\0"])
def test_what_does_not_fit_begins_again(left, server):
    [(path, content)] = server.published["mnist"].items()
    path.parent.mkdir(parents=True)
    fetching.part(path).write_bytes(left(content))
    assert fetch("mnist").exit_code == 0 and path.read_bytes() == content and not fetching.part(path).exists()


def test_a_server_that_lost_half_of_the_file_is_asked_anew_and_told_of(server):
    [(path, content)] = server.published["mnist"].items()
    path.parent.mkdir(parents=True)
    fetching.part(path).write_bytes(content[:-1])
    server.files["/mnist.npz"] = content[:100]
    assert "sends something else than mnist" in fetch("mnist").output
    assert [wanted for _, wanted in server.asked] == [f"bytes={len(content) - 1}-", None, None]


def test_other_bytes_than_the_published_are_refused(server):
    [(path, content)] = server.published["mnist"].items()
    server.files["/mnist.npz"] = b"\0" * len(content)
    result = fetch("mnist")
    assert result.exit_code == 1 and "sends something else than mnist" in result.output
    assert not path.exists() and not fetching.part(path).exists()


def test_only_the_missing_files_are_fetched(server):
    [kept, *missing] = server.published["fashion_mnist"].items()
    kept[0].parent.mkdir(parents=True)
    kept[0].write_bytes(kept[1])
    assert fetch("fashion_mnist").exit_code == 0 and len(server.asked) == len(missing) == 3


def test_a_damaged_file_is_kept_and_named(server):
    [(path, content)] = server.published["mnist"].items()
    path.parent.mkdir(parents=True)
    path.write_bytes(b"\0" * len(content))
    result = fetch("mnist")
    assert result.exit_code == 1 and f"{path} is damaged" in result.output and not server.asked
    assert path.read_bytes() == b"\0" * len(content)


def test_a_damaged_cache_of_tensorflow_datasets_does_not_keep_from_fetching(server, homes):
    (homes / "tfds" / "mnist" / "3.0.1").mkdir(parents=True)
    assert fetch("mnist").exit_code == 0 and len(datasets.mnist.load_data()[0][0]) == 6


def test_what_the_server_says_is_told(server):
    server.files.clear()
    assert "mnist could not be downloaded from localhost (Not Found)" in fetch("mnist").output


def test_a_folder_that_cannot_be_written_is_told(server, homes, monkeypatch):
    (homes / "file").write_text("")
    monkeypatch.setenv("KERAS_HOME", str(homes / "file"))
    with pytest.raises(CourseError, match="cannot be written .*: set KERAS_HOME to a folder of your own"):
        datasets.mnist.load_data()


def test_without_a_network_fetch_says_what_loading_says(homes):
    result = fetch("mnist")
    assert result.exit_code == 1 and "mnist is not on this machine and cannot be downloaded now" in result.output


def test_an_embedded_set_needs_no_fetching():
    result = fetch("glyphs")
    assert result.exit_code == 0 and "glyphs needs no download" in result.output


@pytest.mark.parametrize("proxy", [None, "http://{}"])
def test_a_machine_that_listens_is_reachable_directly_or_by_its_proxy(proxy, monkeypatch):
    with socket.create_server(("localhost", 0)) as listening:
        place = f"localhost:{listening.getsockname()[1]}"
        monkeypatch.setenv("no_proxy", "")
        monkeypatch.setenv("http_proxy", proxy.format(place) if proxy else "")
        assert fetching.reachable(f"http://{'no-such-machine.invalid' if proxy else place}/")
    assert not fetching.reachable(f"http://{place}/")


def test_a_bar_moves_in_a_terminal_only(server, capsys, monkeypatch):
    monkeypatch.setattr(fetching, "can_move", lambda: True)
    datasets.cifar10.load_data()
    assert "cifar10: " in capsys.readouterr().out
