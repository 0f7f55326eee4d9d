"""The end of the server, asked for and not: what a client was told stays true."""

from __future__ import annotations

import json
import random
import re
import signal
import socket
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sentinel_server import ROOT, Server, subscribe, wait_for
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

if TYPE_CHECKING:
    from tests.functional.conftest import Camera

ROUNDS = 20
SEED = 4711
# Plays at once: people are in the picture from its first frame on.
BUSY_YAML = f"""cameras:
  - id: busy
    name: Busy
    url: file://{ROOT / "media/demo/vtest_720p15.mp4"}
    fps: 10
"""


class Told:
    """What a client heard of events."""

    def __init__(self) -> None:
        self.ids: set[str] = set()
        self.opened: set[str] = set()  # of these it heard from the beginning
        self.ended: set[str] = set()

    def listen(self, client: ClientConnection, until: float, enough: int | None = None) -> None:
        """Until that moment, or until it heard of that many events from the beginning."""
        while (left := until - time.monotonic()) > 0 and (enough is None or len(self.opened) < enough):
            try:
                message: dict[str, Any] = json.loads(client.recv(timeout=left))
            except (TimeoutError, ConnectionClosed):
                return
            if message["type"] in ("new_event", "event_update"):
                self.ids.add(message["data"]["id"])
                if message["type"] == "new_event":
                    self.opened.add(message["data"]["id"])
                if message["data"]["ended_at"] is not None:
                    self.ended.add(message["data"]["id"])


def database(server: Server) -> Path:
    found = [path for path in server.data_dir.rglob("*.db") if path.is_file()]
    assert len(found) == 1, found
    return found[0]


def query(server: Server, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{database(server)}?mode=ro", uri=True)) as connection:
        return connection.execute(sql).fetchall()


def events_by_id(server: Server) -> dict[str, int | None]:
    """The end of every stored event; None: still open."""
    return dict(query(server, "SELECT id, ended_at_us FROM events"))


def test_sigterm_ends_at_once_and_leaves_nothing_open(make_server: Callable[..., Server]) -> None:
    server = make_server(cameras_yaml=BUSY_YAML).start()
    told = Told()
    with server.socket() as client:
        subscribe(client, "events")
        told.listen(client, time.monotonic() + 30, enough=1)
        assert told.opened, "no event within 30 s"
        assert server.stop() < 3  # and with exit status 0
    stored = events_by_id(server)
    assert told.ids <= stored.keys()
    assert [event for event, ended in stored.items() if ended is None] == []
    assert "Ended by a restart" not in str(query(server, "SELECT description FROM events"))


def test_sigterm_does_not_wait_for_silent_cameras(make_server: Callable[..., Server], camera: Callable[..., Camera]) -> None:
    """One takes the connection and says nothing, one froze in the middle of its stream, one is not there."""
    frozen = camera()
    assert frozen.process is not None
    with socket.create_server(("127.0.0.1", 0)) as mute, socket.create_server(("127.0.0.1", 0)) as gone:
        urls = {"mute": f"rtsp://127.0.0.1:{mute.getsockname()[1]}/cam1", "frozen": frozen.url}
        urls["gone"] = f"rtsp://127.0.0.1:{gone.getsockname()[1]}/cam1"
        gone.close()
        entries = "".join(f"  - id: {name}\n    name: {name}\n    url: {url}\n    fps: 1\n" for name, url in urls.items())
        server = make_server(cameras_yaml=f"cameras:\n{entries}").start()
        with server.client() as api:
            wait_for("frames", lambda: api.get("/api/cameras/frozen/stats").json()["frames_decoded"] > 10)
            frozen.process.send_signal(signal.SIGSTOP)
            wait_for("a retry", lambda: api.get("/api/cameras/gone").json()["status"] == "error")
            assert api.get("/api/cameras/mute").json()["status"] in ("connecting", "error")
        assert server.stop() < 3


@pytest.mark.timeout(300)
def test_kill_9_loses_nothing_that_was_told(make_server: Callable[..., Server]) -> None:
    dice = random.Random(SEED)
    server = make_server(cameras_yaml=BUSY_YAML)
    token, told, left_open = "", Told(), 0
    for turn in range(ROUNDS + 1):
        before, opened = set(told.ids), len(told.opened)
        server.start()
        stored = events_by_id(server)
        assert before - stored.keys() == set(), f"round {turn}: told, and lost"
        closed = {event for event, ended in stored.items() if ended is not None}
        assert before - closed == set(), f"round {turn}: left open by the last run, and open still"
        if turn == ROUNDS:
            break
        token = token or server.login()["access_token"]
        with server.socket(token) as client:
            subscribe(client, "events")
            told.listen(client, time.monotonic() + 20, enough=opened + 1)
            assert len(told.opened) > opened, f"round {turn}: no event within 20 s"
            told.listen(client, time.monotonic() + dice.uniform(0, 0.4))
            server.kill()
            told.listen(client, time.monotonic() + 1)  # what was on its way
        left_open += len(told.ids - told.ended - before)
    assert query(server, "PRAGMA integrity_check") == [("ok",)]
    assert left_open > 0, "every event had ended before its kill: nothing was proven"
    assert query(server, "SELECT count(*) FROM events WHERE description LIKE '%Ended by a restart%'")[0][0] > 0


def test_a_stop_does_not_wait_for_a_store_that_is_away(make_server: Callable[..., Server]) -> None:
    server = make_server(env={"EVENT_QUEUE_SIZE": "8"}, cameras_yaml=BUSY_YAML).start()
    with closing(sqlite3.connect(database(server), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")  # another program that writes, and does not come to an end
        wait_for("the store to be missed", lambda: "the store is away" in server.log(), 30)
        assert server.stop() < 3.5
    assert re.search(r"error \[events\] \d+ changes of events are lost", server.log())
