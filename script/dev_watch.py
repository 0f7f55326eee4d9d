#!/usr/bin/env python3
"""Run a command, and build and run it anew when a source changes: what `script/server --dev` does after its first build.

Files are polled: no package is needed for it, and a few hundred of them cost a few milliseconds. A build that fails leaves the
running program alone.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WATCHED = ("src", "apps", "web", "cmake", "config", "CMakeLists.txt", "CMakePresets.json")
SKIPPED = {"node_modules", "dist", "__pycache__"}
BUILD = ("cmake", "--build", "--preset", "release", "--target", "sentinel")
POLL_S = 0.5
STOP_TIMEOUT_S = 15  # a server closes its recordings before it goes


def files_below(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    for folder, names, files in os.walk(path):
        names[:] = [name for name in names if name not in SKIPPED and not name.startswith(".")]
        yield from (Path(folder) / name for name in files if not name.startswith("."))


def snapshot(root: Path) -> dict[Path, int]:
    """Each watched file's time of change, in ns."""
    times: dict[Path, int] = {}
    for name in WATCHED:
        for path in files_below(root / name):
            try:
                times[path] = path.stat().st_mtime_ns
            except FileNotFoundError:  # an editor's file, gone since it was listed
                continue
    return times


def changed(before: dict[Path, int], after: dict[Path, int]) -> list[Path]:
    return sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))


def say(text: str) -> None:
    print(f"dev: {text}", flush=True)


@dataclass
class Watcher:
    """The decisions, with the world handed in: what is on disk, how to build, how to start."""

    root: Path
    build: Callable[[], bool]
    start: Callable[[], subprocess.Popen[bytes]]
    seen: dict[Path, int] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    told_of_exit: bool = False

    def begin(self) -> None:
        self.seen = snapshot(self.root)
        self.process = self.start()

    def poll(self) -> None:
        """Look once; on a change build, and restart if that went well."""
        if self.process is not None and self.process.poll() is not None and not self.told_of_exit:
            say(f"the program ended with status {self.process.returncode}; it is started again after the next change")
            self.told_of_exit = True
        now = snapshot(self.root)
        paths = changed(self.seen, now)
        if not paths:
            return
        self.seen = now
        more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
        say(f"{paths[0].relative_to(self.root)}{more} changed: building")
        if not self.build():
            say("the build failed; what ran before goes on")
            return
        self.stop()
        self.process = self.start()
        self.told_of_exit = False

    def wait(self) -> None:
        """For a program that heard of its end already: a second signal would cut its stop short."""
        if self.process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(STOP_TIMEOUT_S)

    def stop(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            say(f"the program did not stop within {STOP_TIMEOUT_S} s: killed")
            self.process.kill()
            self.process.wait()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Run COMMAND; rebuild and restart it when a source changes.")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    command = parser.parse_args(arguments).command
    if not command:
        parser.error("no command")
    watcher = Watcher(
        ROOT,
        build=lambda: subprocess.run(BUILD, cwd=ROOT, check=False).returncode == 0,
        start=lambda: subprocess.Popen(command),
    )
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        watcher.begin()
        say(f"watching {', '.join(WATCHED)}")
        while True:
            time.sleep(POLL_S)
            watcher.poll()
    except KeyboardInterrupt:
        watcher.wait()  # the terminal's Ctrl-C reached it too
        return 0
    finally:
        watcher.stop()


if __name__ == "__main__":
    sys.exit(main())
