"""What each environment variable does: every test compares two values, and fails if the program took no notice of them.

Marked with the variables it is for; test_config.py holds the marks against .env.example. `server` states next to nothing,
`tuned` something other than the default wherever the two can be compared side by side.
"""

from __future__ import annotations

import base64
import json
import re
import socket
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from refusal import command, config_check, ending
from sentinel_server import PASSWORD, ROOT, Server, wait_for

MakeServer = Callable[..., Server]
LONG_KEY = "x" * 32
FRIEND = "https://ui.example"
MODEL = {size: str(ROOT / f"models/yolov12n_{size}.xml") for size in ("320x320", "384x640", "640x640")}


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.2", 0))) as found:
        port: int = found.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def tuned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("tuned")
    stated = {
        "HOST": "127.0.0.2",
        "PORT": str(free_port()),
        "CORS_ORIGINS": FRIEND,
        "SECRET_KEY": LONG_KEY,
        "JWT_ALGORITHM": "HS256",
        "ACCESS_TOKEN_EXPIRE_MINUTES": "7",
        "REFRESH_TOKEN_EXPIRE_DAYS": "1",
        "DATABASE_URL": f"sqlite:///{folder}/apart/other.db",
        "YOLO_MODEL_PATH": MODEL["384x640"],
        "FILE_SOURCE_ROOTS": "",
        "CAMERA_ALLOWED_NETWORKS": "127.0.0.9",
        "WS_HEARTBEAT_SECONDS": "5",
        "LOG_LEVEL": "WARNING",
        "LOG_FILE": f"{folder}/logs/sentinel.log",
    }
    (folder / "apart").mkdir()
    running = Server(folder, stated).start()
    yield running
    running.kill()


def clip(folder: Path, fps: int, frames: int) -> Path:
    """The beginning of vtest, at that rate: people walk about from the first frame on."""
    made = folder / f"{frames}_at_{fps}.mp4"
    source = ROOT / "media/test/vtest_720p15.h264"
    line = ["ffmpeg", "-v", "error", "-r", str(fps), "-i", str(source), "-c", "copy", "-frames:v", str(frames), str(made)]
    subprocess.run(line, check=True)
    return made


# ---- API


@pytest.mark.variable("HOST", "PORT")
def test_host_and_port_are_where_it_listens(tuned: Server, server: Server) -> None:
    assert tuned.base_url == f"http://127.0.0.2:{tuned.env['PORT']}"
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", int(tuned.env["PORT"])), 2)
    assert server.base_url.startswith("http://127.0.0.1:")


def test_a_taken_port_is_named(tuned: Server, make_server: MakeServer) -> None:
    status, words = ending(make_server({"HOST": "127.0.0.2", "PORT": tuned.env["PORT"]}))
    assert status == 1
    assert f"PORT={tuned.env['PORT']}" in words


def threads(server: Server) -> int:
    """How many the process has, once it is up."""
    server.start()
    assert server.process is not None
    count = sum(1 for _ in Path(f"/proc/{server.process.pid}/task").iterdir())
    server.stop()
    return count


@pytest.mark.variable("HTTP_THREADS")
def test_http_threads_are_so_many(make_server: MakeServer) -> None:
    assert threads(make_server({"HTTP_THREADS": "6"})) - threads(make_server({"HTTP_THREADS": "2"})) == 4


@pytest.mark.variable("DEBUG")
def test_debug_lets_libav_be_heard(make_server: MakeServer) -> None:
    def lines_of_a_failing_camera(debug: str) -> str:
        yaml = "cameras:\n  - {id: gate, name: Gate, url: rtsp://127.0.0.1:9/x}\n"
        server = make_server({"DEBUG": debug}, cameras_yaml=yaml).start()
        wait_for("the camera to fail", lambda: "warning [gate]" in server.log(), 10)
        return server.log()

    assert " debug [gate] " in lines_of_a_failing_camera("true")
    assert " debug [" not in lines_of_a_failing_camera("false")


