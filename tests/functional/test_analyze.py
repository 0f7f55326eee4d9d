"""`sentinel analyze` on what it is given besides a good video: thresholds, signals, unfit input, unfit output."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from pathlib import Path

import pytest
from refusal import command
from sentinel_server import BINARY, CLEAN_ENV, ROOT, wait_for

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


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_it_with_its_summary(tmp_path: Path, sent: signal.Signals) -> None:
    env = CLEAN_ENV | {"YOLO_MODEL_PATH": str(ROOT / "models/yolov12n_320x320.xml")}
    line = [str(BINARY), "analyze", str(CLIP), "--json"]
    words = tmp_path / "words"
    with words.open("wb") as log:
        process = subprocess.Popen(line, env=env, stdout=subprocess.PIPE, stderr=log)
    try:
        wait_for("frames", lambda: "[analyze] active" in words.read_text(), 30)
        process.send_signal(sent)
        out, _ = process.communicate(timeout=10)
    finally:
        process.kill()
    assert process.returncode == 0
    summary = json.loads(words.read_text().splitlines()[-1])
    assert 0 < summary["decoded"] < 795
    assert len(out.splitlines()) == summary["events"]


UNFIT = [
    ("", "'': The path of the file is empty"),
    ("absent.mp4", "absent.mp4: The file does not exist"),
    (".", ".: The path does not name a regular file"),
    ("/proc/kmsg", "/proc/kmsg: The file is empty, so it is not a video"),
    ("file:///absent.mp4", "file:///absent.mp4: The file does not exist"),
    ("rtsp://user:hunter2@8.8.8.8/x?password=hunter3", "CAMERA_ALLOWED_NETWORKS"),
    ("rtsp://user:hunter2 @10.0.0.1/x", "contains a blank"),
    ("http://user:hunter2@10.0.0.1/x", "Only rtsp://, rtsps:// and file://"),
]


@pytest.mark.parametrize(("source", "said"), UNFIT)
def test_unfit_input_is_refused_before_the_model_is_looked_at(source: str, said: str) -> None:
    run = command("analyze", source, folder=ROOT, env={"YOLO_MODEL_PATH": "none.onnx"})
    assert (run.returncode, run.stdout) == (1, "")
    assert re.fullmatch(r"sentinel: [^\n]+\n", run.stderr)
    assert said in run.stderr
    assert "hunter" not in run.stderr


def test_a_password_is_not_told_when_the_camera_is_away() -> None:
    env = {"CAMERA_ALLOWED_NETWORKS": "127.0.0.1", "YOLO_MODEL_PATH": str(ROOT / "models/yolov12n_320x320.xml")}
    run = command("analyze", "rtsp://user:hunter2@127.0.0.1:9/x?token=hunter3", folder=ROOT, env=env)
    assert run.returncode == 1
    assert "sentinel: rtsp://127.0.0.1:9/x?token=***: " in run.stderr
    assert "hunter" not in run.stderr


def test_a_scheme_may_be_written_in_capitals(tmp_path: Path) -> None:
    seen = seen_with(0.9, tmp_path / "seen")
    run = command("analyze", f"FILE://{CLIP}", "--detections-in", seen, folder=ROOT)
    assert run.returncode == 0, run.stderr
    assert len(run.stdout.splitlines()) == 1
