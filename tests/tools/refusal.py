"""How the program ends when it refuses to run, and what it says then."""

from __future__ import annotations

import subprocess
from pathlib import Path

from sentinel_server import BINARY, CLEAN_ENV, Server


def ending(server: Server, *arguments: str, timeout_s: float = 30.0) -> tuple[int, str]:
    """Runs a server that must end by itself: its exit status and what it wrote."""
    seen = len(server.log())
    process = server.spawn(*arguments)
    try:
        status = process.wait(timeout_s)
    except subprocess.TimeoutExpired:
        server.kill()
        raise AssertionError(f"it runs instead of refusing:\n{server.log()[seen:]}") from None
    return status, server.log()[seen:]


def command(*arguments: str | Path, folder: Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Runs the program to its end in that folder."""
    line = [str(BINARY), *map(str, arguments)]
    return subprocess.run(
        line, cwd=folder, env=CLEAN_ENV | (env or {}), capture_output=True, text=True, timeout=30, check=False
    )


def config_check(server: Server, env: dict[str, str] | None = None) -> tuple[int, str]:
    """`sentinel config check` in the server's folder, with nothing but `env` stated: the status and what it wrote."""
    run = command("config", "check", "--config", server.config_dir, folder=server.folder, env=env)
    assert run.stdout == ""
    return run.returncode, run.stderr
