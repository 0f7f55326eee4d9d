#!/usr/bin/env python3
"""Bring the sample video into media/ and cut the clips that the demo camera and the tests play.

The video is OpenCV's sample vtest.avi, people crossing a university's courtyard (PETS 2009, sequence S2.L1). It comes out of
Debian's package opencv-doc, which is downloaded and read but not installed. What comes out:

    media/vtest.avi                     the original: 768x576, 10 frames a second, 795 frames, 79.5 s
    media/demo/vtest_720p15.mp4         for the demo camera: the 16:9 middle of it, people in their true proportions
    media/test/vtest_720p15.h264        for the camera simulator and the benches: Annex-B, the whole picture stretched to
                                        1280x720, so that a box of the original only needs scaling
    media/prepared.stamp.json           sha256 of all of these; while it holds, a run changes nothing

Both clips are H.264 Main, 1280x720, 15 frames a second in real time, a keyframe every 2 s, no B-frames, 1.5 Mbit/s: what a
plain surveillance camera sends.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from setup_step import ROOT, SetupError, Stamp, Step, sha256

PACKAGE = "opencv-doc"
VIDEO_IN_PACKAGE = "./usr/share/doc/opencv-doc/examples/data/vtest.avi"
VIDEO_NAME = "vtest.avi"
VIDEO_SHA256 = "45cddc9490be69345cbdab64ca583be65987e864ca408038e648db99e10516cf"
DOWNLOAD_TIMEOUT_S = 900

ENCODER = (
    "-an -c:v libx264 -preset veryfast -profile:v main -pix_fmt yuv420p -bf 0 -g 30 -keyint_min 30 -sc_threshold 0 "
    "-b:v 1500k -maxrate 1500k -bufsize 1500k"
).split()


@dataclass(frozen=True)
class Clip:
    name: str  # relative to media/
    filters: str
    container: tuple[str, ...]
    purpose: str


CLIPS = (
    Clip(
        "demo/vtest_720p15.mp4",
        "fps=15,scale=1280:960,crop=1280:720,setsar=1",
        ("-movflags", "+faststart", "-f", "mp4"),
        "for the demo camera",
    ),
    Clip(
        "test/vtest_720p15.h264",
        "fps=15,scale=1280:720",
        ("-f", "h264"),
        "for the camera simulator of the tests and benches",
    ),
)

STEP = Step("demo")
say = STEP.say


def program(name: str, package: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise SetupError(f"{name} is not installed: run script/setup, or on Debian 12: apt-get install {package}")
    return found


def bring_video(target: Path, cache: Path) -> None:
    """Leave the checked video at target, out of the Debian package if it is not there yet."""
    if target.is_file() and sha256(target) == VIDEO_SHA256:
        say(f"{target.name} is already here")
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    cache.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".partial")
    with tempfile.TemporaryDirectory(dir=cache, prefix="opencv-doc-") as folder:
        unpack_video(download_package(Path(folder)), partial)
    digest = sha256(partial)
    if digest != VIDEO_SHA256:
        partial.unlink()
        raise SetupError(f"{VIDEO_NAME} of {PACKAGE} has sha256 {digest}, expected {VIDEO_SHA256}: not the video we know")
    partial.replace(target)
    say(f"wrote {target.name} ({target.stat().st_size / 1e6:.1f} MB, sha256 as expected)")


def download_package(folder: Path) -> Path:
    if shutil.which("apt-get") is None:
        raise SetupError(
            f"no apt-get here to download Debian's {PACKAGE} with: put OpenCV's samples/data/{VIDEO_NAME} into media/ yourself"
        )
    say(f"downloading Debian's package {PACKAGE} (96 MB), for the sample video in it; it is not installed")
    # The sandbox user cannot write into a folder of ours; apt would only warn of it.
    command = ["apt-get", "-q", "-o", "APT::Sandbox::User=root", "download", PACKAGE]
    try:
        result = subprocess.run(
            command, cwd=folder, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, timeout=DOWNLOAD_TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired:
        raise SetupError(f"apt-get download {PACKAGE} did not end within {DOWNLOAD_TIMEOUT_S} s") from None
    packages = list(folder.glob(f"{PACKAGE}_*.deb"))
    if result.returncode != 0 or not packages:
        raise SetupError(f"apt-get download {PACKAGE} failed, its reason is above; apt-get update may be what it lacks")
    return packages[0]


def unpack_video(package: Path, target: Path) -> None:
    """Write the one file out of the package; the rest of it never touches the disk."""
    with subprocess.Popen(
        [program("dpkg-deb", "dpkg"), "--fsys-tarfile", str(package)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as unpacking:
        try:
            with tarfile.open(fileobj=unpacking.stdout, mode="r|") as tar:
                for member in tar:
                    source = tar.extractfile(member) if member.name == VIDEO_IN_PACKAGE else None
                    if source is not None:
                        with target.open("wb") as file:
                            shutil.copyfileobj(source, file)
                        return
        except tarfile.TarError as error:
            raise SetupError(f"cannot read {package.name}: {error}") from error
        finally:
            unpacking.kill()  # it need not unpack what comes after
    raise SetupError(f"{package.name} has no {VIDEO_IN_PACKAGE}")


def encode(video: Path, clip: Clip, media: Path) -> None:
    target = media / clip.name
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".partial")
    command = [program("ffmpeg", "ffmpeg"), "-v", "error", "-nostdin", "-y", "-i", str(video)]
    command += ["-vf", clip.filters, *ENCODER, *clip.container, str(partial)]
    result = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
    if result.returncode != 0:
        partial.unlink(missing_ok=True)
        raise SetupError(f"ffmpeg could not make {clip.name}: {result.stderr.strip()}")
    partial.replace(target)


def prepare(media: Path, cache: Path) -> None:
    stamp = Stamp(media / "prepared.stamp.json", sha256(Path(__file__)))
    if stamp.holds():
        say(f"up to date in {media}")
        return
    stamp.path.unlink(missing_ok=True)
    video = media / VIDEO_NAME
    bring_video(video, cache)
    for number, clip in enumerate(CLIPS, start=1):
        say(f"{number}/{len(CLIPS)} encoding {clip.name}, {clip.purpose} (about 10 s)")
        encode(video, clip, media)
    stamp.write([VIDEO_NAME, *(clip.name for clip in CLIPS)])
    say(f"done, in {media}")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Bring the sample video into media/ and cut the demo's and the tests' clips.")
    parser.add_argument("--media", type=Path, default=ROOT / "media", help="folder to fill (default: %(default)s)")
    parser.add_argument("--cache", type=Path, default=ROOT / ".cache", help="folder for downloads (default: %(default)s)")
    options = parser.parse_args(arguments)
    return STEP.run(lambda: prepare(options.media.resolve(), options.cache.resolve()))


if __name__ == "__main__":
    sys.exit(main())
