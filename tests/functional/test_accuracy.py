"""`sentinel analyze` and `sentinel model` on clips whose truth was looked at, and on files that are none."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from mot import evaluate, read_mot
from sentinel_server import BINARY, CLEAN_ENV, ROOT

CLIPS = Path(os.environ.get("SENTINEL_SHARED", ROOT.parent / "shared")) / "footage"
needs_clips = pytest.mark.skipif(not CLIPS.is_dir(), reason="the clips are not here: no footage/ in $SENTINEL_SHARED")
VISITS_S = [(6.6, 19.4), (23.0, 44.8), (50.6, 69.8), (74.6, 86.4), (93.2, 119.8), (123.8, 135.8)]
TOLERANCE_S = 1.5
CLOCK_FIELDS = ("id", "started_at", "ended_at", "snapshot_url")  # what differs from run to run


@dataclass(frozen=True)
class Answer:
    status: int
    out: str
    words: str

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]

    def timeless(self) -> str:
        """The events without what the hour of the run decides."""
        kept = [{name: value for name, value in event.items() if name not in CLOCK_FIELDS} for event in self.events()]
        return "\n".join(json.dumps(event) for event in kept)


def sentinel(*arguments: str | Path, timeout_s: float = 110, size: str = "320x320") -> Answer:
    """Mostly with the smallest model: it finds what these clips show, in half the time."""
    env = CLEAN_ENV | {"YOLO_MODEL_PATH": str(ROOT / f"models/yolov12n_{size}.xml")}
    command = [str(BINARY), *map(str, arguments)]
    run = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=timeout_s, check=False)
    return Answer(run.returncode, run.stdout, run.stderr)


def analyze(clip: str, *more: str | Path) -> Answer:
    answer = sentinel("analyze", CLIPS / clip, *more)
    assert answer.status == 0, answer.words
    return answer


def check_times(events: list[dict[str, Any]]) -> None:
    assert [event["type"] for event in events] == ["person"] * len(VISITS_S)
    for event, (start_s, end_s) in zip(events, VISITS_S, strict=True):
        assert event["start_s"] == pytest.approx(start_s, abs=TOLERANCE_S)
        assert event["end_s"] == pytest.approx(end_s, abs=TOLERANCE_S)


@pytest.mark.timeout(240)  # 20 s of computing, on a machine that may have more to do
@needs_clips
def test_six_visits_and_the_same_again_without_the_model(tmp_path: Path) -> None:
    seen = tmp_path / "detections"
    first = analyze("intel_one-by-one-person.mp4", "--detections-out", seen)
    check_times(first.events())
    again = analyze("intel_one-by-one-person.mp4", "--detections-in", seen)
    assert again.timeless() == first.timeless()


@pytest.mark.timeout(240)
@needs_clips
def test_the_crowd_of_pets_is_tracked_as_well_as_before(tmp_path: Path) -> None:
    """Measured with the shipped default: IDF1 .874, MOTA .807, 9 switches. The floors leave room for other processors."""
    out = tmp_path / "tracks"
    answer = sentinel("analyze", ROOT / "media/vtest.avi", "--tracks", out, size="384x640", timeout_s=230)
    assert answer.status == 0, answer.words
    truth = read_mot(CLIPS / "gt/PETS09-S2L1.txt", ground_truth=True)
    scores = evaluate(truth, read_mot(out, ground_truth=False), 795)
    assert scores.idf1 >= 0.83, scores
    assert scores.mota >= 0.78, scores
    assert scores.id_switches < 20, scores


@needs_clips
def test_an_empty_street_has_no_event() -> None:
    answer = analyze("empty_street_3-7s.mp4", "--json")
    assert answer.out == ""
    summary = json.loads(answer.words.splitlines()[-1])
    assert (summary["events"], summary["decoded"], summary["dropped"]) == (0, 117, 0)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("absent.mp4", None, "does not exist"),
        ("words.txt", b"Dear diary, nothing moved today.\n" * 100, "not a video"),
        ("garbage.mp4", bytes(range(7, 256, 3)) * 1000, "not a video"),
        ("empty.mp4", b"", "not a video"),
    ],
)
def test_what_is_no_video_is_said(tmp_path: Path, name: str, content: bytes | None, said: str) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    answer = sentinel("analyze", file)
    assert (answer.status, answer.out) == (1, "")
    assert said in answer.words.splitlines()[-1]
    assert answer.words.splitlines()[-1].startswith("sentinel: ")


@pytest.mark.parametrize(
    "arguments",
    ["", "analyze", "analyze a.mp4 --unknown", "analyze a.mp4 --detections-in x --detections-out y", "model info", "nonsense"],
)
def test_wrong_use_exits_with_2(arguments: str) -> None:
    answer = sentinel(*arguments.split())
    assert (answer.status, answer.out) == (2, "")
    assert "--help" in answer.words


@pytest.mark.parametrize(
    ("model", "size", "head"),
    [("yolov12n_320x320.xml", "320 x 320", "[1, 84, 2100]"), ("yolov12n.onnx", "640 x 640", "[1, 84, 8400]")],
)
def test_model_info_says_what_a_model_is(model: str, size: str, head: str) -> None:
    answer = sentinel("model", "info", ROOT / "models" / model)
    assert answer.status == 0, answer.words
    said = dict(line.split(": ", 1) for line in answer.out.splitlines())
    assert said["input"] == f"{size} (width x height)"
    assert said["head"] == head
    assert said["classes (80)"].startswith("person, bicycle, car, ")
    assert said["licence"].startswith("AGPL-3.0")
    assert len(said["sha256"]) == 64


@pytest.mark.parametrize(
    ("name", "said"),
    [("yolo.pt", "yolo export model=yolo.pt format=onnx"), ("words.txt", ".onnx or .xml"), ("words.onnx", "model")],
)
def test_model_info_says_why_a_file_is_none(tmp_path: Path, name: str, said: str) -> None:
    file = tmp_path / name
    file.write_text("No weights are in here.\n")
    answer = sentinel("model", "info", file)
    assert (answer.status, answer.out) == (1, "")
    assert said in answer.words
