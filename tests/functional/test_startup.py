"""What `sentinel serve` asks of its surroundings before it serves, and what it does to them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing

import httpx
import pytest
from refusal import ending
from sentinel_server import ROOT, Server, wait_for

MakeServer = Callable[..., Server]
BUSY_YAML = f"""cameras:
  - id: busy
    name: Busy
    url: file://{ROOT / "media/demo/vtest_720p15.mp4"}
    fps: 10
"""


def ended(server: Server) -> dict[str, int | None]:
    """The end of every stored event; None: still open."""
    with closing(sqlite3.connect(f"file:{server.data_dir}/sentinel.db?mode=ro", uri=True)) as database:
        return dict(database.execute("SELECT id, ended_at_us FROM events"))


def test_a_second_server_on_the_same_data_is_refused_and_changes_nothing(make_server: MakeServer) -> None:
    server = make_server(cameras_yaml=BUSY_YAML).start()
    wait_for("an open event", lambda: None in ended(server).values(), 30)
    status, words = ending(Server(server.folder, server.env))
    assert status == 1
    assert server.process is not None
    assert f"sentinel: DATA_DIR: {server.data_dir} is in use by process {server.process.pid}; stop that one" in words
    assert "--data-dir" in words
    with closing(sqlite3.connect(f"file:{server.data_dir}/sentinel.db?mode=ro", uri=True)) as database:
        texts = [text for (text,) in database.execute("SELECT coalesce(description, '') FROM events")]
    assert not [text for text in texts if "Ended by a restart" in text]
    server.kill()
    server.start()  # what held the lock is gone, and with it the lock


def test_a_folder_that_was_there_keeps_its_mode(make_server: MakeServer) -> None:
    server = make_server()
    server.data_dir.mkdir(parents=True)
    server.data_dir.chmod(0o1777)
    server.start()
    assert server.data_dir.stat().st_mode & 0o7777 == 0o1777
    assert "others have rights in the data directory (mode 1777)" in server.log()
    others = {path.name: oct(path.stat().st_mode & 0o777) for path in server.data_dir.iterdir() if path.stat().st_mode & 0o077}
    assert others == {}


def test_the_examples_password_does_not_outlive_loopback(make_server: MakeServer) -> None:
    server = make_server({"ADMIN_PASSWORD": "admin123"}).start()
    token = server.login(password="admin123")["access_token"]
    server.stop()
    server.env = {"HOST": "0.0.0.0", "ADMIN_PASSWORD": ""}
    status, words = ending(server)
    assert status == 1
    assert "sentinel: ADMIN_PASSWORD: admin still has the example's password" in words
    server.env = {"HOST": "0.0.0.0", "ADMIN_PASSWORD": "one-of-my-own"}
    server.start()
    answers = [
        httpx.post(f"{server.base_url}/api/auth/login", json={"username": "admin", "password": password}).status_code
        for password in ("admin123", "one-of-my-own")
    ]
    assert answers == [401, 200]
    assert httpx.get(f"{server.base_url}/api/auth/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("url: rtsp://10.0.0.1:99999/x", "cameras.0.url: The port of the address must be 1 to 65535"),
        ("url: rtsp://10.0.0.1/x\n    username: a:b", "cameras.0.username: The camera's user name must not contain a colon"),
    ],
)
def test_a_reload_accepts_no_more_than_a_start(make_server: MakeServer, entry: str, said: str) -> None:
    server = make_server().start()
    file = server.config_dir / "cameras.yaml"
    file.write_text(f"cameras:\n  - id: a\n    name: A\n    {entry}\n")
    wait_for("the refusal", lambda: "stays in force" in server.log(), 5)
    line = f"{file}:{3 + len(entry.splitlines())}: {said}"
    assert f"error [config] {line}" in server.log()
    with server.client() as api:
        assert api.get("/api/cameras").json()["total"] == 0
    server.stop()
    status, words = ending(server)
    assert status == 1
    assert f"{line}\n" in words
