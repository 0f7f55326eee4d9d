"""Cameras through the API: made, changed, started, stopped, removed; and what no reply or file may tell."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sentinel_server import ROOT, Server, wait_for

MakeServer = Callable[..., Server]
NOBODY = "rtsp://127.0.0.1:9/stream1"  # allowed, and nothing listens there
DECLARED = f"cameras:\n  - id: gate\n    name: Gate\n    url: {NOBODY}\n    location: North\n    enabled: false\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("cameras"), cameras_yaml=DECLARED).start()
    yield running
    running.kill()


@pytest.fixture
def made(api: httpx.Client) -> Iterator[dict[str, Any]]:
    """A camera made by the API, gone after the test."""
    camera = add(api, location="Yard", fps=5)
    yield camera
    api.delete(f"/api/cameras/{camera['id']}")


def add(api: httpx.Client, url: str = NOBODY, **more: object) -> dict[str, Any]:
    answer = api.post("/api/cameras", json={"name": "A camera", "url": url, **more})
    assert answer.status_code == 201, answer.text
    camera: dict[str, Any] = answer.json()
    return camera


def get(api: httpx.Client, camera_id: str) -> dict[str, Any]:
    camera: dict[str, Any] = api.get(f"/api/cameras/{camera_id}").json()
    return camera


# ---- the life of a camera


def test_a_new_camera_is_answered_listed_and_found(api: httpx.Client, made: dict[str, Any]) -> None:
    assert re.fullmatch(r"camera_\d+", made["id"])
    assert (made["name"], made["url"], made["location"], made["fps"]) == ("A camera", NOBODY, "Yard", 5)
    assert (made["enabled"], made["has_credentials"], made["from_file"]) == (True, False, False)
    listed = api.get("/api/cameras").json()
    assert [camera["id"] for camera in listed["items"]] == ["gate", made["id"]]
    assert (listed["total"], listed["limit"], listed["offset"], listed["next_cursor"]) == (2, 50, 0, None)
    assert get(api, made["id"])["created_at"] == made["created_at"]


def test_ids_are_counted(make_server: MakeServer) -> None:
    with make_server().start().client() as api:
        assert [add(api)["id"], add(api)["id"]] == ["camera_1", "camera_2"]


def test_lists_are_paged(api: httpx.Client, made: dict[str, Any]) -> None:
    page = api.get("/api/cameras", params={"limit": 1, "offset": 1}).json()
    assert [camera["id"] for camera in page["items"]] == [made["id"]]
    assert (page["total"], page["limit"], page["offset"]) == (2, 1, 1)
    assert api.get("/api/cameras", params={"limit": 501}).status_code == 422


def test_put_leaves_what_is_omitted(api: httpx.Client, made: dict[str, Any]) -> None:
    answer = api.put(f"/api/cameras/{made['id']}", json={"name": "Another name"})
    assert answer.status_code == 200
    fixed = ("id", "url", "location", "fps", "enabled", "created_at")
    assert [answer.json()[name] for name in fixed] == [made[name] for name in fixed]
    assert get(api, made["id"])["name"] == "Another name"


def test_put_of_null_clears_the_location_and_leaves_the_name(api: httpx.Client, made: dict[str, Any]) -> None:
    answer = api.put(f"/api/cameras/{made['id']}", json={"location": None, "name": None})
    assert answer.status_code == 200
    assert (answer.json()["location"], answer.json()["name"]) == (None, "A camera")


def test_stop_and_start_answer_the_camera(api: httpx.Client, made: dict[str, Any]) -> None:
    stopped = api.post(f"/api/cameras/{made['id']}/stop")
    assert (stopped.status_code, stopped.json()["enabled"]) == (200, False)
    wait_for("the stop", lambda: get(api, made["id"])["status"] == "inactive", 5)
    started = api.post(f"/api/cameras/{made['id']}/start")
    assert (started.status_code, started.json()["enabled"]) == (200, True)
    wait_for("the start", lambda: get(api, made["id"])["status"] in {"connecting", "error"}, 5)


def test_an_absent_camera_says_so_in_its_status_and_stats(api: httpx.Client, made: dict[str, Any]) -> None:
    wait_for("the error", lambda: get(api, made["id"])["status"] == "error", 10)
    stats = api.get(f"/api/cameras/{made['id']}/stats").json()
    assert (stats["camera_id"], stats["frames_decoded"], stats["last_frame_at"]) == (made["id"], 0, None)
    assert "refused" in stats["status_reason"]


def test_a_deleted_camera_is_gone(api: httpx.Client) -> None:
    camera = add(api)
    answer = api.delete(f"/api/cameras/{camera['id']}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert api.get(f"/api/cameras/{camera['id']}").status_code == 404
    assert api.delete(f"/api/cameras/{camera['id']}").status_code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/cameras/nope"),
        ("PUT", "/api/cameras/nope"),
        ("DELETE", "/api/cameras/nope"),
        ("POST", "/api/cameras/nope/start"),
        ("POST", "/api/cameras/nope/stop"),
        ("GET", "/api/cameras/nope/stats"),
    ],
)
def test_an_unknown_camera_is_404(api: httpx.Client, method: str, path: str) -> None:
    answer = api.request(method, path, json={} if method == "PUT" else None)
    assert (answer.status_code, answer.json()) == (404, {"detail": "Camera not found"})


def test_a_restart_keeps_cameras(make_server: MakeServer) -> None:
    server = make_server().start()
    with server.client() as api:
        first = add(api, location="Kept", username="viewer", password="a-camera-password")
        second = add(api)
        api.post(f"/api/cameras/{second['id']}/stop")
        api.delete(f"/api/cameras/{add(api)['id']}")
    server.stop()
    server.start()
    with server.client() as api:
        kept = {camera["id"]: camera for camera in api.get("/api/cameras").json()["items"]}
        assert sorted(kept) == ["camera_1", "camera_2"]
        assert (kept["camera_1"]["location"], kept["camera_1"]["created_at"]) == ("Kept", first["created_at"])
        assert (kept["camera_1"]["has_credentials"], kept["camera_1"]["enabled"]) == (True, True)
        assert (kept["camera_2"]["enabled"], kept["camera_2"]["status"]) == (False, "inactive")


# ---- what is refused


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"url": "ftp://10.0.0.1/x"}, "url"),
        ({"url": "no address"}, "url"),
        ({"url": None}, "url"),
        ({"name": ""}, "name"),
        ({"name": "n" * 65}, "name"),
        ({"fps": 0}, "fps"),
        ({"fps": 61}, "fps"),
        ({"fps": "many"}, "fps"),
        ({"location": "l" * 129}, "location"),
    ],
)
def test_an_unfit_field_is_422_and_named(api: httpx.Client, change: dict[str, object], field: str) -> None:
    answer = api.post("/api/cameras", json={"name": "n", "url": NOBODY, **change})
    assert answer.status_code == 422
    assert [issue["loc"] for issue in answer.json()["detail"]] == [["body", field]]


@pytest.mark.parametrize("url", ["rtsp://", "rtsp://127.0.0.1:99999/x", "rtsp://127.0.0.1:0/x"])
def test_an_address_without_host_or_port_is_refused(api: httpx.Client, url: str) -> None:
    answer = api.post("/api/cameras", json={"name": "n", "url": url})
    assert answer.status_code in {400, 422}
    assert answer.json()["detail"]


def test_a_scheme_that_cannot_be_played_is_501(api: httpx.Client) -> None:
    assert api.post("/api/cameras", json={"name": "n", "url": "http://127.0.0.1/x"}).status_code == 501


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A server whose networks are the default ones and whose files come from the demo's folder alone."""
    folder = tmp_path_factory.mktemp("strict")
    (folder / "clips").mkdir()
    environment = {"FILE_SOURCE_ROOTS": f"{ROOT / 'media/demo'}:{folder / 'clips'}"}
    running = Server(folder, environment)
    networks = "10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7"  # as .env.example states them
    assert f"CAMERA_ALLOWED_NETWORKS={networks}" in (ROOT / ".env.example").read_text()
    running.env["CAMERA_ALLOWED_NETWORKS"] = networks
    running.start()
    with running.client() as api:
        api.headers["X-Folder"] = str(folder)
        yield api
    running.kill()


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.9.9.9", "[::1]", "0.0.0.0", "[::ffff:127.0.0.1]", "169.254.169.254", "[fe80::1]", "8.8.8.8"]
)
def test_addresses_beyond_the_networks_are_403_naming_the_variable(strict: httpx.Client, host: str) -> None:
    before = strict.get("/api/cameras").json()["total"]
    answer = strict.post("/api/cameras", json={"name": "n", "url": f"rtsp://{host}:554/x"})
    assert answer.status_code == 403, answer.text
    assert "CAMERA_ALLOWED_NETWORKS" in answer.json()["detail"]
    assert strict.get("/api/cameras").json()["total"] == before


