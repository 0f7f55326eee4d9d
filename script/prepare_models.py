#!/usr/bin/env python3
"""Bring the object detector's weights into models/, at the picture sizes that Sentinel uses.

YOLOv12n finds the 80 COCO classes. Its weights are AGPL-3.0: they are no part of Sentinel and never in its repository, so
they are taken here out of a package that carries them, the crate easy-yolo on crates.io. What comes out:

    models/yolov12n.onnx                the original, 640x640 (height x width)
    models/yolov12n_640x640.xml/.bin    OpenVINO IR, fp16 weights, and the same at 384x640 and 320x320
    models/yolov12n.LICENSE.txt         whose weights these are, and on what terms
    models/yolov12n.stamp.json          sha256 of all of these; while it holds, a run changes nothing

The IR's rt_info carries, under model_info, what a program must know to use it, in the form that OpenVINO's Model API and
Ultralytics' own exporter agree on. `labels` is one string: the class names in the order of their ids, separated by spaces,
with each space inside a name written as an underscore ("traffic_light").
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import importlib.metadata
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from setup_step import ROOT, SetupError, Stamp, Step, sha256

if TYPE_CHECKING:  # half a second to import: a run that finds everything in place does without
    import openvino

CRATE = "easy-yolo"
CRATE_VERSION = "0.1.3"
ONNX_NAME = "yolov12n.onnx"
ONNX_SHA256 = "e548ab3a406227202334bf5a6623c9814ac6286ff04e68aeb4dc2357732d1a4f"
# Height x width. 640x640 is what the weights were exported for; 384x640 suits 16:9 cameras at half the work and finds 223 of
# the 226 persons that 640x640 finds on our sample; 320x320 is for a machine that watches many cameras.
SIZES = ((640, 640), (384, 640), (320, 320))
STRIDES = (8, 16, 32)  # the three grids of cells that the detector predicts on
CARGO_TIMEOUT_S = 600

LICENSE_NOTE = f"""\
yolov12n.onnx and the yolov12n_*.xml/.bin files made from it are the YOLOv12n weights by Ultralytics, under the GNU Affero
General Public License v3.0 (https://ultralytics.com/license), as the file's own metadata states. They are not part of
Sentinel, whose licence does not cover them: whoever distributes them, or offers a service that runs them over a network,
answers for the AGPL's terms. They were taken from the crate {CRATE} {CRATE_VERSION} on crates.io and changed only in the
picture size and in the precision of the weights (fp16).
"""


STEP = Step("models")
say = STEP.say


def ir_stem(height: int, width: int) -> str:
    return f"yolov12n_{height}x{width}"


def recipe() -> str:
    """What the outputs depend on: this script and the OpenVINO that writes the IR."""
    try:
        version = importlib.metadata.version("openvino")
    except importlib.metadata.PackageNotFoundError:
        raise SetupError(
            f"OpenVINO is not installed for {sys.executable}: run script/setup, or pip install -r script/requirements-setup.txt"
        ) from None
    return f"{sha256(Path(__file__))} openvino {version}"


# ---- the original weights


def bring_onnx(target: Path, cache: Path) -> None:
    """Leave the checked ONNX file at target, out of the crate if it is not there yet."""
    if target.is_file() and sha256(target) == ONNX_SHA256:
        say(f"{target.name} is already here")
        return
    archive = download_crate(cache) / f"{ONNX_NAME}.zip"
    try:
        with zipfile.ZipFile(archive) as zipped:
            data = zipped.read(ONNX_NAME)
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise SetupError(f"cannot read {ONNX_NAME} out of {archive}: {error}") from error
    digest = hashlib.sha256(data).hexdigest()
    if digest != ONNX_SHA256:
        raise SetupError(f"{ONNX_NAME} in {archive} has sha256 {digest}, expected {ONNX_SHA256}: not the weights we know")
    partial = target.with_suffix(".partial")
    partial.write_bytes(data)
    partial.replace(target)
    say(f"wrote {target.name} ({len(data) / 1e6:.1f} MB, sha256 as expected)")


def download_crate(cache: Path) -> Path:
    """Let cargo download and unpack the crate; nothing of it is compiled. Return its folder.

    The cargo home is our own, so that the unpacked sources are where we look and the user's stays as it is.
    """
    cargo = shutil.which("cargo")
    if cargo is None:
        raise SetupError("cargo is not installed: run script/setup, or on Debian 12: apt-get install cargo-web")
    home = cache / "cargo"
    home.mkdir(parents=True, exist_ok=True)
    copy_cargo_settings(home)
    say(f"downloading the crate {CRATE} {CRATE_VERSION} from crates.io (10 MB)")
    command = [cargo, "info", f"{CRATE}@{CRATE_VERSION}"]
    try:
        result = subprocess.run(
            command,
            cwd=home,
            env={**os.environ, "CARGO_HOME": str(home)},
            stdout=subprocess.DEVNULL,
            timeout=CARGO_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise SetupError(f"cargo gave no answer within {CARGO_TIMEOUT_S} s: is crates.io within reach?") from None
    unpacked = sorted((home / "registry" / "src").glob(f"*/{CRATE}-{CRATE_VERSION}"))
    if result.returncode != 0 or not unpacked:
        raise SetupError(
            f"`{' '.join(command)}` failed, its reason is above. It needs crates.io and cargo 1.82 or newer: "
            "Debian's package cargo is older, cargo-web is new enough"
        )
    return unpacked[0]


def copy_cargo_settings(home: Path) -> None:
    """Keep the user's cargo settings: they may name the only mirror or proxy that this machine can reach."""
    users_home = Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo")
    for name in ("config.toml", "config"):
        settings = users_home / name
        if settings.is_file():
            shutil.copyfile(settings, home / "config.toml")
            return


# ---- other picture sizes


def reshape(model: openvino.Model, height: int, width: int) -> None:
    """Give the model another input size.

    openvino.Model.reshape alone fails: the exporter wrote the attention blocks' shapes and the grid of anchor points as
    constants of the 640x640 picture. All nine are replaced here by their values for the new size.
    """
    import numpy as np
    import openvino
    from openvino import opset13

    if (height, width) == (640, 640):
        return
    h16, w16 = height // 16, width // 16
    h32, w32 = height // 32, width // 32
    points, strides = anchor_grid(height, width)
    cells = len(strides)
    shapes = {
        (4, 400, 2, 96): (4, h16 * w16 // 4, 2, 96),  # area attention: four areas of the stride-16 grid
        (1, 40, 40, 64): (1, h16, w16, 64),
        (1, 400, 4, 96): (1, h32 * w32, 4, 96),
        (1, 20, 20, 128): (1, h32, w32, 128),
        (1, 4, 16, 8400): (1, 4, 16, cells),
        (1, 4, 8400): (1, 4, cells),
    }
    grids = {
        (1, 2, 8400): np.array(points, dtype=np.float32).T[np.newaxis],
        (1, 8400): np.array(strides, dtype=np.float32)[np.newaxis],
    }
    replaced = 0
    for node in model.get_ops():
        if node.get_type_name() != "Constant":
            continue
        shape = tuple(node.get_output_shape(0))
        value = None
        if shape in grids:
            value = grids[shape]
        elif node.get_output_element_type(0) == openvino.Type.i64 and len(shape) == 1:
            new_shape = shapes.get(tuple(int(number) for number in node.get_data()))
            value = None if new_shape is None else np.array(new_shape, dtype=np.int64)
        if value is None:
            continue
        constant = opset13.constant(value)
        constant.set_friendly_name(node.get_friendly_name())
        for consumer in list(node.output(0).get_target_inputs()):
            consumer.replace_source_output(constant.output(0))
        replaced += 1
    if replaced != 9:
        raise SetupError(f"{ONNX_NAME}: found {replaced} constants of the picture size, expected 9")
    model.get_parameters()[0].set_partial_shape(openvino.PartialShape([1, 3, height, width]))
    model.validate_nodes_and_infer_types()


def anchor_grid(height: int, width: int) -> tuple[list[tuple[float, float]], list[int]]:
    """The centre (x, y) of every cell, in cells, row by row and grid by grid, and each cell's stride in pixels."""
    points: list[tuple[float, float]] = []
    strides: list[int] = []
    for stride in STRIDES:
        rows, columns = height // stride, width // stride
        points += [(column + 0.5, row + 0.5) for row in range(rows) for column in range(columns)]
        strides += [stride] * (rows * columns)
    return points, strides


def describe(model: openvino.Model, height: int, width: int) -> None:
    """Write into rt_info what a program must know to use the model (see the head of this file)."""
    names = ast.literal_eval(model.get_rt_info(["framework", "names"]).astype(str))
    labels = [names[index].replace(" ", "_") for index in range(len(names))]
    facts = {
        "model_type": "YOLO",
        "labels": " ".join(labels),
        "resize_type": "fit_to_window_letterbox",
        "pad_value": "114",
        "reverse_input_channels": "True",  # the model takes RGB, decoders of that API give BGR
        "scale_values": "255.0",
        "license": "AGPL-3.0 (https://ultralytics.com/license): YOLOv12n weights by Ultralytics, not part of Sentinel",
        "source": f"crate {CRATE} {CRATE_VERSION}, {ONNX_NAME}, sha256 {ONNX_SHA256}",
    }
    for key, value in facts.items():
        model.set_rt_info(value, ["model_info", key])
    model.set_rt_info(f"[{height}, {width}]", ["framework", "imgsz"])


def write_irs(onnx: Path, models: Path, folder: Path) -> None:
    import openvino

    core = openvino.Core()
    for number, (height, width) in enumerate(SIZES, start=1):
        model = core.read_model(onnx)
        reshape(model, height, width)
        cells = len(anchor_grid(height, width)[1])
        shape = tuple(model.output(0).get_shape())
        if shape != (1, 84, cells):
            raise SetupError(f"{ir_stem(height, width)} would give {shape}, expected (1, 84, {cells})")
        describe(model, height, width)
        stem = ir_stem(height, width)
        openvino.save_model(model, folder / f"{stem}.xml", compress_to_fp16=True)
        for suffix in (".bin", ".xml"):
            # A rename: a server that has the old file mapped keeps it whole.
            (folder / f"{stem}{suffix}").replace(models / f"{stem}{suffix}")
        size = (models / f"{stem}.bin").stat().st_size
        say(f"{number}/{len(SIZES)} wrote {stem}.xml and .bin ({size / 1e6:.1f} MB), output {list(shape)}")


def prepare(models: Path, cache: Path) -> None:
    stamp = Stamp(models / "yolov12n.stamp.json", recipe())
    if stamp.holds():
        say(f"up to date in {models}")
        return
    say("the detector YOLOv12n: finds persons, vehicles, animals and bags (80 classes of COCO)")
    say("its weights are AGPL-3.0 by Ultralytics, not part of Sentinel and not in git: see yolov12n.LICENSE.txt")
    models.mkdir(parents=True, exist_ok=True)
    stamp.path.unlink(missing_ok=True)
    bring_onnx(models / ONNX_NAME, cache)
    with tempfile.TemporaryDirectory(dir=models, prefix=".making-") as folder:
        write_irs(models / ONNX_NAME, models, Path(folder))
    (models / "yolov12n.LICENSE.txt").write_text(LICENSE_NOTE)
    outputs = [ONNX_NAME, "yolov12n.LICENSE.txt"]
    outputs += [f"{ir_stem(*size)}{suffix}" for size in SIZES for suffix in (".xml", ".bin")]
    stamp.write(outputs)
    say(f"done, in {models}")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Bring the object detector's weights into models/.")
    parser.add_argument("--models", type=Path, default=ROOT / "models", help="folder to fill (default: %(default)s)")
    parser.add_argument("--cache", type=Path, default=ROOT / ".cache", help="folder for downloads (default: %(default)s)")
    options = parser.parse_args(arguments)
    return STEP.run(lambda: prepare(options.models.resolve(), options.cache.resolve()))


if __name__ == "__main__":
    sys.exit(main())
