"""The real binary in a throw-away folder on a free port: what the functional tests and the benches drive."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("SENTINEL_BINARY", ROOT / "build/release/sentinel"))
PASSWORD = "correct-horse-7"
# Of the tests' own machine: only what a test states may change what the server does.
CLEAN_ENV = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}


def wait_for(what: str, check: Any, timeout_s: float = 15.0, every_s: float = 0.05) -> Any:
    """The first true answer of check(), or a failure that says what was waited for."""
    deadline = time.monotonic() + timeout_s
    while True:
        answer = check()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {timeout_s} s in vain for: {what}")
        time.sleep(every_s)


@dataclass
class Server:
    """One run of `sentinel serve`. Its folder outlives a run, so that the next one finds what the last one left."""

    folder: Path
    env: dict[str, str] = field(default_factory=dict)
    cameras_yaml: str = "cameras: []\n"
    username: str = "admin"
    password: str = PASSWORD
    process: subprocess.Popen[bytes] | None = None
    base_url: str = ""

    @property
    def config_dir(self) -> Path:
        return self.folder / "config"

    @property
    def data_dir(self) -> Path:
        return self.folder / "data"

    @property
    def log_file(self) -> Path:
        return self.folder / "stderr.log"

    def prepare(self) -> None:
        self.config_dir.mkdir(parents=True, exist_ok=True)
        cameras = self.config_dir / "cameras.yaml"
        if not cameras.exists():
            cameras.write_text(self.cameras_yaml)

    def environment(self) -> dict[str, str]:
        stated = {
            "PORT": "0",
            "ADMIN_PASSWORD": self.password,
            "YOLO_MODEL_PATH": str(ROOT / "models/yolov12n_320x320.xml"),
            "FILE_SOURCE_ROOTS": f"{ROOT / 'media'}:{self.folder}",
            "CAMERA_ALLOWED_NETWORKS": "127.0.0.0/8",
        }
        return CLEAN_ENV | stated | self.env

    def spawn(self, *arguments: str) -> subprocess.Popen[bytes]:
        self.prepare()
        command = [str(BINARY), "serve", "--config", str(self.config_dir), "--data-dir", str(self.data_dir), *arguments]
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=self.folder, env=self.environment(), stderr=log, stdin=subprocess.DEVNULL
            )
        return self.process

    def start(self, *arguments: str, timeout_s: float = 60.0) -> Server:
        seen = len(self.log())
        process = self.spawn(*arguments)

        def announced() -> str:
            if process.poll() is not None:
                raise AssertionError(f"the server ended with {process.returncode}:\n{self.log()[seen:]}")
            found = re.search(r"Sentinel is up: (http://\S+?)/ ", self.log()[seen:])
            return found[1] if found else ""

        self.base_url = wait_for("the server to come up", announced, timeout_s)
        return self

    def log(self) -> str:
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    def stop(self, timeout_s: float = 10.0) -> float:
        """SIGTERM; the seconds until it had ended."""
        assert self.process is not None
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(timeout_s)
        assert status == 0, f"ended with {status}:\n{self.log()[-3000:]}"
        return time.monotonic() - began

    def kill(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)

    def login(self, username: str | None = None, password: str | None = None) -> dict[str, Any]:
        body = {"username": username or self.username, "password": password or self.password}
        answer = httpx.post(f"{self.base_url}/api/auth/login", json=body, timeout=10)
        assert answer.status_code == 200, answer.text
        tokens: dict[str, Any] = answer.json()
        return tokens

    def client(self) -> httpx.Client:
        token = self.login()["access_token"]
        return httpx.Client(base_url=self.base_url, headers={"Authorization": f"Bearer {token}"}, timeout=15)

    def socket(self, token: str | None = None) -> ClientConnection:
        token = token or self.login()["access_token"]
        url = self.base_url.replace("http://", "ws://") + "/ws"
        return connect(url, subprotocols=[Subprotocol("bearer"), Subprotocol(token)], proxy=None)


def receive(socket: ClientConnection, kind: str, timeout_s: float = 15.0) -> dict[str, Any]:
    """The next message of that type; others are passed over."""
    deadline = time.monotonic() + timeout_s
    while True:
        message: dict[str, Any] = json.loads(socket.recv(timeout=max(0.01, deadline - time.monotonic())))
        if message["type"] == kind:
            return message


def subscribe(socket: ClientConnection, *channels: str, frames: Any = False) -> None:
    socket.send(json.dumps({"type": "subscribe", "channels": list(channels), "frames": frames}))
    receive(socket, "subscribed")
