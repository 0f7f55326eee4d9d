"""The socket: who gets in, what it answers, when it is closed, and what it carries."""

from __future__ import annotations

import base64
import io
import json
import sqlite3
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from sentinel_server import ROOT, Server, receive, subscribe, wait_for
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

MakeServer = Callable[..., Server]
UNAUTHENTICATED = 4401


@pytest.fixture(scope="module")
def token(server: Server) -> str:
    text: str = server.login()["access_token"]
    return text


def url(server: Server) -> str:
    return server.base_url.replace("http://", "ws://") + "/ws"


def by_header(server: Server, token: str, origin: str | None = None) -> ClientConnection:
    headers = {"Authorization": f"Bearer {token}"}
    return connect(url(server), additional_headers=headers, origin=Origin(origin) if origin else None, proxy=None)


def silent(server: Server) -> ClientConnection:
    return connect(url(server), proxy=None)


def send(socket: ClientConnection, **message: object) -> None:
    socket.send(json.dumps(message))


def read_on(socket: ClientConnection, for_s: float) -> None:
    deadline = time.monotonic() + for_s
    while True:
        socket.recv(timeout=max(0.01, deadline - time.monotonic()))


def close_of(socket: ClientConnection, within_s: float) -> tuple[int, str]:
    """The code and reason with which the server closes, within that time."""
    with pytest.raises(ConnectionClosed) as ended:
        read_on(socket, within_s)
    closed = ended.value.rcvd
    assert closed is not None, "cut, not closed"
    return closed.code, closed.reason


# ---- who gets in


def test_a_token_in_the_header_lets_in(server: Server, token: str) -> None:
    with by_header(server, token) as socket:
        connected = receive(socket, "connected", 5)
    assert (connected["user"]["username"], connected["user"]["role"]) == ("admin", "admin")


def test_a_token_as_subprotocol_lets_in_and_is_not_sent_back(server: Server, token: str) -> None:
    with server.socket(token) as socket:
        assert socket.subprotocol == "bearer"
        receive(socket, "connected", 5)
        assert socket.response is not None
        assert token not in str(socket.response.headers)


def test_a_token_as_first_message_lets_in(server: Server, token: str) -> None:
    with silent(server) as socket:
        send(socket, type="auth", token=token)
        receive(socket, "connected", 5)


def test_before_the_token_nothing_is_subscribed(server: Server, token: str) -> None:
    with silent(server) as socket:
        send(socket, type="subscribe", channels=["events"])
        assert receive(socket, "error", 5)["detail"] == "Not authenticated"
        send(socket, type="auth", token=token)
        receive(socket, "connected", 5)


def test_a_socket_without_token_is_closed_after_about_5_s(server: Server) -> None:
    with silent(server) as socket:
        began = time.monotonic()
        code, reason = close_of(socket, 9)
        assert 4 < time.monotonic() - began < 7
    assert (code, reason) == (UNAUTHENTICATED, "no token came")


def test_a_bad_token_is_refused_before_the_upgrade(server: Server, token: str) -> None:
    for bad in ("nonsense", token[:-2], token + "AA"):
        with pytest.raises(InvalidStatus) as refused:
            by_header(server, bad)
        assert refused.value.response.status_code == 401
        with pytest.raises(InvalidStatus) as refused:
            connect(url(server), subprotocols=[Subprotocol("bearer"), Subprotocol(bad)], proxy=None)
        assert refused.value.response.status_code == 401


def test_a_bad_first_token_closes(server: Server) -> None:
    with silent(server) as socket:
        send(socket, type="auth", token="nonsense")
        assert close_of(socket, 5)[0] == UNAUTHENTICATED


def test_a_token_in_the_url_is_ignored(server: Server, token: str) -> None:
    with connect(f"{url(server)}?token={token}&access_token={token}", proxy=None) as socket:
        send(socket, type="subscribe", channels=["events"])
        assert receive(socket, "error", 5)["detail"] == "Not authenticated"
    assert token not in server.log()