@pytest.mark.variable("CORS_ORIGINS")
def test_cors_origins_are_let_in(tuned: Server, server: Server) -> None:
    asked = {"Origin": FRIEND, "Access-Control-Request-Method": "POST"}
    allowed = httpx.options(f"{tuned.base_url}/api/cameras", headers=asked)
    assert (allowed.status_code, allowed.headers["access-control-allow-origin"]) == (200, FRIEND)
    refused = httpx.options(f"{server.base_url}/api/cameras", headers=asked)
    assert (refused.status_code, "access-control-allow-origin" in refused.headers) == (400, False)


@pytest.mark.variable("DATA_DIR")
def test_data_dir_is_made_for_its_owner_alone(make_server: MakeServer) -> None:
    server = make_server({"DATA_DIR": "deep/er/data", "YOLO_MODEL_PATH": "none.onnx"})
    command("serve", "--config", server.config_dir, folder=server.folder, env=server.environment())
    made = server.folder / "deep/er/data"
    assert made.stat().st_mode & 0o077 == 0
    assert (made / "secret.key").stat().st_mode & 0o777 == 0o600


# ---- security


@pytest.mark.variable("SECRET_KEY")
def test_another_secret_key_ends_the_tokens(make_server: MakeServer) -> None:
    server = make_server({"SECRET_KEY": LONG_KEY}).start()
    headers = {"Authorization": f"Bearer {server.login()['access_token']}"}
    server.stop()
    server.start()
    assert httpx.get(f"{server.base_url}/api/auth/me", headers=headers).status_code == 200
    server.stop()
    server.env["SECRET_KEY"] = "y" * 32
    server.start()
    assert httpx.get(f"{server.base_url}/api/auth/me", headers=headers).status_code == 401
    assert server.login(password=PASSWORD)["access_token"]


def test_a_stated_key_is_not_written_down(tuned: Server, server: Server) -> None:
    assert not (tuned.data_dir / "secret.key").exists()
    assert (server.data_dir / "secret.key").exists()


def token_part(server: Server, part: int) -> dict[str, Any]:
    """The header (0) or the claims (1) of a fresh access token."""
    text = server.login()["access_token"].split(".")[part]
    decoded: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text + "=="))
    return decoded


@pytest.mark.variable("JWT_ALGORITHM")
def test_jwt_algorithm_is_that_of_the_tokens_or_refused(tuned: Server, make_server: MakeServer) -> None:
    assert token_part(tuned, 0)["alg"] == tuned.env["JWT_ALGORITHM"]
    for later in ("RS256", "ES256"):
        status, words = config_check(make_server(), {"JWT_ALGORITHM": later})
        assert status == 1
        assert f"JWT_ALGORITHM: {later} is not supported by this version" in words


@pytest.mark.variable("ACCESS_TOKEN_EXPIRE_MINUTES")
def test_the_life_of_an_access_token_is_as_stated(tuned: Server, server: Server) -> None:
    for each, minutes in ((tuned, 7), (server, 30)):
        assert each.login()["expires_in"] == minutes * 60
        claims = token_part(each, 1)
        assert claims["exp"] - claims["iat"] == minutes * 60


def sessions_last_days(database: Path) -> set[float]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as opened:
        rows = opened.execute("SELECT expires_at_us - created_at_us FROM sessions").fetchall()
    return {span / (24 * 3600 * 1e6) for (span,) in rows}


@pytest.mark.variable("REFRESH_TOKEN_EXPIRE_DAYS")
def test_the_life_of_a_session_is_as_stated(tuned: Server, server: Server) -> None:
    for each, database, days in (
        (tuned, tuned.folder / "apart/other.db", 1),
        (server, server.data_dir / "sentinel.db", 7),
    ):
        first = each.login()["refresh_token"]
        # A refresh does not lengthen it.
        assert httpx.post(f"{each.base_url}/api/auth/refresh", json={"refresh_token": first}).status_code == 200
        assert sessions_last_days(database) == {days}


