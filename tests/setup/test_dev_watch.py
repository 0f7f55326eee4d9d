"""script/server --dev: does a change lead to a build and a restart, and a failed build to neither?"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import dev_watch
import pytest
from dev_watch import Watcher, changed, snapshot

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]


@pytest.fixture
def watcher(tmp_path: Path) -> Iterator[Watcher]:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.cpp").write_text("int a;\n")
    made = Watcher(tmp_path, build=lambda: True, start=lambda: subprocess.Popen(SLEEPER))
    made.begin()
    yield made
    made.stop()


def pid(watcher: Watcher) -> int:
    assert watcher.process is not None
    assert watcher.process.poll() is None
    return watcher.process.pid


def test_without_a_change_the_program_goes_on(watcher: Watcher) -> None:
    before = pid(watcher)
    watcher.poll()
    assert pid(watcher) == before


@pytest.mark.parametrize("name", ["src/b.cpp", "web/app.ts", "config/cameras.yaml", "CMakeLists.txt"])
def test_a_new_file_restarts_it(watcher: Watcher, name: str) -> None:
    before = pid(watcher)
    path = watcher.root / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("new")
    watcher.poll()
    assert pid(watcher) != before


def test_a_failed_build_leaves_it_running(watcher: Watcher) -> None:
    before = pid(watcher)
    watcher.build = lambda: False
    (watcher.root / "src" / "a.cpp").unlink()
    watcher.poll()
    assert pid(watcher) == before


def test_a_program_that_ended_is_started_by_the_next_change(watcher: Watcher, capsys: pytest.CaptureFixture[str]) -> None:
    assert watcher.process is not None
    watcher.process.kill()
    watcher.process.wait()
    watcher.poll()
    watcher.poll()
    assert capsys.readouterr().out.count("ended with status -9") == 1
    (watcher.root / "src" / "b.cpp").write_text("new")
    watcher.poll()
    pid(watcher)


def test_installed_packages_and_hidden_files_are_not_watched(tmp_path: Path) -> None:
    before = snapshot(tmp_path)
    for name in ("web/node_modules/x/index.js", "src/.a.cpp.swp"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("new")
    assert changed(before, snapshot(tmp_path)) == []


# Stops for a moment after Ctrl-C, and writes down whether a second signal came meanwhile.
CAREFUL = """
import pathlib, signal, sys, time
out = pathlib.Path(sys.argv[1])
told = []
signal.signal(signal.SIGINT, lambda *_: told.append("INT"))
signal.signal(signal.SIGTERM, lambda *_: told.append("TERM"))
out.write_text("ready")
while not told:
    time.sleep(0.01)
time.sleep(0.5)
out.write_text(" ".join(told))
"""


def test_ctrl_c_reaches_the_program_once(tmp_path: Path) -> None:
    out = tmp_path / "told"
    line = [sys.executable, str(Path(dev_watch.__file__)), sys.executable, "-c", CAREFUL, str(out)]
    process = subprocess.Popen(line, stdout=subprocess.PIPE, start_new_session=True)
    try:
        deadline = time.monotonic() + 20
        while not (out.exists() and out.read_text() == "ready"):
            assert time.monotonic() < deadline, "the program did not start"
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        assert process.wait(20) == 0
    finally:
        process.kill()
    assert out.read_text() == "INT"
