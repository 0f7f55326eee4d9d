"""RTSP cameras that live, die, freeze and come back, as the API tells of it."""

from __future__ import annotations

import signal
import socket
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from sentinel_server import Server, receive, subscribe, wait_for

if TYPE_CHECKING:
    from tests.functional.conftest import Camera

SECRET = "sesame-4711"
StartCamera = Callable[..., "Camera"]
Row = dict[str, Any]
AddCamera = Callable[..., Row]


@pytest.fixture
def add_camera(api: httpx.Client) -> Iterator[AddCamera]:
    """add_camera(url, …): the camera as the API answered; deleted after the test. Little is analysed: it is not the subject."""
    added: list[str] = []

    def add(url: str, **more: Any) -> Row:
        answer = api.post("/api/cameras", json={"name": "A camera", "url": url, "fps": 1} | more)
        assert answer.status_code == 201, answer.text
        row: Row = answer.json()
        added.append(row["id"])
        return row

    yield add
    for camera_id in added:
        api.delete(f"/api/cameras/{camera_id}")


def stats(api: httpx.Client, row: Row) -> Row:
    answer = api.get(f"/api/cameras/{row['id']}/stats")
    assert answer.status_code == 200, answer.text
    found: Row = answer.json()
    return found


def wait_status(api: httpx.Client, row: Row, *wanted: str, timeout_s: float = 20.0) -> Row:
    """The stats once the status is one of those wanted."""

    def check() -> Row | None:
        found = stats(api, row)
        return found if found["status"] in wanted else None

    found: Row = wait_for(f"{row['id']} to be {' or '.join(wanted)}", check, timeout_s)
    return found


def wait_frames(api: httpx.Client, row: Row, count: int, timeout_s: float = 20.0) -> Row:
    """The stats once that many more frames have come, with the camera active."""
    target = stats(api, row)["frames_decoded"] + count

    def check() -> Row | None:
        found = stats(api, row)
        return found if found["status"] == "active" and found["frames_decoded"] >= target else None

    found: Row = wait_for(f"{count} more frames of {row['id']}", check, timeout_s)
    return found


def send(camera: Camera, number: signal.Signals) -> None:
    assert camera.process is not None
    camera.process.send_signal(number)


def test_digest_credentials_bring_frames(api: httpx.Client, camera: StartCamera, add_camera: AddCamera) -> None:
    guarded = camera("-user", "guard", "-pass", SECRET, "-auth", "digest")
    row = add_camera(guarded.url, username="guard", password=SECRET)
    assert row["has_credentials"] is True
    found = wait_frames(api, row, 30)
    assert (found["width"], found["height"]) == (1280, 720)
    assert found["status_reason"] == ""
    assert found["decode_errors"] == 0
    assert found["reconnects"] == 0
    assert found["bytes_received"] > 0
    assert found["last_frame_at"] is not None
    wait_for("the rate of 15 frames/s", lambda: 13 <= stats(api, row)["fps_in"] <= 17)
    # fps = 1 is kept: of what came, about one a second is analysed.
    found = stats(api, row)
    assert found["frames_inferred"] + found["frames_quiet"] <= found["frames_decoded"] / 15 + 2


def test_wrong_password_is_named_and_never_shown(
    server: Server, api: httpx.Client, camera: StartCamera, add_camera: AddCamera
) -> None:
    guarded = camera("-user", "guard", "-pass", "the-right-one", "-auth", "digest")
    with server.socket() as client:
        row = add_camera(guarded.url, username="guard", password=SECRET)
        found = wait_status(api, row, "error")
        subscribe(client, row["id"])
        # Stopped and started anew, so that the socket too has something to tell.
        assert api.post(f"/api/cameras/{row['id']}/stop").status_code == 200
        assert api.post(f"/api/cameras/{row['id']}/start").status_code == 200
        told = [receive(client, "camera_status") for _ in range(3)]
    assert "credentials" in found["status_reason"]
    assert "error" in [each["status"] for each in told], told
    pages = [api.get(path).text for path in ("/api/cameras", f"/api/cameras/{row['id']}", f"/api/cameras/{row['id']}/stats")]
    for text in (*pages, str(told), server.log()):
        assert SECRET not in text
    files = [path for path in server.data_dir.rglob("*") if path.is_file()]
    assert files
    for path in files:
        assert SECRET.encode() not in path.read_bytes(), path


def test_killed_camera_is_noticed_and_comes_back(api: httpx.Client, camera: StartCamera, add_camera: AddCamera) -> None:
    doomed, other = camera(), camera()
    row, neighbour = add_camera(doomed.url), add_camera(other.url)
    wait_frames(api, row, 10)
    before = wait_frames(api, neighbour, 10)
    began = time.monotonic()
    doomed.kill()
    found = wait_status(api, row, "error", "connecting", timeout_s=5)
    assert found["status_reason"]

    # Meanwhile the other camera goes on as if nothing were: 4 s of frames while this one is retried in vain.
    wait_frames(api, neighbour, 60)
    assert stats(api, row)["status"] in ("error", "connecting")
    after, passed_s = stats(api, neighbour), time.monotonic() - began
    assert after["frames_decoded"] - before["frames_decoded"] >= 0.7 * 15 * passed_s
    assert after["reconnects"] == 0
    assert after["decode_errors"] == 0
    assert after["status_since"] == before["status_since"]

    doomed.start()
    found = wait_frames(api, row, 10, timeout_s=30)
    assert found["status_reason"] == ""
    assert found["reconnects"] >= 1


def test_frozen_camera_is_noticed_and_comes_back(api: httpx.Client, camera: StartCamera, add_camera: AddCamera) -> None:
    frozen = camera()
    row = add_camera(frozen.url)
    wait_frames(api, row, 10)
    send(frozen, signal.SIGSTOP)
    try:
        # It must be noticed within 5 s, and is after 4.5; the rest is for the poll that is under way then.
        found = wait_status(api, row, "error", "connecting", timeout_s=5 + 0.25)
        # Whichever watch is first: the connection's own or the reader's.
        assert any(words in found["status_reason"] for words in ("No data", "sends no pictures")), found
    finally:
        send(frozen, signal.SIGCONT)
    wait_frames(api, row, 10, timeout_s=30)


def test_camera_deleted_while_connecting(api: httpx.Client, add_camera: AddCamera) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:  # takes the connection and never says a word
        row = add_camera(f"rtsp://127.0.0.1:{mute.getsockname()[1]}/cam1")
        wait_status(api, row, "connecting")
        began = time.monotonic()
        assert api.delete(f"/api/cameras/{row['id']}").status_code == 204
        assert time.monotonic() - began < 2
        assert api.get(f"/api/cameras/{row['id']}").status_code == 404
        assert api.get(f"/api/cameras/{row['id']}/stats").status_code == 404


def test_stopped_and_started_by_api(api: httpx.Client, camera: StartCamera, add_camera: AddCamera) -> None:
    row = add_camera(camera().url)
    wait_frames(api, row, 10)
    answer = api.post(f"/api/cameras/{row['id']}/stop")
    assert answer.status_code == 200
    assert answer.json()["status"] == "inactive"
    assert answer.json()["enabled"] is False
    assert stats(api, row)["status"] == "inactive"
    answer = api.post(f"/api/cameras/{row['id']}/start")
    assert answer.status_code == 200
    assert answer.json()["enabled"] is True
    assert wait_frames(api, row, 10)["reconnects"] == 0