@pytest.mark.variable("DATABASE_URL")
def test_database_url_is_where_the_database_is(tuned: Server, server: Server) -> None:
    assert (tuned.folder / "apart/other.db").exists()
    assert not list(tuned.data_dir.glob("*.db"))
    assert (server.data_dir / "sentinel.db").exists()


# ---- AI


def running_model(server: Server) -> dict[str, Any]:
    with server.client() as api:
        found: dict[str, Any] = api.get("/api/models").json()["items"][0]
    return found


@pytest.mark.variable("YOLO_MODEL_PATH")
def test_yolo_model_path_is_the_model_that_runs(tuned: Server, server: Server) -> None:
    for each, file, width, height in ((tuned, MODEL["384x640"], 640, 384), (server, MODEL["320x320"], 320, 320)):
        model = running_model(each)
        assert Path(model["file"]).name == Path(file).name
        assert (model["input_width"], model["input_height"]) == (width, height)


@pytest.mark.variable("DEVICE", "USE_GPU")
def test_the_device_is_the_stated_one_or_the_start_fails(make_server: MakeServer) -> None:
    def device(**stated: str) -> str:
        server = make_server(stated)
        try:
            server.start()
        except AssertionError as ended:
            assert server.process is not None
            assert server.process.returncode == 1
            return str(ended)
        found: str = running_model(server)["device"]
        server.stop()
        return found

    assert device(DEVICE="CPU", USE_GPU="false") == "CPU"
    by_name = device(DEVICE="GPU")
    has_gpu = by_name == "GPU"  # then OpenVINO drives one here
    assert has_gpu or "device GPU: this machine has CPU" in by_name
    assert device(DEVICE="AUTO") == ("GPU" if has_gpu else "CPU")
    by_flag = device(USE_GPU="true")
    assert by_flag == "GPU" if has_gpu else "device GPU: this machine has CPU" in by_flag


@pytest.fixture(scope="module")
def four_seconds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clip(tmp_path_factory.mktemp("clip"), fps=15, frames=60)


def analyzed(source: Path, name: str, value: str) -> tuple[list[str], list[str]]:
    """The events that `sentinel analyze` finds, and the boxes that its detector saw: a line each."""
    boxes = source.with_suffix(f".{name}.{value}")
    env = {"YOLO_MODEL_PATH": MODEL["320x320"], name: value}
    run = command("analyze", source, "--detections-out", boxes, folder=source.parent, env=env)
    assert run.returncode == 0, run.stderr
    return run.stdout.splitlines(), boxes.read_text().splitlines()


@pytest.mark.variable("CONFIDENCE_THRESHOLD")
def test_a_higher_confidence_opens_fewer_events_of_the_same_boxes(four_seconds: Path) -> None:
    (many, boxes), (few, same) = (analyzed(four_seconds, "CONFIDENCE_THRESHOLD", value) for value in ("0.3", "0.95"))
    assert len(many) >= 3
    assert len(few) == 0
    assert boxes == same


@pytest.mark.variable("IOU_THRESHOLD")
def test_a_higher_iou_leaves_more_boxes(four_seconds: Path) -> None:
    (_, few), (_, many) = (analyzed(four_seconds, "IOU_THRESHOLD", value) for value in ("0.1", "0.95"))
    assert len(few) * 2 < len(many)


# ---- processing


@pytest.mark.variable("PROCESSING_WORKERS")
def test_processing_workers_are_so_many(make_server: MakeServer) -> None:
    few, many = (threads(make_server({"PROCESSING_WORKERS": count})) for count in ("4", "24"))
    assert many - few >= 15  # 20, give or take what OpenVINO makes of them


def with_cameras(server: Server, ids: tuple[str, ...], source: Path, detection: str) -> Server:
    """Started, with cameras that play every frame of that file once they are started by the API."""
    entries = "".join(f"  - {{id: {each}, name: Camera, url: 'file://{source}', fps: 60, enabled: false}}\n" for each in ids)
    (server.config_dir / "cameras.yaml").write_text("cameras:\n" + entries)
    (server.config_dir / "detection_config.yaml").write_text("motion: {enabled: false}\n" + detection)
    return server.start()