def test_another_sites_page_is_refused(server: Server, token: str) -> None:
    for origin in ("https://elsewhere.example", "null", "http://127.0.0.1:1"):
        with pytest.raises(InvalidStatus) as refused:
            by_header(server, token, origin)
        assert refused.value.response.status_code == 403


def test_its_own_page_and_listed_ones_are_let_in(server: Server, token: str, make_server: MakeServer) -> None:
    with by_header(server, token, server.base_url) as socket:
        receive(socket, "connected", 5)
    friendly = make_server({"CORS_ORIGINS": "https://ui.example"}).start()
    with by_header(friendly, friendly.login()["access_token"], "https://ui.example") as socket:
        receive(socket, "connected", 5)


def test_what_is_no_upgrade_is_426(server: Server, token: str) -> None:
    answer = httpx.get(f"{server.base_url}/ws", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 426
    assert answer.headers["sec-websocket-version"] == "13"


# ---- messages


@pytest.fixture
def socket(server: Server, token: str) -> Iterator[ClientConnection]:
    with server.socket(token) as open_one:
        receive(open_one, "connected", 5)
        yield open_one


@pytest.mark.parametrize("stamp", [1764000000123, 0.5, "a text", None])
def test_a_ping_is_answered_with_its_timestamp(socket: ClientConnection, stamp: object) -> None:
    send(socket, type="ping", timestamp=stamp)
    assert receive(socket, "pong", 5)["timestamp"] == stamp


def test_a_ping_frame_is_answered(socket: ClientConnection) -> None:
    assert socket.ping("abc").wait(5)


def test_subscribing_tells_what_was_joined(socket: ClientConnection) -> None:
    send(socket, type="subscribe", channels=["events", "camera_none", "events"])
    assert "camera_none" in receive(socket, "error", 5)["detail"]
    assert receive(socket, "subscribed", 5)["channels"] == ["events"]
    send(socket, type="unsubscribe", channels=["events"])
    assert receive(socket, "unsubscribed", 5)["channels"] == ["events"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("{", "JSON"),
        ("[]", "type"),
        ('{"type":"dance"}', "type"),
        ('{"type":"subscribe"}', "channels"),
        ('{"type":"subscribe","channels":"events"}', "channels"),
        ('{"type":"subscribe","channels":[1]}', "channels"),
        ('{"type":"subscribe","channels":[""]}', "channels"),
        ('{"type":"subscribe","channels":["events"],"frames":{"fps":0}}', "fps"),
        ('{"type":"subscribe","channels":["events"],"frames":{"fps":31}}', "fps"),
        ('{"type":"subscribe","channels":["events"],"frames":{"boxes":1}}', "boxes"),
        ('{"type":"subscribe","channels":["events"],"since":5}', "since"),
        ('{"type":"auth"}', "token"),
    ],
)
def test_an_unfit_message_is_answered_with_an_error(socket: ClientConnection, text: str, named: str) -> None:
    socket.send(text)
    assert named in receive(socket, "error", 5)["detail"]
    send(socket, type="ping", timestamp=1)
    assert receive(socket, "pong", 5)["timestamp"] == 1


def test_too_many_channels_are_refused(socket: ClientConnection) -> None:
    send(socket, type="subscribe", channels=[f"c{i}" for i in range(65)])
    assert "64" in receive(socket, "error", 5)["detail"]


def test_a_message_over_16_kib_closes_with_1009(server: Server, token: str) -> None:
    with server.socket(token) as socket:
        receive(socket, "connected", 5)
        socket.send(json.dumps({"type": "ping", "timestamp": "x" * (15 * 1024)}))
        receive(socket, "pong", 5)
        socket.send("x" * (16 * 1024 + 1))
        assert close_of(socket, 5)[0] == 1009


