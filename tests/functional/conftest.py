"""Fixtures: a server of one's own, a server shared by a module's reading tests, an RTSP camera, a demo."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from reply_check import ReplyCheck
from sentinel_server import ROOT, Server

MakeServer = Callable[..., Server]


@pytest.fixture(scope="session", autouse=True)
def reply_check() -> Iterator[ReplyCheck]:
    """Every reply that any test gets is one that the OpenAPI document states, or that test fails."""
    check = ReplyCheck(ROOT / "docs/ref/openapi.json")
    send = httpx.Client.send

    def send_and_check(client: httpx.Client, request: httpx.Request, **options: Any) -> httpx.Response:
        reply = send(client, request, **options)
        if not options.get("stream"):
            problem = check.problem(reply)
            assert not problem, problem
        return reply

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(httpx.Client, "send", send_and_check)
        yield check


@pytest.fixture
def make_server(tmp_path: Path) -> Iterator[MakeServer]:
    """make_server(env={…}, cameras_yaml=…): prepared, not started; killed after the test."""
    made: list[Server] = []

    def make(env: dict[str, str] | None = None, cameras_yaml: str = "cameras: []\n") -> Server:
        made.append(Server(tmp_path / f"server{len(made)}", env or {}, cameras_yaml))
        made[-1].prepare()
        return made[-1]

    yield make
    for server in made:
        server.kill()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Running, without cameras. For tests that leave it as they found it."""
    running = Server(tmp_path_factory.mktemp("server")).start()
    yield running
    running.kill()


@pytest.fixture(scope="module")
def api(server: Server) -> Iterator[httpx.Client]:
    """A client of `server`, logged in as admin."""
    with server.client() as client:
        yield client


@dataclass
class DemoServer(Server):
    camera_id: str = "camera_1"


def stretched_clip() -> Path:
    """vtest at 1280x720 with timestamps: the truth's boxes map onto it by scaling alone."""
    clip = ROOT / "media/test/vtest_720p15.mp4"
    if not clip.exists():
        command = "ffmpeg -v error -y -r 15 -i vtest_720p15.h264 -c copy -f mp4 vtest_720p15.mp4.new"
        subprocess.run(command.split(), cwd=clip.parent, check=True)
        clip.with_suffix(".mp4.new").rename(clip)
    return clip


@pytest.fixture(scope="session")
def demo_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoServer]:
    """Plays vtest, stretched to 1280x720, in a loop as camera_1."""
    yaml = f"cameras:\n  - id: camera_1\n    name: Demo\n    url: file://{stretched_clip()}\n"
    model = {"YOLO_MODEL_PATH": str(ROOT / "models/yolov12n_384x640.xml")}
    running = DemoServer(tmp_path_factory.mktemp("demo"), model, yaml)
    running.start()
    yield running
    running.kill()


@dataclass
class Camera:
    """The RTSP camera simulator: killed, frozen and restarted by tests."""

    binary: Path
    arguments: list[str]
    port: int = 0
    process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"rtsp://127.0.0.1:{self.port}/cam1"

    def start(self) -> Camera:
        command = [str(self.binary), "-addr", f"127.0.0.1:{self.port}", *self.arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self.process.stdout is not None
        ready = self.process.stdout.readline().split()
        assert ready[:1] == ["ready"], f"the camera did not start: {ready}"
        self.port = int(ready[1].split(":")[2].split("/")[0])
        return self

    def kill(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(5)


@pytest.fixture(scope="session")
def camsim() -> Path:
    """The simulator, built."""
    folder = ROOT / "tests/camsim"
    binary = ROOT / "build/camsim"
    binary.parent.mkdir(exist_ok=True)
    subprocess.run(["go", "build", "-buildvcs=false", "-o", str(binary), "."], cwd=folder, check=True, env=dict(os.environ))
    return binary


@pytest.fixture
def camera(camsim: Path) -> Iterator[Callable[..., Camera]]:
    """camera("-user", "u", …): running; killed after the test."""
    started: list[Camera] = []

    def start(*arguments: str) -> Camera:
        clip = str(ROOT / "media/test/vtest_720p15.h264")
        started.append(Camera(camsim, ["-file", clip, "-fps", "15", *arguments]).start())
        return started[-1]

    yield start
    for each in started:
        each.kill()