def stats_once(api: httpx.Client, what: str, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    def check() -> dict[str, Any] | None:
        stats: dict[str, Any] = api.get("/api/cameras/gate/stats").json()
        return stats if fits(stats) else None

    found: dict[str, Any] = wait_for(what, check, 30)
    return found


@pytest.mark.variable("FRAME_QUEUE_SIZE")
def test_so_many_frames_wait_before_one_is_dropped(make_server: MakeServer) -> None:
    """120 frames/s for one slot and the largest model are too many for any machine."""

    def waiting_at_overload(queue: str) -> int:
        server = make_server({"FRAME_QUEUE_SIZE": queue, "PROCESSING_WORKERS": "1", "YOLO_MODEL_PATH": MODEL["640x640"]})
        with with_cameras(server, ("gate", "yard"), clip(server.folder, fps=60, frames=300), "").client() as api:
            for each in ("gate", "yard"):
                api.post(f"/api/cameras/{each}/start")
            stats = stats_once(api, "dropped frames", lambda stats: stats["frames_dropped"] > 10)
        server.kill()
        gone = ("frames_skipped", "frames_inferred", "frames_dropped")
        left: int = stats["frames_decoded"] - sum(stats[name] for name in gone)
        return left

    assert waiting_at_overload("1") < 20  # some are at the detector
    assert waiting_at_overload("64") >= 60


@pytest.mark.variable("EVENT_QUEUE_SIZE")
def test_a_longer_event_queue_outlasts_a_store_that_is_away(make_server: MakeServer) -> None:
    """Another writer holds the store. A short queue is soon full and holds the pipeline up, which then drops results."""
    events = "events: {update_every_s: 0.1, min_duration_s: 0.1, snapshot_width_max: 320}\n"

    def run(queue: str, until: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        server = make_server({"EVENT_QUEUE_SIZE": queue})
        with_cameras(server, ("gate",), clip(server.folder, fps=15, frames=150), events)
        with server.client() as api, closing(sqlite3.connect(server.data_dir / "sentinel.db", isolation_level=None)) as store:
            api.post("/api/cameras/gate/start")
            store.execute("BEGIN IMMEDIATE")
            stats = stats_once(api, "dropped results, or as many frames", until)
            store.execute("ROLLBACK")
            wait_for("the events that had waited", lambda: api.get("/api/events").json()["total"] > 0, 20)
        server.kill()
        return stats

    short = run("8", lambda stats: stats["results_dropped"] > 0)
    long = run("4096", lambda stats: stats["frames_inferred"] >= short["frames_inferred"] + 10)
    assert long["results_dropped"] == 0


# ---- cameras


@pytest.mark.variable("FILE_SOURCE_ROOTS", "CAMERA_ALLOWED_NETWORKS")
def test_file_roots_and_networks_are_as_stated(tuned: Server, server: Server) -> None:
    file, near, far = f"file://{ROOT / 'media/demo/vtest_720p15.mp4'}", "rtsp://127.0.0.1:9/x", "rtsp://127.0.0.9:9/x"
    for each, refused in (
        (tuned, {file: "FILE_SOURCE_ROOTS", near: "CAMERA_ALLOWED_NETWORKS"}),
        (server, {"rtsp://192.168.0.9:9/x": "CAMERA_ALLOWED_NETWORKS"}),  # is in one of the default's
    ):
        with each.client() as api:
            for url in {file, near, far} | set(refused):
                answer = api.post("/api/cameras", json={"name": "n", "url": url, "enabled": False})
                assert answer.status_code == (403 if url in refused else 201), answer.text
                if url in refused:
                    assert refused[url] in answer.json()["detail"]
                else:
                    api.delete(f"/api/cameras/{answer.json()['id']}")


# ---- WebSocket


class RawSocket:
    """A WebSocket that answers nothing by itself, unlike that of a library."""

    PING, PONG = 9, 10

    def __init__(self, server: Server) -> None:
        address = urlsplit(server.base_url)
        self.connection = socket.create_connection((address.hostname, address.port), 10)
        token = server.login()["access_token"]
        key = base64.b64encode(bytes(16)).decode()
        self.connection.sendall(
            f"GET /ws HTTP/1.1\r\nHost: {address.netloc}\r\nAuthorization: Bearer {token}\r\nConnection: Upgrade\r\n"
            f"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode()
        )
        self.stream = self.connection.makefile("rb")
        assert b" 101 " in self.stream.readline()
        while self.stream.readline() != b"\r\n":
            pass
        assert b"connected" in (self.receive(5) or (0, b""))[1]
        self.began = time.monotonic()

    def receive(self, timeout_s: float) -> tuple[int, bytes] | None:
        """Opcode and payload of the next frame; nothing once the server has ended the connection."""
        self.connection.settimeout(timeout_s)
        head = self.stream.read(2)
        if len(head) < 2:
            return None
        length = int.from_bytes(self.stream.read(2), "big") if head[1] == 126 else head[1]
        return head[0] & 0x0F, self.stream.read(length)

    def pong(self) -> None:
        self.connection.sendall(bytes([0x80 | self.PONG, 0x80, 0, 0, 0, 0]))

    def age_s(self) -> float:
        return time.monotonic() - self.began


@pytest.mark.variable("WS_HEARTBEAT_SECONDS")
def test_a_silent_socket_is_pinged_after_the_heartbeat_and_closed_after_another(tuned: Server, server: Server) -> None:
    answering, mute, of_default = RawSocket(tuned), RawSocket(tuned), RawSocket(server)
    for each in (answering, mute):
        assert each.receive(8) == (RawSocket.PING, b"")
        assert 4.5 < each.age_s() < 7
    answering.pong()
    assert mute.receive(8) is None
    assert 9 < mute.age_s() < 13
    assert answering.receive(8) == (RawSocket.PING, b"")
    with pytest.raises(TimeoutError):  # its 30 s are not over: nothing has come in all that time
        of_default.receive(0.2)


# ---- logging


@pytest.mark.variable("LOG_LEVEL", "LOG_FILE")
def test_log_level_and_log_file(tuned: Server, server: Server) -> None:
    with tuned.client() as api:
        made = api.post("/api/cameras", json={"name": "n", "url": "rtsp://127.0.0.9:9/x"}).json()
        file = tuned.folder / "logs/sentinel.log"
        wait_for("the warning in the file", lambda: file.exists() and f"warning [{made['id']}]" in file.read_text(), 10)
        assert f"warning [{made['id']}]" in tuned.log()
        assert " info [" not in file.read_text()
        assert " info [" not in tuned.log()
        api.delete(f"/api/cameras/{made['id']}")
    assert " info [" in server.log()  # the default is INFO


def test_log_level_error_leaves_nothing_of_a_start(make_server: MakeServer) -> None:
    quiet = make_server({"LOG_LEVEL": "ERROR"}).start()
    assert re.findall(r"^\d{4}-.*$", quiet.log(), re.MULTILINE) == []


def test_a_full_log_file_is_rotated_and_the_oldest_goes(make_server: MakeServer) -> None:
    server = make_server()
    server.env["LOG_FILE"] = str(server.folder / "s.log")
    full = "x" * (10 * 1024 * 1024)
    (server.folder / "s.log").write_text(full)
    for age in range(1, 5):
        (server.folder / f"s.{age}.log").write_text(f"old {age}")
    server.start()
    assert " info [" in (server.folder / "s.log").read_text()
    assert (server.folder / "s.1.log").read_text() == full
    assert (server.folder / "s.2.log").read_text() == "old 1"
    assert "old 4" not in {file.read_text() for file in server.folder.glob("s.*.log")}
