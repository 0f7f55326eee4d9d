"""The prepared clips: are they what the demo camera and the benches are told they are?"""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import prepare_demo
import pytest
from setup_step import ROOT, sha256

MEDIA = ROOT / "media"


def probe(path: Path) -> dict[str, Any]:
    assert path.is_file(), f"{path.name} is missing: run script/setup first"
    command = ["ffprobe", "-v", "error", "-show_streams", "-show_packets", "-of", "json", str(path)]
    result: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return result


def run_script(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "script" / "prepare_demo.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_original_is_the_one_we_know() -> None:
    assert sha256(MEDIA / "vtest.avi") == prepare_demo.VIDEO_SHA256


@pytest.mark.parametrize("name", ["demo/vtest_720p15.mp4", "test/vtest_720p15.h264"])
def test_clip_is_720p15_with_regular_keyframes(name: str) -> None:
    info = probe(MEDIA / name)
    (stream,) = info["streams"]
    facts = {key: stream[key] for key in ("codec_name", "profile", "width", "height", "has_b_frames", "avg_frame_rate")}
    assert facts == {
        "codec_name": "h264",
        "profile": "Main",
        "width": 1280,
        "height": 720,
        "has_b_frames": 0,
        "avg_frame_rate": "15/1",
    }
    keyframes = [index for index, packet in enumerate(info["packets"]) if "K" in packet["flags"]]
    assert keyframes == list(range(0, len(info["packets"]), 30))
    assert len(info["packets"]) == 1193


def test_demo_clip_keeps_the_videos_speed_and_proportions() -> None:
    info = probe(MEDIA / "demo" / "vtest_720p15.mp4")
    (stream,) = info["streams"]
    assert stream["sample_aspect_ratio"] == "1:1"
    assert float(stream["duration"]) == pytest.approx(79.5, abs=0.1)
    times = [float(packet["pts_time"]) for packet in info["packets"]]
    assert times[0] == 0
    steps = [later - earlier for earlier, later in pairwise(times)]
    assert max(steps) - min(steps) < 0.001


def test_a_second_run_changes_nothing() -> None:
    run_script()
    result = run_script()
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines() == [f"demo: up to date in {MEDIA}"]


def test_says_how_to_go_on_without_apt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    result = run_script("--media", str(tmp_path / "media"), "--cache", str(tmp_path / "cache"))
    assert result.returncode == 1
    assert "put OpenCV's samples/data/vtest.avi into media/" in result.stderr
    assert "Traceback" not in result.stderr
