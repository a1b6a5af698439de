"""The pages in a real browser: whatever students wrote, no script of theirs runs and no request leaves."""

import html
import http.server
import os
import re
import shutil
import subprocess
import threading

import pytest

from dlcourse.grading.marks import Mark, Result
from dlcourse.grading.reports import feedback, page
from dlcourse.grading.reports.overview import write_overview

BROWSERS = "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"
BROWSER = next(filter(None, map(shutil.which, BROWSERS)), None)
pytestmark = pytest.mark.skipif(not BROWSER, reason=f"there is no Chromium on this machine: none of {', '.join(BROWSERS)} is found")

# Each of these sets the page's class to `owned`, or fetches something, where it is not shut in.
HOSTILE = """</title></style></pre><script>document.documentElement.className = "owned"</script>
<img src="{server}/img" onerror="document.documentElement.className = 'owned'">
<svg onload="document.documentElement.className = 'owned'"></svg>
<link rel="stylesheet" href="{server}/style"><iframe src="{server}/frame"></iframe><iframe src="javascript:1"></iframe>
<style>@import "{server}/import"; body {{ background: url({server}/background) }}</style><base href="{server}/">
<meta http-equiv="refresh" content="0;url={server}/refresh"><object data="{server}/object"></object>
<a href="javascript:alert(1)" ping="{server}/ping">x</a>' onmouseover='x' " style="background: url({server}/inline)" x="
"""


# A frame as wide as a phone: the browser's own window cannot be that narrow.
PHONE = """<html><iframe style="border: 0" width="{width}" height="900" srcdoc="{page}" onload="
const page = this.contentDocument.documentElement; document.documentElement.lang = 'beyond ' + (page.scrollWidth - page.clientWidth)
"></iframe></html>"""


@pytest.fixture(scope="module")
def server():
    """A server that only writes down what it is asked for."""
    class Asked(http.server.BaseHTTPRequestHandler):
        paths = []

        def do_GET(self):
            self.paths.append(self.path)
            self.send_error(404)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Asked) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        running.asked, running.address = Asked.paths, f"http://127.0.0.1:{running.server_port}"
        yield running
        running.shutdown()


@pytest.fixture
def opened(server, tmp_path):
    """Open a page in the browser: the document after its scripts ran, and what the server was asked for meanwhile."""
    def browse(path, *options):
        server.asked.clear()
        root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        done = subprocess.run([BROWSER, "--headless", "--disable-gpu", *root, f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom",
                               "--virtual-time-budget=3000", "--no-first-run", "--disable-background-networking", *options, path.as_uri()],
                              capture_output=True, text=True, timeout=120)
        assert "<html" in done.stdout, done.stderr[-2000:]
        return done.stdout, list(server.asked)
    return browse


def owned(document):
    return re.search(r"<html[^>]*owned", document) is not None


def test_this_test_sees_scripts_and_requests(server, opened, tmp_path):
    (tmp_path / "open.html").write_text("<title>" + re.sub("<meta.*?>", "", HOSTILE).format(server=server.address), encoding="utf-8")
    document, asked = opened(tmp_path / "open.html")
    assert owned(document) and {"/img", "/style", "/frame"} <= set(asked)


def test_the_page_itself_forbids_what_escaping_might_miss(server, opened, tmp_path):
    hostile = re.sub("<meta.*?>", "", HOSTILE).format(server=server.address)
    document, asked = opened(page.write(tmp_path / "raw.html", page.page("Lab 1", hostile)))
    assert "<script>" in document and not owned(document) and not asked


def test_no_script_of_a_student_runs_and_no_request_leaves(server, opened, tmp_path):
    evil = HOSTILE.format(server=server.address)
    result = Result(evil, (Mark("1.1", 0, 2, evil), Mark(evil, None, 1, evil), Mark("1.3", 1, 2, evil, evil, by="person")),
                    {"1.1": [evil, f"x = '''{evil}'''\n# {evil}"], "1.3": [f"'{evil}"]}, {"1.1": evil + "\x1b[31m\x00\ud800" + "x" * 10**6},
                    {"1.1": [evil.encode(), b"\x89PNG\r\n\x1a\n" + evil.encode()]}, (evil,), evil)
    pages = feedback.paths(tmp_path, [evil])
    for path in [feedback.write_page(result, evil, pages[evil]), write_overview({evil: result}, evil, pages, tmp_path / "report.html")]:
        document, asked = opened(path)
        assert not owned(document) and not asked
        assert "&lt;script&gt;" in document and not re.search("<(script|iframe|object|base|link)", document)


@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_is_wider_than_its_screen(width, opened, tmp_path):
    marks = tuple(Mark(f"{part}.{n}", n % 2, 1, "too " + "long" * 500, "wide" * 500) for part in range(4) for n in range(9))
    results = {name * 50: Result(name * 50, marks, {"0.0": ["x = " + "1" * 5000]}, {"0.0": "y" * 5000}, notes=["z" * 500]) for name in "ab"}
    pages = feedback.paths(tmp_path, results)
    for path in [feedback.write_page(results["a" * 50], "Lab" * 50, pages["a" * 50]),
                 write_overview(results, "Lab" * 50, pages, tmp_path / "report.html")]:
        shown = html.escape(path.read_text(encoding="utf-8"))
        (tmp_path / "phone.html").write_text(PHONE.format(width=width, page=shown), encoding="utf-8")
        document, _ = opened(tmp_path / "phone.html")
        assert '<html lang="beyond 0">' in document, document[:100]
