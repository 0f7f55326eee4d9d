"""What script/bench measures, on the real binary: one JSON line per figure on stdout, and a table at the end."""

from __future__ import annotations

import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import mot
import numpy as np
from sentinel_server import BINARY, CLEAN_ENV, ROOT, Server, subscribe, wait_for

from tests.functional.conftest import Camera

CLIPS = Path(os.environ.get("SENTINEL_SHARED", ROOT.parent / "shared")) / "footage"
VTEST = ROOT / "media/vtest.avi"
PETS_FRAMES = 795
MODEL = ROOT / "models/yolov12n_384x640.xml"  # what the product is shipped with
LATENCY_EVENTS = int(os.environ.get("BENCH_EVENTS", "60"))
MEMORY_MINUTES = float(os.environ.get("BENCH_MINUTES", "10"))
WARM_UP_S = 120.0
MIN_DURATION_S = 0.5  # events.min_duration_s: what confirms a person that was first seen at started_at
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Report:
    rows: list[dict[str, Any]] = field(default_factory=list)

    def add(self, bench: str, figure: str, value: float, unit: str, note: str = "") -> None:
        row = {"bench": bench, "figure": figure, "value": round(value, 4), "unit": unit}
        self.rows.append(row | ({"note": note} if note else {}))
        print(json.dumps(self.rows[-1]), flush=True)

    def table(self) -> str:
        lines = ["", f"{'bench':<10} {'figure':<34} {'value':>12}  unit"]
        for row in self.rows:
            note = f"  ({row['note']})" if "note" in row else ""
            lines.append(f"{row['bench']:<10} {row['figure']:<34} {row['value']:>12.3f}  {row['unit']}{note}")
        return "\n".join(lines)


def machine() -> dict[str, Any]:
    """A figure means nothing without it."""
    models = [line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line]
    version = subprocess.run([BINARY, "version"], capture_output=True, text=True, check=True, env=CLEAN_ENV).stdout.strip()
    return {
        "cpu": models[0] if models else platform.machine(),
        "cores": os.cpu_count(),
        "load_1min": round(os.getloadavg()[0], 2),
        "model": MODEL.name,
        "sentinel": version.splitlines()[0] if version else "",
    }


