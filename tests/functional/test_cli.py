"""The command line around the subcommands: what is printed arrives, and wrong use is named."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from sentinel_server import BINARY, CLEAN_ENV, ROOT


@pytest.mark.parametrize(
    "arguments",
    [
        ["openapi"],
        ["version"],
        ["--help"],
        ["config", "example"],
        ["model", "info", "models/yolov12n_320x320.xml"],
        ["analyze", "media/vtest.avi", "--detections-in"],
    ],
)
def test_a_full_disk_behind_standard_output_is_a_failure(tmp_path: Path, arguments: list[str]) -> None:
    if arguments[-1] == "--detections-in":
        seen = tmp_path / "seen"
        seen.write_text("# classes person\n" + "".join(f"{i},0,0.9,{100 + i},200,40,100\n" for i in range(1, 100)))
        arguments = [*arguments, str(seen)]
    with Path("/dev/full").open("wb") as full:
        run = subprocess.run(
            [str(BINARY), *arguments],
            cwd=ROOT,
            env=CLEAN_ENV,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=30,
            check=False,
        )
    assert run.returncode == 1
    assert run.stderr.endswith("sentinel: standard output cannot be written; what was printed is not whole\n")
