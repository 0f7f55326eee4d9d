"""`sentinel analyze` on what it is given besides a good video: thresholds, signals, unfit input, unfit output."""

from __future__ import annotations

from pathlib import Path

from refusal import command
from sentinel_server import ROOT

CLIP = ROOT / "media/vtest.avi"


def seen_with(score: float, file: Path) -> Path:
    """What a detector would write down that sees one person walk, never surer than that."""
    lines = [f"{frame},0,{score},{100 + frame},200,40,100" for frame in range(1, 300)]
    file.write_text("\n".join(["# classes person|car", *lines]) + "\n")
    return file


def test_a_low_threshold_opens_events_of_unsure_detections(tmp_path: Path) -> None:
    seen = seen_with(0.45, tmp_path / "seen")

    def events(threshold: str) -> int:
        env = {"CONFIDENCE_THRESHOLD": threshold}
        run = command("analyze", CLIP, "--detections-in", seen, folder=ROOT, env=env)
        assert run.returncode == 0, run.stderr
        return len(run.stdout.splitlines())

    assert {threshold: events(threshold) for threshold in ("0.05", "0.44", "0.46")} == {"0.05": 1, "0.44": 1, "0.46": 0}