def analyze(clip: Path, *more: str | Path) -> tuple[dict[str, Any], float]:
    """The summary, and the CPU seconds that the run took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [str(BINARY), "analyze", str(clip), "--json", *map(str, more)]
    env = CLEAN_ENV | {"YOLO_MODEL_PATH": str(MODEL)}
    run = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {run.returncode}: {run.stderr[-500:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    summary: dict[str, Any] = json.loads(run.stderr.splitlines()[-1])
    return summary, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def add_analysis(report: Report, name: str, clip: Path, *more: str | Path) -> None:
    summary, cpu_s = analyze(clip, *more)
    report.add("analyze", f"{name} speed", summary["speed"], "s of video/s")
    report.add("analyze", f"{name} CPU", cpu_s, "s", f"{summary['video_s']:.1f} s of video")
    report.add("analyze", f"{name} inferred", summary["inferred"], "frames", f"of {summary['decoded']}")
    report.add("analyze", f"{name} events", summary["events"], "events")
    for stage, milliseconds in summary["ms_per_item"].items():
        report.add("analyze", f"{name} {stage}", milliseconds, "ms/item")


def clip_or_none(path: Path) -> Path | None:
    if path.exists():
        return path
    print(f"bench: {path.name} is not here: left out", file=sys.stderr)
    return None


def bench_analyze(report: Report) -> None:
    if crowded := clip_or_none(VTEST):
        add_analysis(report, "vtest", crowded)
    if sparse := clip_or_none(CLIPS / "intel_one-by-one-person.mp4"):
        add_analysis(report, "one-by-one", sparse)


def bench_tracks(report: Report) -> None:
    truth, clip = clip_or_none(CLIPS / "gt/PETS09-S2L1.txt"), clip_or_none(VTEST)
    if not truth or not clip:
        return
    with tempfile.TemporaryDirectory() as folder:
        tracks = Path(folder) / "tracks.txt"
        analyze(clip, "--tracks", tracks)
        scores = mot.evaluate(mot.read_mot(truth, ground_truth=True), mot.read_mot(tracks, ground_truth=False), PETS_FRAMES)
    for name in ("idf1", "mota", "motp", "precision", "recall", "id_switches", "tracks"):
        unit = "" if name in ("id_switches", "tracks") else "of 1"
        report.add("tracks", name, float(asdict(scores)[name]), unit)


@contextmanager
def rtsp_camera(*arguments: str) -> Iterator[Camera]:
    binary = ROOT / "build/camsim"
    binary.parent.mkdir(exist_ok=True)
    subprocess.run(["go", "build", "-buildvcs=false", "-o", binary, "."], cwd=ROOT / "tests/camsim", check=True)
    clip = ROOT / "media/test/vtest_720p15.h264"
    camera = Camera(binary, ["-file", str(clip), "-fps", "15", *arguments]).start()
    try:
        yield camera
    finally:
        camera.kill()


@contextmanager
def server_of(urls: list[str]) -> Iterator[Server]:
    """Running, with a camera for each URL, analysed at the configured rate."""
    rows = [f"  - id: camera_{i}\n    name: Camera {i}\n    url: {url}\n" for i, url in enumerate(urls, start=1)]
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder) / "server", {"YOLO_MODEL_PATH": str(MODEL)}, "cameras:\n" + "".join(rows))
        shutil.copytree(ROOT / "config", server.config_dir, ignore=shutil.ignore_patterns("cameras.yaml"))
        try:
            server.start()
            yield server
            server.stop()
        finally:
            server.kill()


def wait_active(server: Server, camera_id: str) -> None:
    with server.client() as api:
        path = f"/api/cameras/{camera_id}"
        wait_for(f"{camera_id} to be active", lambda: api.get(path).json()["status"] == "active", 60)


def latency_ms(message: dict[str, Any], arrived: float) -> tuple[float, bool]:
    """From the receipt of the frame that confirmed an event to its arrival here, and whether that is an upper bound only.

    A server that does not tell decided_at names the first frame of the visit alone. A person is confirmed by the first analysed
    frame at least MIN_DURATION_S later: taking that moment itself adds up to one interval of analysed frames.
    """
    if decided := message.get("decided_at"):
        return (arrived - datetime.fromisoformat(decided).timestamp()) * 1000, False
    began = datetime.fromisoformat(message["data"]["started_at"]).timestamp()
    return (arrived - began - MIN_DURATION_S) * 1000, True


def bench_latency(report: Report) -> None:
    late_ms: list[float] = []
    bound = False
    with rtsp_camera() as camera, server_of([camera.url]) as server, server.socket() as client:
        subscribe(client, "events")
        deadline = time.monotonic() + 10 * 60
        while len(late_ms) < LATENCY_EVENTS and time.monotonic() < deadline:
            try:
                message = json.loads(client.recv(timeout=30))
            except TimeoutError:
                continue
            arrived = time.time()
            if message["type"] == "new_event" and message["data"]["type"] == "person":
                late, bound = latency_ms(message, arrived)
                late_ms.append(late)
        with server.client() as api:
            stats = api.get("/api/cameras/camera_1/stats").json()
    note = f"{len(late_ms)} events" + (", upper bound" if bound else "")
    if len(late_ms) > 1:
        cuts = statistics.quantiles(late_ms, n=100, method="inclusive")
        report.add("latency", "p50", cuts[49], "ms", note)
        report.add("latency", "p99", cuts[98], "ms", note)
    share = stats["frames_dropped"] / max(1, stats["frames_inferred"] + stats["frames_dropped"])
    report.add("latency", "frames dropped", share, "of 1", "the detector was behind")


def cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def rss_mb(pid: int) -> float:
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def samples(pid: int, seconds: float, every_s: float = 1.0) -> Iterator[tuple[float, float]]:
    """(seconds since now, RSS in MB), at a steady beat."""
    began = time.monotonic()
    while (passed := time.monotonic() - began) < seconds:
        yield passed, rss_mb(pid)
        time.sleep(every_s)


def bench_camera(report: Report, seconds: float = 40.0) -> None:
    with rtsp_camera() as camera, server_of([camera.url]) as server:
        assert server.process is not None
        pid = server.process.pid
        wait_active(server, "camera_1")
        list(samples(pid, 10))  # the start is not what is measured
        began, before = time.monotonic(), cpu_s(pid)
        memory = [rss for _, rss in samples(pid, seconds)]
        share = (cpu_s(pid) - before) / (time.monotonic() - began)
        with server.client() as api:
            stats = api.get("/api/cameras/camera_1/stats").json()
    report.add("camera", "CPU", share, "cores", "720p, 15 frames/s, crowded")
    report.add("camera", "memory", statistics.median(memory), "MB RSS")
    report.add("camera", "decoded", stats["fps_in"], "frames/s")
    report.add("camera", "analysed", stats["fps_analysed"], "frames/s")


def bench_memory(report: Report) -> None:
    """8 cameras and one that is not there: what grows with an absent camera ends a server."""
    with rtsp_camera("-n", "8", "-phase", "1370ms") as camera:
        stem = camera.url.removesuffix("cam1")
        urls = [f"{stem}cam{number}" for number in range(1, 9)]
        with server_of([*urls, "rtsp://127.0.0.1:9/nobody"]) as server:
            assert server.process is not None
            pid = server.process.pid
            for number in range(1, 9):
                wait_active(server, f"camera_{number}")
            list(samples(pid, WARM_UP_S, 5))
            taken = np.array(list(samples(pid, MEMORY_MINUTES * 60, 5)))
    slope_mb_per_s = float(np.polyfit(taken[:, 0], taken[:, 1], 1)[0])
    report.add("memory", "first", float(taken[0, 1]), "MB RSS")
    report.add("memory", "last", float(taken[-1, 1]), "MB RSS")
    report.add("memory", "highest", float(taken[:, 1].max()), "MB RSS")
    report.add("memory", "slope", slope_mb_per_s * 600, "MB/10 min", f"over {MEMORY_MINUTES:g} min, 8 cameras and a dead one")


def bench_build(report: Report) -> None:
    """Cold without ccache, then again after one source was touched."""
    with tempfile.TemporaryDirectory() as folder:
        env = dict(os.environ) | {"CCACHE_DISABLE": "1"}

        def timed(*command: str) -> float:
            began = time.monotonic()
            subprocess.run(command, cwd=ROOT, check=True, env=env, stdout=subprocess.DEVNULL)
            return time.monotonic() - began

        configure = timed("cmake", "--preset", "release", "-B", folder)
        report.add("build", "cold", configure + timed("cmake", "--build", folder, "--target", "sentinel"), "s", "no ccache")
        report.add("build", "warm, nothing changed", timed("cmake", "--build", folder, "--target", "sentinel"), "s")
        (ROOT / "src/pipeline/event_stage.cpp").touch()
        report.add("build", "warm, one source touched", timed("cmake", "--build", folder, "--target", "sentinel"), "s")


BENCHES: dict[str, Callable[[Report], None]] = {
    "analyze": bench_analyze,
    "tracks": bench_tracks,
    "latency": bench_latency,
    "camera": bench_camera,
    "memory": bench_memory,
    "build": bench_build,
}
USUAL = ("analyze", "tracks", "latency", "camera")


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        print(f"bench: there is no {', '.join(unknown)}; there are {', '.join(BENCHES)}", file=sys.stderr)
        return 2
    if not BINARY.exists():
        print(f"bench: {BINARY} is not built: cmake --build --preset release", file=sys.stderr)
        return 1
    print(json.dumps({"machine": machine()}), flush=True)
    report = Report()
    for name in names or USUAL:
        BENCHES[name](report)
    print(report.table())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
