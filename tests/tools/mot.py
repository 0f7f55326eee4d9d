"""Score tracks against ground truth, both in MOTChallenge's text format, by CLEAR MOT and IDF1 at IoU 0.5.

    python tests/tools/mot.py GT RESULT --frames N

prints one JSON object. The definitions are those of MOTChallenge: CLEAR MOT (Bernardin and Stiefelhagen 2008) keeps a pair of
the frame before while it still overlaps enough and matches the rest by least total distance; IDF1 (Ristani et al. 2016)
assigns whole tracks to each other so that most frames agree. It is our own code because PyPI's motmetrics 1.4.0 calls what
NumPy 2 removed; on the same files both give the same figures.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

Floats = NDArray[np.float64]

IOU_MIN = 0.5
# Stands for "may not be paired" where the assignment needs a finite number: larger than any sum of true distances.
FORBIDDEN = 1e6


class MotFormatError(ValueError):
    """A line that is not MOTChallenge's `frame,id,left,top,width,height[,confidence,...]`."""


@dataclass(frozen=True)
class FrameBoxes:
    ids: tuple[int, ...]
    boxes: Floats  # one row a box: left, top, width, height


Tracks = dict[int, FrameBoxes]  # by frame number, from 1; a frame without boxes has no entry


@dataclass(frozen=True)
class Scores:
    frames: int
    gt_boxes: int
    gt_tracks: int
    tracks: int
    mota: float
    idf1: float
    id_switches: int
    false_positives: int
    false_negatives: int
    motp: float  # mean IoU of the matched pairs
    precision: float
    recall: float


def read_mot(path: Path, *, ground_truth: bool) -> Tracks:
    """Read a file. In ground truth the seventh column 0 marks a box that does not count."""
    rows: defaultdict[int, list[tuple[int, list[float]]]] = defaultdict(list)
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        if not line.strip():
            continue
        try:
            fields = [float(field) for field in line.split(",")]
            frame, identity, box = int(fields[0]), int(fields[1]), fields[2:6]
        except (ValueError, IndexError) as error:
            raise MotFormatError(f"{path}:{number}: {error}") from error
        if len(box) < 4 or frame < 1:
            raise MotFormatError(f"{path}:{number}: expected frame,id,left,top,width,height with frames from 1: {line!r}")
        if ground_truth and len(fields) > 6 and fields[6] == 0:
            continue
        if any(identity == other for other, _ in rows[frame]):
            raise MotFormatError(f"{path}:{number}: track {identity} has a second box in frame {frame}")
        rows[frame].append((identity, box))
    return {
        frame: FrameBoxes(tuple(identity for identity, _ in items), np.array([box for _, box in items]))
        for frame, items in rows.items()
    }


def iou_matrix(a: Floats, b: Floats) -> Floats:
    """IoU of each box of a (rows) with each box of b (columns); boxes are left, top, width, height."""
    a_end, b_end = a[:, :2] + a[:, 2:], b[:, :2] + b[:, 2:]
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a_end[:, None], b_end[None])
    inter = np.clip(high - low, 0.0, None).prod(axis=2)
    union = a[:, 2:].prod(axis=1)[:, None] + b[:, 2:].prod(axis=1)[None] - inter
    iou: Floats = np.divide(inter, union, out=np.zeros_like(inter), where=union > 0)
    return iou


def kept_pairs(want: FrameBoxes, got: FrameBoxes, iou: Floats, last_track: dict[int, int]) -> list[tuple[int, int]]:
    """The (row, column) pairs that matched last time and still overlap enough. A track is kept by one box only."""
    column_of = {track: column for column, track in enumerate(got.ids)}
    columns_left = set(column_of.values())
    pairs = []
    for row, identity in enumerate(want.ids):
        track = last_track.get(identity)
        column = None if track is None else column_of.get(track)
        if column in columns_left and iou[row, column] >= IOU_MIN:
            columns_left.remove(column)
            pairs.append((row, column))
    return pairs


