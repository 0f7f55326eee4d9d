"""The command line around the subcommands: what is printed arrives, and wrong use is named."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from refusal import command
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


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nonsense"], "sentinel: subcommand 'nonsense': unknown; known are serve, analyze, "),
        (["analyse", "a.mp4"], "sentinel: subcommand 'analyse': unknown; did you mean analyze?\n"),
        (["model", "infos"], "sentinel: subcommand 'infos': unknown; did you mean info?\n"),
        ([], "A subcommand is required\n"),
        (["config"], "A subcommand is required\n"),
    ],
)
def test_an_unknown_subcommand_is_named(arguments: list[str], said: str) -> None:
    run = command(*arguments, folder=ROOT)
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith(said)
    assert run.stderr.endswith("--help for more information.\n")


def test_one_camera_is_one(tmp_path: Path) -> None:
    (tmp_path / "cameras.yaml").write_text("cameras:\n  - {id: a, name: A, url: 'rtsp://10.0.0.1/x'}\n")
    run = command("config", "check", "--config", tmp_path, folder=tmp_path)
    assert run.stderr == "The configuration is fine: 1 camera is declared.\n"
