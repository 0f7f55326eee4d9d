"""Each setting has an effect or is refused, and a refusal names the place, the name and what is allowed."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from refusal import command, ending
from sentinel_server import PASSWORD, ROOT, Server, wait_for

MakeServer = Callable[..., Server]
LONG_KEY = "x" * 32
NOBODY = "rtsp://127.0.0.1:9/stream1"


def camera_yaml(*ids: str) -> str:
    entries = "".join(f"  - id: {each}\n    name: {each}\n    url: {NOBODY}\n" for each in ids)
    return f"cameras:\n{entries}" if ids else "cameras: []\n"


def check(server: Server, env: dict[str, str] | None = None) -> tuple[int, str]:
    """`sentinel config check` in the server's folder, with nothing but `env` stated."""
    run = command("config", "check", "--config", server.config_dir, folder=server.folder, env=env)
    assert run.stdout == ""
    return run.returncode, run.stderr


# ---- refused, by name

UNFIT = [
    ("HOST", "x" * 254),
    ("PORT", "65536"),
    ("PORT", "-1"),
    ("PORT", "http"),
    ("HTTP_THREADS", "0"),
    ("DEBUG", "maybe"),
    ("CORS_ORIGINS", "*"),
    ("CORS_ORIGINS", "https://ui.example/path"),
    ("SECRET_KEY", "x" * 31),
    ("JWT_ALGORITHM", "none"),
    ("ACCESS_TOKEN_EXPIRE_MINUTES", "0"),
    ("REFRESH_TOKEN_EXPIRE_DAYS", "366"),
    ("ADMIN_PASSWORD", "short"),
    ("DATABASE_URL", "mysql://db/sentinel"),
    ("CONFIDENCE_THRESHOLD", "1.5"),
    ("IOU_THRESHOLD", "0"),
    ("DEVICE", "TPU"),
    ("USE_GPU", "perhaps"),
    ("PROCESSING_WORKERS", "65"),
    ("FRAME_QUEUE_SIZE", "0"),
    ("EVENT_QUEUE_SIZE", "7"),
    ("FILE_SOURCE_ROOTS", "/"),
    ("CAMERA_ALLOWED_NETWORKS", "10.0.0.0/33"),
    ("WS_HEARTBEAT_SECONDS", "4"),
    ("WS_MAX_CONNECTIONS", "0"),
    ("LOG_LEVEL", "LOUD"),
]


@pytest.mark.parametrize(("name", "value"), UNFIT)
def test_an_unfit_value_is_refused_with_what_is_allowed(make_server: MakeServer, name: str, value: str) -> None:
    server = make_server()
    status, words = check(server, {name: value})
    assert status == 1
    assert re.search(rf"^environment: {name}: .*allowed: ", words, re.MULTILINE), words
    secret = name in {"SECRET_KEY", "ADMIN_PASSWORD"}
    assert not secret or value not in words


NOT_YET = {
    "TLS_CERT": "/etc/sentinel/cert.pem",
    "TLS_KEY": "/etc/sentinel/key.pem",
    "TRUSTED_PROXIES": "127.0.0.1",
    "JWT_ALGORITHM": "RS256",
    "JWT_PRIVATE_KEY_FILE": "/etc/sentinel/jwt.pem",
    "DATABASE_URL": "postgresql://sentinel:a-secret-word@db.example/sentinel",
    "CLICKHOUSE_HOST": "clickhouse.example",
    "CLICKHOUSE_PORT": "8123",
    "CLICKHOUSE_DATABASE": "sentinel",
    "CLICKHOUSE_USER": "default",
    "CLICKHOUSE_PASSWORD": "a-secret-word",
    "CLICKHOUSE_SECURE": "true",
    "MINIO_ENDPOINT": "minio.example:9000",
    "MINIO_ACCESS_KEY": "a-secret-word",
    "MINIO_SECRET_KEY": "a-secret-word",
    "MINIO_BUCKET": "sentinel",
    "MINIO_SECURE": "true",
    "MINIO_REGION": "us-east-1",
    "POSE_MODEL_PATH": "models/pose.xml",
}


@pytest.mark.parametrize("name", NOT_YET)
def test_what_this_version_does_not_do_is_refused_by_name(make_server: MakeServer, name: str) -> None:
    status, words = ending(make_server({name: NOT_YET[name]}))
    assert status == 1
    assert re.search(rf"^environment: {name}: .*not supported by this version", words, re.MULTILINE), words
    assert "a-secret-word" not in words


def examples() -> dict[str, bool]:
    """The variables of .env.example, and whether it says of them that this version does not support them."""
    blocks = (ROOT / ".env.example").read_text().split("\n\n")[1:]  # the first is the introduction
    named = {}
    for block in blocks:
        found = re.search(r"^(?:# )?([A-Z_]+)=", block, re.MULTILINE)
        if found:
            named[found[1]] = "Not supported by this version" in block
    return named