def match_frame(iou: Floats, kept: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Keep these pairs, and pair the rest of the rows and columns by most total overlap."""
    cost = np.where(iou >= IOU_MIN, 1.0 - iou, FORBIDDEN)
    for row, column in kept:
        cost[row, :] = FORBIDDEN
        cost[:, column] = FORBIDDEN
    rows, columns = linear_sum_assignment(cost)
    return kept + [(int(row), int(column)) for row, column in zip(rows, columns, strict=True) if cost[row, column] < FORBIDDEN]


def identity_true_positives(overlaps: dict[tuple[int, int], int], gt_length: dict[int, int], length: dict[int, int]) -> int:
    """IDTP: the frames in which boxes agree, under the one assignment of tracks to each other that is best over all frames.

    Minimising false positives and negatives together, as IDF1 is defined, is the same as maximising the agreeing frames: each
    of them takes one from either count.
    """
    if not overlaps:
        return 0
    gt_index = {identity: index for index, identity in enumerate(gt_length)}
    index = {identity: index for index, identity in enumerate(length)}
    agreeing = np.zeros((len(gt_index), len(index)))
    for (gt_id, track_id), frames in overlaps.items():
        agreeing[gt_index[gt_id], index[track_id]] = frames
    rows, columns = linear_sum_assignment(agreeing, maximize=True)
    return int(agreeing[rows, columns].sum())


def lengths(tracks: Tracks, frames: int) -> dict[int, int]:
    """Number of boxes of each track within the frames that count."""
    result: defaultdict[int, int] = defaultdict(int)
    for frame, boxes in tracks.items():
        if frame <= frames:
            for identity in boxes.ids:
                result[identity] += 1
    return dict(result)


def ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def evaluate(gt: Tracks, result: Tracks, frames: int) -> Scores:
    """Score the frames 1 to `frames`; what lies beyond in either file is left out."""
    nothing = FrameBoxes((), np.zeros((0, 4)))
    last_track: dict[int, int] = {}  # ground-truth id -> track id of its latest match, however long ago
    overlaps: defaultdict[tuple[int, int], int] = defaultdict(int)
    matches = switches = 0
    iou_sum = 0.0
    for frame in range(1, frames + 1):
        want, got = gt.get(frame, nothing), result.get(frame, nothing)
        if not want.ids or not got.ids:
            continue
        iou = iou_matrix(want.boxes, got.boxes)
        for row, column in np.argwhere(iou >= IOU_MIN):
            overlaps[want.ids[row], got.ids[column]] += 1
        for row, column in match_frame(iou, kept_pairs(want, got, iou, last_track)):
            identity, track = want.ids[row], got.ids[column]
            switches += last_track.get(identity, track) != track
            last_track[identity] = track
            matches += 1
            iou_sum += float(iou[row, column])
    gt_length, length = lengths(gt, frames), lengths(result, frames)
    gt_boxes, boxes = sum(gt_length.values()), sum(length.values())
    errors = (gt_boxes - matches) + (boxes - matches) + switches
    return Scores(
        frames=frames,
        gt_boxes=gt_boxes,
        gt_tracks=len(gt_length),
        tracks=len(length),
        mota=1.0 - ratio(errors, gt_boxes),
        idf1=ratio(2.0 * identity_true_positives(dict(overlaps), gt_length, length), gt_boxes + boxes),
        id_switches=switches,
        false_positives=boxes - matches,
        false_negatives=gt_boxes - matches,
        motp=ratio(iou_sum, matches),
        precision=ratio(matches, boxes),
        recall=ratio(matches, gt_boxes),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Score tracks against ground truth (MOTChallenge text files, IoU 0.5).")
    parser.add_argument("gt", type=Path, metavar="GT")
    parser.add_argument("result", type=Path, metavar="RESULT")
    parser.add_argument("--frames", type=int, required=True, help="length of the sequence: frames 1 to N count")
    options = parser.parse_args(arguments)
    if options.frames < 1:
        parser.error("--frames must be at least 1")
    try:
        scores = evaluate(read_mot(options.gt, ground_truth=True), read_mot(options.result, ground_truth=False), options.frames)
    except (OSError, MotFormatError) as error:
        print(f"mot: {error}", file=sys.stderr)
        return 1
    print(json.dumps({name: round(value, 6) for name, value in asdict(scores).items()}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