@pytest.mark.parametrize("host", ["localhost", "127.1", "2130706433", "0x7f000001"])
def test_a_name_is_checked_when_it_is_looked_up(strict: httpx.Client, host: str) -> None:
    camera = add(strict, f"rtsp://{host}:554/x")
    failed = wait_for(
        "the refusal", lambda: get(strict, camera["id"]) if get(strict, camera["id"])["status"] == "error" else None
    )
    assert "CAMERA_ALLOWED_NETWORKS" in failed["status_reason"]
    strict.delete(f"/api/cameras/{camera['id']}")


def test_a_put_is_checked_like_a_post(strict: httpx.Client) -> None:
    clip = f"file://{(ROOT / 'media/demo/vtest_720p15.mp4').resolve()}"
    camera = add(strict, f"file://{ROOT / 'media/demo/vtest_720p15.mp4'}")
    try:
        strict.post(f"/api/cameras/{camera['id']}/stop")
        for url in (NOBODY, "file:///etc/passwd"):
            assert strict.put(f"/api/cameras/{camera['id']}", json={"url": url}).status_code == 403
        assert get(strict, camera["id"])["url"] in {clip, camera["url"]}
    finally:
        strict.delete(f"/api/cameras/{camera['id']}")


def test_files_beyond_the_roots_are_403_naming_the_variable(strict: httpx.Client) -> None:
    demo = ROOT / "media/demo"
    for url in (
        "file:///etc/passwd",
        f"file://{demo}/../vtest.avi",
        f"file://{demo}/%2e%2e/vtest.avi",
        f"file://{demo}-not/x.mp4",
    ):
        answer = strict.post("/api/cameras", json={"name": "n", "url": url})
        assert answer.status_code in {400, 403}, (url, answer.text)
        assert answer.status_code == 400 or "FILE_SOURCE_ROOTS" in answer.json()["detail"]