def test_every_variable_of_the_example_is_tested_here() -> None:
    text = Path(__file__).read_text()
    assert len(examples()) >= 40
    assert {name for name, later in examples().items() if later} == set(NOT_YET) - {"JWT_ALGORITHM", "DATABASE_URL"}
    assert not [name for name in examples() if f'"{name}"' not in text]


def test_the_example_is_what_the_program_prints(tmp_path: Path) -> None:
    run = command("config", "example", folder=tmp_path)
    assert (run.returncode, run.stdout) == (0, (ROOT / ".env.example").read_text())


def test_the_example_is_accepted_as_it_is(make_server: MakeServer) -> None:
    server = make_server()
    (server.folder / ".env").write_text((ROOT / ".env.example").read_text())
    status, words = check(server)
    assert (status, words) == (0, "The configuration is fine: 0 cameras are declared.\n")


# ---- models and devices


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("yolo.pt", b"PK", "yolo export model=yolo.pt format=onnx"),
        ("none.onnx", None, "no such file"),
        ("words.onnx", b"these are words\n", "damaged or no model"),
        ("words.xml", b"these are words\n", "words.xml"),
        ("empty.onnx", b"", "empty.onnx"),
    ],
)
def test_an_unfit_model_is_named_with_its_remedy(make_server: MakeServer, file: str, content: bytes | None, said: str) -> None:
    server = make_server()
    if content is not None:
        (server.folder / file).write_bytes(content)
    server.env["YOLO_MODEL_PATH"] = str(server.folder / file)
    status, words = ending(server)
    assert status == 1
    last = words[words.index("sentinel: model ") :]
    assert file in last
    assert said in last


@pytest.mark.parametrize(("name", "value"), [("DEVICE", "GPU"), ("USE_GPU", "true")])
def test_an_absent_device_is_an_error_that_says_what_is_there(make_server: MakeServer, name: str, value: str) -> None:
    status, words = ending(make_server({name: value}))
    if status == 0 or "GPU" not in words:
        pytest.skip("this machine has a GPU that OpenVINO drives")
    assert status == 1
    assert "this machine has CPU" in words


def test_two_words_on_the_device_must_agree(make_server: MakeServer) -> None:
    status, words = check(make_server(), {"USE_GPU": "true", "DEVICE": "CPU"})
    assert (status, "USE_GPU" in words) == (1, True)


# ---- taken from files


def test_an_unknown_name_in_dotenv_is_named_with_line_and_the_nearest(make_server: MakeServer) -> None:
    server = make_server()
    (server.folder / ".env").write_text("# a comment\nHOST=127.0.0.1\nPROT=9000\nLOG_LEVELL=INFO\n")
    status, words = ending(server)
    assert status == 1
    assert ".env:3: PROT: unknown; did you mean PORT?\n" in words
    assert ".env:4: LOG_LEVELL: unknown; did you mean LOG_LEVEL?\n" in words


def test_an_unknown_name_in_yaml_is_named_with_line(make_server: MakeServer) -> None:
    server = make_server()
    (server.config_dir / "sentinel.yaml").write_text("host: 127.0.0.1\nlog_levl: INFO\n")
    status, words = check(server)
    assert status == 1
    assert "sentinel.yaml:2: log_levl: unknown; did you mean log_level?\n" in words


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        (
            "cameras.yaml",
            "cameras:\n  - id: a\n    name: A\n    url: rtsp://10.0.0.1/x\n    fsp: 3\n",
            r"cameras\.yaml:5: .*fsp.*did you mean fps",
        ),
        ("cameras.yaml", "cameras:\n  - id: a b\n    name: A\n    url: rtsp://10.0.0.1/x\n", r"cameras\.yaml:2: "),
        ("cameras.yaml", "cameras:\n  - id: a\n    name: A\n", r"cameras\.yaml:\d: .*url"),
        ("cameras.yaml", "cameras: [\n", r"cameras\.yaml:\d+"),
        ("detection_config.yaml", "thresholds:\n  confidence: 2\n", r"detection_config\.yaml:2: .*allowed: "),
        ("detection_config.yaml", "treshold: 1\n", r"detection_config\.yaml:1: .*did you mean thresholds"),
    ],
)
def test_config_check_names_file_and_line(make_server: MakeServer, file: str, text: str, said: str) -> None:
    server = make_server()
    (server.config_dir / file).write_text(text)
    status, words = check(server)
    assert status == 1
    assert re.search(said, words), words