def test_a_camera_that_comes_or_goes_is_told_on_events(server: Server, socket: ClientConnection) -> None:
    send(socket, type="subscribe", channels=["events"])
    receive(socket, "subscribed", 5)
    with server.client() as api:
        clip = ROOT / "media/demo/vtest_720p15.mp4"
        added = api.post("/api/cameras", json={"name": "New", "url": f"file://{clip}", "fps": 1}).json()["id"]
        told = receive(socket, "camera_status", 10)
        assert told["camera_id"] == added
        assert api.delete(f"/api/cameras/{added}").status_code == 204
    while told["status"] != "inactive":
        told = receive(socket, "camera_status", 10)
    assert told["camera_id"] == added


# ---- when it is closed


def test_logout_closes_the_sockets_of_the_session_alone(server: Server, token: str) -> None:
    mine: str = server.login()["access_token"]
    with server.socket(mine) as socket, server.socket(token) as other:
        receive(socket, "connected", 5)
        receive(other, "connected", 5)
        answer = httpx.post(f"{server.base_url}/api/auth/logout", headers={"Authorization": f"Bearer {mine}"})
        assert answer.status_code == 204
        assert close_of(socket, 5)[0] == UNAUTHENTICATED
        send(other, type="ping", timestamp=1)
        receive(other, "pong", 5)


def test_a_stopping_server_says_goodbye(make_server: MakeServer) -> None:
    server = make_server().start()
    with server.socket() as socket:
        receive(socket, "connected", 5)
        server.stop()
        assert close_of(socket, 5)[0] == 1001


# ---- how many


@pytest.mark.variable("WS_MAX_CONNECTIONS")
def test_ws_max_connections_is_the_bound(make_server: MakeServer) -> None:
    server = make_server({"WS_MAX_CONNECTIONS": "3"}).start()
    token: str = server.login()["access_token"]
    with ExitStack() as stack:
        sockets = [stack.enter_context(server.socket(token)) for _ in range(3)]
        for each in sockets:
            receive(each, "connected", 5)
        with pytest.raises(InvalidStatus) as refused:
            server.socket(token)
        assert refused.value.response.status_code == 503
        assert int(refused.value.response.headers["Retry-After"]) > 0
        assert httpx.get(server.base_url).status_code == 200


def test_sockets_without_token_have_a_bound_of_their_own(server: Server, token: str) -> None:
    with ExitStack() as stack:
        for _ in range(8):
            stack.enter_context(silent(server))
        with pytest.raises(InvalidStatus) as refused:
            silent(server)
        assert refused.value.response.status_code == 429
        receive(stack.enter_context(server.socket(token)), "connected", 5)


# ---- pictures and events of the demo


def jpeg_size(picture: bytes) -> tuple[int, int]:
    """Width and height as the file's frame header states them."""
    stream = io.BytesIO(picture)
    assert stream.read(2) == b"\xff\xd8"
    while True:
        marker, length = struct.unpack(">2sH", stream.read(4))
        assert marker[0] == 0xFF
        if 0xC0 <= marker[1] <= 0xC2:
            _, height, width = struct.unpack(">BHH", stream.read(5))
            return width, height
        stream.seek(length - 2, io.SEEK_CUR)