def test_a_link_out_of_the_roots_is_refused(strict: httpx.Client) -> None:
    clips = Path(strict.headers["X-Folder"]) / "clips"
    (clips / "escape.mp4").symlink_to("/etc/passwd")
    (clips / "up").symlink_to("/etc")
    for name in ("escape.mp4", "up/passwd"):
        answer = strict.post("/api/cameras", json={"name": "n", "url": f"file://{clips}/{name}"})
        assert answer.status_code == 403
        assert "FILE_SOURCE_ROOTS" in answer.json()["detail"]


def test_the_answer_does_not_tell_which_files_exist(strict: httpx.Client) -> None:
    answers = [
        strict.post("/api/cameras", json={"name": "n", "url": f"file://{path}"})
        for path in ("/etc/passwd", "/etc/no-such-file")
    ]
    assert answers[0].json() == answers[1].json()


# ---- cameras of the file


def test_a_declared_camera_is_listed_as_such(api: httpx.Client) -> None:
    gate = get(api, "gate")
    assert (gate["from_file"], gate["name"], gate["location"], gate["enabled"]) == (True, "Gate", "North", False)


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_declared_camera_is_read_only_and_the_file_is_named(api: httpx.Client, method: str) -> None:
    answer = api.request(method, "/api/cameras/gate", json={"name": "Mine"})
    assert answer.status_code == 409
    assert "cameras.yaml" in answer.json()["detail"]
    assert get(api, "gate")["name"] == "Gate"


def test_a_declared_camera_starts_and_stops(api: httpx.Client) -> None:
    assert api.post("/api/cameras/gate/start").json()["enabled"] is True
    assert api.post("/api/cameras/gate/stop").json()["enabled"] is False


# ---- secrets