def test_config_check_answers_0_1_and_2(make_server: MakeServer) -> None:
    server = make_server(cameras_yaml=camera_yaml("gate", "yard"))
    assert check(server) == (0, "The configuration is fine: 2 cameras are declared.\n")
    assert check(server, {"PORT": "x"})[0] == 1
    assert command("config", "check", "--config", server.folder / "none", folder=server.folder).returncode == 1
    assert command("config", "check", "--nope", folder=server.folder).returncode == 2
    assert command("config", folder=server.folder).returncode == 2


def test_the_stronger_source_wins(make_server: MakeServer) -> None:
    """Command line > environment > .env > YAML, shown by DATA_DIR, whose folder is made where it is believed."""
    server = make_server({"YOLO_MODEL_PATH": "none.onnx"})  # it ends soon after that folder is made
    env = server.environment()

    def made(*line: str) -> set[str]:
        before = set(server.folder.glob("of-*"))
        assert command("serve", "--config", server.config_dir, *line, folder=server.folder, env=env).returncode == 1
        return {folder.name for folder in set(server.folder.glob("of-*")) - before}

    (server.config_dir / "sentinel.yaml").write_text("data_dir: of-yaml\n")
    assert made() == {"of-yaml"}
    (server.folder / ".env").write_text("DATA_DIR=of-dotenv\n")
    assert made() == {"of-dotenv"}
    env["DATA_DIR"] = "of-environment"
    assert made() == {"of-environment"}
    assert made("--data-dir", "of-line") == {"of-line"}


