"""The tracking scores, on cases small enough to count by hand, and once against figures that motmetrics 1.4.0 gave."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import mot
import pytest

Row = tuple[int, int, float]  # frame, id, left; all boxes are 10 wide, 20 high, at top 0


@pytest.fixture
def score(tmp_path: Path) -> Callable[[list[Row], list[Row], int], mot.Scores]:
    def run(gt: list[Row], result: list[Row], frames: int) -> mot.Scores:
        paths = []
        for name, rows in (("gt", gt), ("result", result)):
            paths.append(tmp_path / f"{name}.txt")
            paths[-1].write_text("".join(f"{frame},{identity},{left},0,10,20,1,-1,-1,-1\n" for frame, identity, left in rows))
        return mot.evaluate(mot.read_mot(paths[0], ground_truth=True), mot.read_mot(paths[1], ground_truth=False), frames)

    return run


Score = Callable[[list[Row], list[Row], int], mot.Scores]


def track(identity: int, frames: range, left: float = 0.0) -> list[Row]:
    return [(frame, identity, left) for frame in frames]


def test_a_perfect_result(score: Score) -> None:
    got = score(track(1, range(1, 11)), track(7, range(1, 11)), 10)
    assert (got.mota, got.idf1, got.motp) == (1.0, 1.0, 1.0)
    assert (got.id_switches, got.false_positives, got.false_negatives) == (0, 0, 0)


def test_nothing_found(score: Score) -> None:
    got = score(track(1, range(1, 11)), [], 10)
    assert (got.mota, got.idf1, got.false_negatives, got.recall) == (0.0, 0.0, 10, 0.0)


def test_only_false_alarms(score: Score) -> None:
    got = score(track(1, range(1, 11)), track(7, range(1, 21), left=500), 20)
    assert (got.mota, got.idf1, got.false_positives, got.false_negatives) == (-2.0, 0.0, 20, 10)


def test_a_switch_halfway(score: Score) -> None:
    got = score(track(1, range(1, 11)), track(7, range(1, 7)) + track(8, range(7, 11)), 10)
    assert got.id_switches == 1
    assert got.mota == pytest.approx(0.9)
    assert got.idf1 == pytest.approx(2 * 6 / 20)  # track 7 is the person for its 6 frames, track 8 is wrong


def test_a_switch_across_a_gap_counts_and_a_return_does_not(score: Score) -> None:
    gt = track(1, range(1, 11))
    assert score(gt, track(7, range(1, 4)) + track(8, range(8, 11)), 10).id_switches == 1
    assert score(gt, track(7, range(1, 4)) + track(7, range(8, 11)), 10).id_switches == 0


def test_a_kept_pair_wins_over_a_better_box(score: Score) -> None:
    # In frame 2 a new track fits better, but the old one still overlaps by half: no switch, one false alarm.
    got = score(track(1, range(1, 3)), [(1, 7, 0), (2, 7, 3), (2, 8, 0)], 2)
    assert (got.id_switches, got.false_positives, got.false_negatives) == (0, 1, 0)


def test_two_persons_cannot_share_a_track(score: Score) -> None:
    # Person 2 takes over the track of person 1 and both stand together in frame 3.
    gt = [(1, 1, 0.0), (2, 2, 0.0), (3, 1, 0.0), (3, 2, 1.0)]
    got = score(gt, [(1, 7, 0), (2, 7, 0), (3, 7, 0)], 3)
    assert (got.false_positives, got.false_negatives, got.id_switches) == (0, 1, 0)


def test_half_an_overlap_is_the_limit(score: Score) -> None:
    # 10 wide boxes shifted by x overlap by (10-x)/(10+x): 10/3 gives exactly 0.5.
    assert score(track(1, range(1, 2)), [(1, 7, 3.3)], 1).false_negatives == 0
    assert score(track(1, range(1, 2)), [(1, 7, 3.4)], 1).false_negatives == 1


def test_frames_beyond_the_sequence_do_not_count(score: Score) -> None:
    got = score(track(1, range(1, 11)), track(7, range(1, 6)), 5)
    assert (got.mota, got.idf1, got.gt_boxes) == (1.0, 1.0, 5)


def test_ground_truth_of_confidence_zero_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "gt.txt"
    path.write_text("1,1,0,0,10,20,1\n1,2,50,0,10,20,0\n")
    assert mot.read_mot(path, ground_truth=True)[1].ids == (1,)
    assert mot.read_mot(path, ground_truth=False)[1].ids == (1, 2)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1,1,0,0,10\n", "expected frame,id"),
        ("\n0,1,0,0,10,20\n", ":2: expected frame,id"),
        ("1,x,0,0,10,20\n", ":1: could not convert"),
        ("1,1,0,0,10,20\n1,1,5,0,10,20\n", ":2: track 1 has a second box"),
    ],
)
def test_names_the_bad_line(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "bad.txt"
    path.write_text(text)
    with pytest.raises(mot.MotFormatError, match=words):
        mot.read_mot(path, ground_truth=False)


def noisy_scene() -> tuple[list[str], list[str]]:
    """12 persons over 300 frames on crossing paths, and a tracker that shakes, misses, invents and loses identities."""
    rng = random.Random(20)
    gt, result = [], []
    next_id = 100
    track_of: dict[int, int] = {}
    for frame in range(1, 301):
        for person in range(12):
            left = 40 * person + frame * (1.5 if person % 2 else -1.5)
            gt.append(f"{frame},{person + 1},{left:.2f},{person * 7},30,80,1")
            if rng.random() < 0.1:
                continue
            if person not in track_of or rng.random() < 0.01:
                next_id += 1
                track_of[person] = next_id
            shaken = f"{left + rng.gauss(0, 4):.2f},{person * 7 + rng.gauss(0, 8):.2f},30,{80 + rng.gauss(0, 6):.2f}"
            result.append(f"{frame},{track_of[person]},{shaken},0.9")
        if rng.random() < 0.4:
            result.append(f"{frame},{9000 + frame // 6},{rng.uniform(0, 500):.2f},0,30,80,0.5")
    return gt, result


# motmetrics 1.4.0 on noisy_scene(); its motp is a distance, 0.283371.
MOTMETRICS = {
    "mota": 0.738333,
    "idf1": 0.601586,
    "id_switches": 29,
    "false_positives": 324,
    "false_negatives": 589,
    "motp": 1 - 0.283371,
    "precision": 0.902849,
    "recall": 0.836389,
}


def test_command_line_agrees_with_motmetrics(tmp_path: Path) -> None:
    gt, result = noisy_scene()
    (tmp_path / "gt.txt").write_text("\n".join(gt))
    (tmp_path / "result.txt").write_text("\n".join(result))
    command = [sys.executable, mot.__file__, str(tmp_path / "gt.txt"), str(tmp_path / "result.txt"), "--frames", "300"]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert output.count("\n") == 1
    got = json.loads(output)
    assert {name: got[name] for name in MOTMETRICS} == pytest.approx(MOTMETRICS, abs=1e-5)