def bytes_beneath(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


def test_credentials_come_back_nowhere(make_server: MakeServer) -> None:
    server = make_server({"LOG_LEVEL": "DEBUG"}).start()
    secrets = ["Zq7-in-the-url", "Zq7-in-a-field", "Zq7-changed", "Zq7-refused"]
    with server.client() as api:
        replies = [api.post("/api/cameras", json={"name": "n", "url": f"rtsp://viewer:{secrets[0]}@127.0.0.1:9/x"})]
        replies.append(
            api.post("/api/cameras", json={"name": "n", "url": NOBODY, "username": "viewer", "password": secrets[1]})
        )
        one, two = (reply.json()["id"] for reply in replies)
        replies.append(api.put(f"/api/cameras/{one}", json={"url": f"rtsp://viewer:{secrets[2]}@127.0.0.1:9/y"}))
        assert replies[-1].json()["has_credentials"] is True
        replies.append(api.post("/api/cameras", json={"name": "", "url": f"ftp://viewer:{secrets[3]}@h/x"}))
        replies.append(api.post("/api/cameras", json={"url": f"rtsp://viewer:{secrets[3]}@10.0.0.1/x"}))
        replies.append(api.post("/api/cameras", json={"name": "n", "url": f"rtsp://viewer:{secrets[3]}@10.0.0.1/x"}))
        assert [reply.status_code for reply in replies] == [201, 201, 200, 422, 422, 403]
        wait_for("an attempt", lambda: get(api, one)["status"] == "error" and get(api, two)["status"] == "error", 10)
        replies += [api.get(path) for path in ("/api/cameras", f"/api/cameras/{one}", f"/api/cameras/{one}/stats")]
        replies.append(api.post(f"/api/cameras/{two}/stop"))
    server.stop()
    written = bytes_beneath(server.data_dir)
    for secret in secrets:
        assert not [reply.url for reply in replies if secret in reply.text or "viewer" in reply.text]
        assert secret not in server.log()
        assert secret.encode() not in written


def test_credentials_of_the_file_come_back_nowhere(make_server: MakeServer) -> None:
    in_url = "  - {id: a, name: A, url: 'rtsp://viewer:Zq7-in-the-url@127.0.0.1:9/x'}\n"
    in_field = f"  - {{id: b, name: B, url: '{NOBODY}', username: viewer, password: Zq7-in-a-field}}\n"
    server = make_server({"LOG_LEVEL": "DEBUG"}, f"cameras:\n{in_url}{in_field}").start()
    with server.client() as api:
        wait_for("an attempt", lambda: all(get(api, each)["status"] == "error" for each in "ab"), 10)
        assert [get(api, each)["has_credentials"] for each in "ab"] == [True, True]
        replies = [api.get(path).text for path in ("/api/cameras", "/api/cameras/a", "/api/cameras/b/stats")]
    server.stop()
    assert not [text for text in [*replies, server.log()] if "Zq7" in text or "viewer" in text]
    assert b"Zq7" not in bytes_beneath(server.data_dir)


def test_credentials_in_the_address_are_kept_apart_from_it(api: httpx.Client) -> None:
    camera = add(api, "rtsp://viewer:pw-1@127.0.0.1:9/x")
    assert (camera["url"], camera["has_credentials"]) == ("rtsp://127.0.0.1:9/x", True)
    api.delete(f"/api/cameras/{camera['id']}")


def test_credentials_do_not_follow_the_camera_to_another_host(api: httpx.Client) -> None:
    camera = add(api, "rtsp://viewer:pw-1@127.0.0.1:9/x")
    moved = {"url": "rtsp://127.0.0.1:9/other"}
    assert api.put(f"/api/cameras/{camera['id']}", json=moved).json()["has_credentials"] is True
    elsewhere = {"url": "rtsp://127.0.0.2:9/x"}
    assert api.put(f"/api/cameras/{camera['id']}", json=elsewhere).json()["has_credentials"] is False
    api.delete(f"/api/cameras/{camera['id']}")


def test_a_password_in_the_query_is_stored_sealed_and_shown_nowhere(api: httpx.Client, server: Server) -> None:
    url = NOBODY + "?user=eve&password=query-4711"
    refused = api.post("/api/cameras", json={"url": url})
    assert refused.status_code == 422
    assert "query-4711" not in refused.text
    camera = add(api, url)
    try:
        assert "query-4711" not in json.dumps(get(api, camera["id"]))
        stored = b"".join(file.read_bytes() for file in server.data_dir.glob("*.db*"))
        assert b"query-4711" not in stored
        assert "query-4711" not in server.log()
    finally:
        api.delete(f"/api/cameras/{camera['id']}")


def test_null_takes_the_credentials_away(api: httpx.Client) -> None:
    camera = add(api, username="viewer", password="a-camera-password")
    assert camera["has_credentials"] is True
    path = f"/api/cameras/{camera['id']}"
    assert api.put(path, json={"name": "Renamed"}).json()["has_credentials"] is True
    assert api.put(path, json={"username": None, "password": None}).json()["has_credentials"] is False
    api.delete(path)


def test_what_the_server_writes_is_its_users_alone(server: Server, api: httpx.Client, made: dict[str, Any]) -> None:
    assert get(api, made["id"])["id"] == made["id"]
    assert server.data_dir.stat().st_mode & 0o077 == 0
    assert not [file for file in server.data_dir.rglob("*") if file.stat().st_mode & 0o077]