# ---- with an effect


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.2", 0))) as found:
        port: int = found.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def tuned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server with many settings other than the default."""
    folder = tmp_path_factory.mktemp("tuned")
    stated = {
        "HOST": "127.0.0.2",
        "PORT": str(free_port()),
        "HTTP_THREADS": "2",
        "SECRET_KEY": LONG_KEY,
        "ACCESS_TOKEN_EXPIRE_MINUTES": "7",
        "REFRESH_TOKEN_EXPIRE_DAYS": "1",
        "DATABASE_URL": f"sqlite:///{folder}/apart/other.db",
        "DEVICE": "AUTO",
        "CONFIDENCE_THRESHOLD": "0.9",
        "IOU_THRESHOLD": "0.5",
        "PROCESSING_WORKERS": "1",
        "FRAME_QUEUE_SIZE": "1",
        "EVENT_QUEUE_SIZE": "8",
        "WS_HEARTBEAT_SECONDS": "5",
        "LOG_LEVEL": "WARNING",
        "LOG_FILE": f"{folder}/logs/sentinel.log",
        "FILE_SOURCE_ROOTS": "",
        "CAMERA_ALLOWED_NETWORKS": "127.0.0.9",
    }
    (folder / "apart").mkdir()
    running = Server(folder, stated).start()
    yield running
    running.kill()


def test_host_and_port_are_where_it_listens(tuned: Server) -> None:
    assert tuned.base_url == f"http://127.0.0.2:{tuned.env['PORT']}"
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", int(tuned.env["PORT"])), 2)


def test_a_taken_port_is_named(tuned: Server, make_server: MakeServer) -> None:
    status, words = ending(make_server({"HOST": "127.0.0.2", "PORT": tuned.env["PORT"]}))
    assert status == 1
    assert f"PORT={tuned.env['PORT']}" in words


def test_the_life_of_an_access_token_is_as_stated(tuned: Server) -> None:
    assert tuned.login()["expires_in"] == 7 * 60


def test_database_url_is_where_the_database_is(tuned: Server) -> None:
    assert (tuned.folder / "apart/other.db").exists()
    assert not list(tuned.data_dir.glob("*.db"))


def test_a_stated_key_is_not_written_down(tuned: Server) -> None:
    assert not (tuned.data_dir / "secret.key").exists()


def test_log_level_and_log_file(tuned: Server) -> None:
    with tuned.client() as api:
        made = api.post("/api/cameras", json={"name": "n", "url": "rtsp://127.0.0.9:9/x"}).json()
        file = tuned.folder / "logs/sentinel.log"
        wait_for("the warning in the file", lambda: file.exists() and f"warning [{made['id']}]" in file.read_text(), 10)
        assert f"warning [{made['id']}]" in tuned.log()
        assert " info [" not in file.read_text()
        assert " info [" not in tuned.log()
        api.delete(f"/api/cameras/{made['id']}")


def test_file_roots_and_networks_are_as_stated(tuned: Server) -> None:
    with tuned.client() as api:
        clip = f"file://{ROOT / 'media/demo/vtest_720p15.mp4'}"
        for url, name in ((clip, "FILE_SOURCE_ROOTS"), (NOBODY, "CAMERA_ALLOWED_NETWORKS")):
            answer = api.post("/api/cameras", json={"name": "n", "url": url})
            assert answer.status_code == 403
            assert name in answer.json()["detail"]


def test_a_silent_socket_is_pinged_after_the_heartbeat(tuned: Server) -> None:
    with tuned.socket() as open_one:
        quiet = open_one.recv(timeout=5)
        assert "connected" in str(quiet)
        # The library answers pings by itself: that the socket outlives two heartbeats shows that they are answered.
        with pytest.raises(TimeoutError):
            open_one.recv(timeout=11)
        open_one.send('{"type":"ping","timestamp":1}')
        assert "pong" in str(open_one.recv(timeout=5))


def test_debug_and_log_level_tell_more(make_server: MakeServer) -> None:
    quiet, loud = make_server({"LOG_LEVEL": "ERROR"}).start(), make_server({"DEBUG": "true"}).start()
    assert re.findall(r"^\d{4}-.*$", quiet.log(), re.MULTILINE) == []
    assert " info [" in loud.log()


def test_data_dir_is_made_for_its_owner_alone(make_server: MakeServer) -> None:
    server = make_server()
    server.prepare()
    env = server.environment() | {"DATA_DIR": "deep/er/data", "YOLO_MODEL_PATH": str(server.folder / "none.onnx")}
    command("serve", "--config", server.config_dir, folder=server.folder, env=env)
    made = server.folder / "deep/er/data"
    assert made.stat().st_mode & 0o077 == 0
    assert (made / "secret.key").stat().st_mode & 0o777 == 0o600


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


def test_a_key_that_others_may_read_is_refused(make_server: MakeServer) -> None:
    server = make_server()
    server.data_dir.mkdir()
    key = server.data_dir / "secret.key"
    key.write_text("k" * 64)
    key.chmod(0o644)
    status, words = ending(server)
    assert status == 1
    assert "chmod 600" in words
    assert "k" * 64 not in words


# ---- reloading


@pytest.fixture(scope="module")
def reloading(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("reloading"), cameras_yaml=camera_yaml("gate")).start()
    yield running
    running.kill()


def replace(file: Path, text: str) -> None:
    fresh = file.with_suffix(".new")
    fresh.write_text(text)
    os.replace(fresh, file)  # noqa: PTH105


def cameras_of(api: httpx.Client) -> dict[str, Any]:
    return {camera["id"]: camera for camera in api.get("/api/cameras").json()["items"]}


def test_a_changed_cameras_file_is_taken_over_within_5_s(reloading: Server) -> None:
    file = reloading.config_dir / "cameras.yaml"
    with reloading.client() as api:
        replace(file, camera_yaml("gate", "yard"))
        wait_for("the new camera", lambda: set(cameras_of(api)) == {"gate", "yard"}, 5)
        wait_for("its start", lambda: cameras_of(api)["yard"]["status"] in {"connecting", "error"}, 5)
        file.write_text(camera_yaml("yard").replace("name: yard", "name: Renamed"))  # in place, as an editor may
        wait_for("the removal", lambda: set(cameras_of(api)) == {"yard"}, 5)
        assert cameras_of(api)["yard"]["name"] == "Renamed"
        assert api.get("/api/cameras/gate").status_code == 404


def test_a_broken_cameras_file_keeps_the_old_cameras(reloading: Server) -> None:
    file = reloading.config_dir / "cameras.yaml"
    with reloading.client() as api:
        replace(file, camera_yaml("kept"))
        wait_for("the camera", lambda: set(cameras_of(api)) == {"kept"}, 5)
        seen = len(reloading.log())
        replace(file, "cameras:\n  - id: kept\n    nmae: Oops\n")
        wait_for("the error", lambda: "stays in force" in reloading.log()[seen:], 5)
        assert re.search(r"error \[config\] .*cameras\.yaml:3: .*nmae", reloading.log()[seen:])
        assert set(cameras_of(api)) == {"kept"}
        replace(file, camera_yaml())
        wait_for("the empty file", lambda: not cameras_of(api), 5)


def test_a_broken_detection_file_keeps_the_old_one(reloading: Server) -> None:
    file = reloading.config_dir / "detection_config.yaml"
    seen = len(reloading.log())
    replace(file, "sampling:\n  fps_max: 0\n")
    wait_for("the error", lambda: "stays in force" in reloading.log()[seen:], 5)
    assert "detection_config.yaml:2: " in reloading.log()[seen:]
    replace(file, "sampling:\n  fps_max: 5\n")
    wait_for("the new one", lambda: "detection_config.yaml was changed: taking it over" in reloading.log()[seen:], 5)
    assert httpx.get(reloading.base_url).status_code == 200
