"""What `sentinel serve` asks of its surroundings before it serves, and what it does to them."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from refusal import command, ending
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
        (
            "url: rtsp://:secret@10.0.0.1/x",
            "cameras.0.url: The camera's password stands without a user name; state both, or neither",
        ),
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


@pytest.mark.parametrize(
    ("name", "said"), [("pipe.onnx", "no regular file"), ("folder.onnx", "no regular file"), ("huge.pt", "export")]
)
def test_a_model_is_looked_at_before_it_is_read(make_server: MakeServer, name: str, said: str) -> None:
    """A pipe would keep the start waiting, a file of 8 GiB would fill the memory."""
    server = make_server()
    file = server.folder / name
    if name == "pipe.onnx":
        os.mkfifo(file)
    elif name == "folder.onnx":
        file.mkdir()
    else:
        file.touch()
        os.truncate(file, 8 << 30)  # takes no room: it is all hole
    server.env["YOLO_MODEL_PATH"] = str(file)
    status, words = ending(server, timeout_s=10)
    assert status == 1
    assert f"sentinel: model {file}: " in words
    assert said in words
    info = command("model", "info", file, folder=server.folder)
    assert (info.returncode, info.stdout) == (1, "")
    assert said in info.stderr


def test_a_damaged_model_is_told_in_one_sentence(make_server: MakeServer) -> None:
    server = make_server()
    file = server.folder / "damaged.onnx"
    file.write_bytes((ROOT / "models/yolov12n.onnx").read_bytes()[:100_000])
    lines: list[list[str | Path]] = [["model", "info", file], ["analyze", ROOT / "media/vtest.avi"]]
    for arguments in lines:
        run = command(*arguments, folder=server.folder, env={"YOLO_MODEL_PATH": str(file)})
        assert run.returncode == 1
        needed = "the file is damaged or no model; needed is a whole .onnx, or an .xml of OpenVINO IR"
        assert run.stderr == f"sentinel: model {file}: {needed}\n"


def test_a_store_that_is_away_during_a_reload_ends_nothing(make_server: MakeServer) -> None:
    server = make_server().start()

    def rename(old: str, new: str) -> None:
        with closing(sqlite3.connect(f"{server.data_dir}/sentinel.db")) as database:
            database.execute(f"ALTER TABLE {old} RENAME TO {new}")

    rename("cameras", "hidden")
    (server.config_dir / "detection_config.yaml").write_text("sampling:\n  fps_max: 5\n")
    wait_for("the failure", lambda: "error [config] not taken over, tried again: " in server.log(), 5)
    assert httpx.get(server.base_url).status_code == 200
    seen = len(server.log())
    rename("hidden", "cameras")
    wait_for("another try", lambda: "detection_config.yaml was changed: taking it over" in server.log()[seen:], 5)
    server.stop()
    assert server.log().count("not taken over") == 1


def test_the_first_password_is_told_also_when_its_file_cannot_be_written(make_server: MakeServer) -> None:
    server = make_server({"ADMIN_PASSWORD": ""})
    (server.data_dir / "admin_password.txt.new").mkdir(parents=True)
    server.start()
    said = re.search(r"log in as admin with the password  (\S+)\n  \(write it down: .*cannot be made", server.log())
    assert said, server.log()
    assert server.login(password=said[1])["access_token"]


def test_a_reload_says_which_thresholds_wait_for_the_next_start(make_server: MakeServer) -> None:
    server = make_server().start()
    file = server.config_dir / "detection_config.yaml"
    waits = "the model, iou and score_min change at the next start"
    for text, told in (("confidence: 0.4", False), ("confidence: 0.4\n  iou: 0.5", True)):
        seen = len(server.log())
        file.write_text(f"thresholds:\n  {text}\n")
        wait_for("the reload", lambda seen=seen: "was changed: taking it over" in server.log()[seen:], 5)
        assert (waits in server.log()[seen:]) is told