def next_frame(socket: ClientConnection, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        frame = receive(socket, "frame_update", 30)
        if fits(frame):
            return frame
    raise AssertionError("no such frame in 60 s")


def test_a_frame_is_a_jpeg_with_its_objects(demo_server: Server) -> None:
    with demo_server.socket() as socket:
        subscribe(socket, "camera_1", frames={"fps": 5, "boxes": True})
        frame = next_frame(socket, lambda each: bool(each["objects"]))
    picture = base64.b64decode(frame["data"], validate=True)
    assert picture.endswith(b"\xff\xd9")
    assert jpeg_size(picture) == (frame["width"], frame["height"])
    assert frame["camera_id"] == "camera_1"
    assert frame["timestamp"].endswith("Z")
    for each in frame["objects"]:
        x, y, width, height = each["box"]
        assert min(x, y) >= 0
        assert min(width, height) > 0
        assert max(x + width, y + height) <= 1.001
        assert 0 < each["score"] <= 1
        assert each["label"]
    assert "person" in {each["label"] for each in frame["objects"]}


def test_frames_false_gives_none(demo_server: Server) -> None:
    with demo_server.socket() as plain:
        subscribe(plain, "camera_1", frames=False)
        with demo_server.socket() as watching:
            subscribe(watching, "camera_1", frames={"fps": 10, "boxes": False})
            for _ in range(3):
                receive(watching, "frame_update", 30)
        send(plain, type="ping", timestamp=1)
        kinds = [json.loads(plain.recv(timeout=10))["type"]]
        while kinds[-1] != "pong":
            kinds.append(json.loads(plain.recv(timeout=10))["type"])
    assert "frame_update" not in kinds


def test_an_event_is_told_when_it_opens_and_when_it_changes(demo_server: Server) -> None:
    with demo_server.socket() as socket:
        subscribe(socket, "events")
        opened = receive(socket, "new_event", 60)["data"]
        assert opened["id"].startswith("evt_")
        assert (opened["camera_id"], opened["type"], opened["ended_at"]) == ("camera_1", "person", None)
        seen = {opened["id"]}
        deadline = time.monotonic() + 60
        while True:
            message = json.loads(socket.recv(timeout=max(0.01, deadline - time.monotonic())))
            if message["type"] == "new_event":
                seen.add(message["data"]["id"])
            if message["type"] == "event_update" and message["data"]["id"] in seen:
                break
    with demo_server.client() as api:
        listed = api.get(f"/api/events/{opened['id']}").json()
        assert (listed["id"], listed["started_at"]) == (opened["id"], opened["started_at"])
        with_picture = message["data"]
        answer = api.get(f"/api/events/{with_picture['id']}/snapshot")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
        assert jpeg_size(answer.content)[0] >= 320
        plain = api.get(f"/api/events/{with_picture['id']}/snapshot", params={"boxes": "false"})
        assert plain.status_code == 200
        assert plain.content != answer.content


def test_since_replays_what_was_missed(demo_server: Server) -> None:
    with demo_server.client() as api:

        def two_or_more() -> list[dict[str, Any]]:
            items: list[dict[str, Any]] = api.get("/api/events", params={"limit": 500}).json()["items"]
            return items if len(items) >= 2 else []

        newest_first = wait_for("two events", two_or_more, 60, 0.5)
    ids = sorted(event["id"] for event in newest_first)
    missed = set(ids[1:])
    with demo_server.socket() as socket:
        send(socket, type="subscribe", channels=["events"], since=ids[0])
        receive(socket, "subscribed", 5)
        while missed:
            missed.discard(receive(socket, "new_event", 10)["data"]["id"])


def test_what_ended_while_a_client_was_away_is_told(demo_server: Server) -> None:
    with demo_server.socket() as socket:
        subscribe(socket, "events")
        last = receive(socket, "new_event", 60)["data"]["id"]
    with demo_server.client() as api:

        def listed(course: Callable[[dict[str, Any]], bool]) -> set[str]:
            events = api.get("/api/events", params={"limit": 500}).json()["items"]
            return {event["id"] for event in events if course(event)}

        lasting = listed(lambda event: event["ended_at"] is None and event["id"] <= last)
        ended = wait_for("an end", lambda: lasting & listed(lambda event: event["ended_at"] is not None), 90, 0.5)
    with demo_server.socket() as socket:
        send(socket, type="subscribe", channels=["events"], since=last)
        while ended:
            event = receive(socket, "event_update", 10)["data"]
            if event["ended_at"] is not None:
                ended.discard(event["id"])


CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass
class Story:
    """What a server wrote of its events, by seconds since the story's beginning an hour ago."""

    path: Path
    began_ms: int

    def id_at(self, second: float) -> str:
        made_ms = self.began_ms + int(second * 1000)
        return "evt_" + "".join(CROCKFORD[made_ms >> shift & 31] for shift in range(45, -1, -5)) + "0" * 16

    def write(self, made_s: float, began_s: float, ended_s: float | None, updated_s: float) -> str:
        began, ended, updated = (
            None if each is None else (self.began_ms + int(each * 1000)) * 1000 for each in (began_s, ended_s, updated_s)
        )
        row = (self.id_at(made_s), "gate", "person", "low", 0.5, "{}", began, ended, 0, 0, updated)
        columns = "id, camera_id, type, severity, confidence, metadata, started_at_us, ended_at_us, acknowledged, has_snapshot"
        with closing(sqlite3.connect(self.path, timeout=10)) as database, database:
            database.execute(f"INSERT INTO events ({columns}, updated_at_us) VALUES ({','.join('?' * 11)})", row)
        return str(row[0])


@pytest.fixture
def story(make_server: MakeServer) -> tuple[Server, Story]:
    server = make_server().start()
    return server, Story(next(server.data_dir.rglob("*.db")), (int(time.time()) - 3600) * 1000)


def test_since_tells_of_what_began_before_and_what_ended_after(story: tuple[Server, Story]) -> None:
    server, written = story
    written.write(made_s=0, began_s=0, ended_s=50, updated_s=50)
    last = written.write(made_s=100, began_s=99, ended_s=101, updated_s=101)
    waited = written.write(made_s=130, began_s=20, ended_s=None, updated_s=130)
    ended = written.write(made_s=90, began_s=90, ended_s=140, updated_s=140)
    with server.socket() as socket:
        send(socket, type="subscribe", channels=["events"], since=last)
        receive(socket, "subscribed", 5)
        told = [json.loads(socket.recv(timeout=5)) for _ in range(3)]
        send(socket, type="ping", timestamp=1)
        assert json.loads(socket.recv(timeout=5))["type"] == "pong", "no more than these"
    assert [(each["type"], each["data"]["id"]) for each in told] == [
        ("event_update", last),
        ("new_event", waited),
        ("event_update", ended),
    ]
    assert told[2]["data"]["ended_at"] == told[2]["data"]["updated_at"]


def test_since_long_ago_tells_the_newest_and_how_many_are_missed(story: tuple[Server, Story]) -> None:
    server, written = story
    ids = [written.write(second, second, second, second) for second in range(100, 1105)]
    with server.socket() as socket:
        send(socket, type="subscribe", channels=["events"], since=written.id_at(60))  # deleted since, perhaps
        assert receive(socket, "missed", 10) == {"type": "missed", "channel": "events", "count": 5}
        assert [receive(socket, "new_event", 5)["data"]["id"] for _ in range(1000)] == ids[5:]


@pytest.mark.parametrize("since", ["", "nonsense", "evt_1", "evt_" + "I" * 26])
def test_since_that_is_no_events_id_is_an_error(socket: ClientConnection, since: str) -> None:
    send(socket, type="subscribe", channels=["events"], since=since)
    assert receive(socket, "subscribed", 5)["channels"] == ["events"]
    assert "since" in receive(socket, "error", 5)["detail"]


def test_the_cookie_shows_a_picture(demo_server: Server) -> None:
    login = {"username": demo_server.username, "password": demo_server.password}
    answer = httpx.post(f"{demo_server.base_url}/api/auth/login", json=login, timeout=15)
    token, cookie = answer.json()["access_token"], answer.headers["set-cookie"].split(";")[0]
    with httpx.Client(base_url=demo_server.base_url, timeout=15) as client:

        def pictured() -> str:
            events = client.get("/api/events", headers={"Authorization": f"Bearer {token}"}).json()["items"]
            return next((event["snapshot_url"] for event in events if event["snapshot_url"]), "")

        picture = wait_for("an event with a picture", pictured, 60, 0.5)
        assert client.get(picture).status_code == 401
        shown = client.get(picture, headers={"Cookie": cookie})
        assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")
        assert shown.content.startswith(b"\xff\xd8")
        assert client.post(picture, headers={"Cookie": cookie}).status_code == 405
        client.post("/api/auth/logout", headers={"Authorization": f"Bearer {token}"})
        assert client.get(picture, headers={"Cookie": cookie}).status_code == 401
