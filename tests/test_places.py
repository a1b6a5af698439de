"""Where things lie: the cache folder follows what is set, then what the system does."""

from pathlib import Path

import pytest

from dlcourse import places

HOME = Path("/somebody").absolute()


@pytest.mark.parametrize("system, variables, folder", [
    ("linux", {}, HOME / ".cache" / "dlcourse"),
    ("linux", {"XDG_CACHE_HOME": "/big"}, Path("/big/dlcourse")),
    ("linux", {"XDG_CACHE_HOME": "relative"}, HOME / ".cache" / "dlcourse"),
    ("darwin", {"XDG_CACHE_HOME": "/big"}, HOME / "Library" / "Caches" / "dlcourse"),
    ("win32", {"LOCALAPPDATA": "/somebody/Local"}, HOME / "Local" / "dlcourse" / "Cache"),
    ("win32", {}, HOME / "AppData" / "Local" / "dlcourse" / "Cache"),
    ("linux", {"DLCOURSE_CACHE": "/chosen", "XDG_CACHE_HOME": "/big"}, Path("/chosen")),
    ("darwin", {"DLCOURSE_CACHE": "~/chosen"}, HOME / "chosen"),
    ("win32", {"DLCOURSE_CACHE": "chosen"}, Path("chosen").absolute()),
])
def test_the_cache_folder_by_its_rule(monkeypatch, system, variables, folder):
    for name in ("DLCOURSE_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"HOME": str(HOME), "USERPROFILE": str(HOME), **variables}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(places.sys, "platform", system)
    assert places.cache() == folder
