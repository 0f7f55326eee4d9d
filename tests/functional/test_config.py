"""What settings are refused: by place, name and what is allowed. What the accepted ones do is in test_variables.py."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from refusal import command, config_check, ending
from sentinel_server import ROOT, Server, wait_for

MakeServer = Callable[..., Server]
NOBODY = "rtsp://127.0.0.1:9/stream1"


def camera_yaml(*ids: str) -> str:
    entries = "".join(f"  - id: {each}\n    name: {each}\n    url: {NOBODY}\n" for each in ids)
    return f"cameras:\n{entries}" if ids else "cameras: []\n"


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
    status, words = config_check(server, {name: value})
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


def variables_with_a_test() -> dict[str, list[str]]:
    """The variables that a test beside this one declares to show by @pytest.mark.variable("NAME"), and those tests."""
    found: dict[str, list[str]] = {}
    for file in sorted(Path(__file__).parent.glob("test_*.py")):
        for function in ast.walk(ast.parse(file.read_text())):
            if not isinstance(function, ast.FunctionDef) or not function.name.startswith("test_"):
                continue
            for mark in function.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.variable":
                    for name in mark.args:
                        found.setdefault(ast.literal_eval(name), []).append(f"{file.name}::{function.name}")
    return found


def test_every_variable_of_the_example_is_refused_or_has_a_test_of_its_effect() -> None:
    later = {name for name, is_later in examples().items() if is_later}
    assert len(examples()) >= 40
    assert later == set(NOT_YET) - {"JWT_ALGORITHM", "DATABASE_URL"}  # of these two, some values are for later
    assert set(variables_with_a_test()) == set(examples()) - later


def test_the_example_is_what_the_program_prints(tmp_path: Path) -> None:
    run = command("config", "example", folder=tmp_path)
    assert (run.returncode, run.stdout) == (0, (ROOT / ".env.example").read_text())


def test_the_example_is_accepted_as_it_is(make_server: MakeServer) -> None:
    server = make_server()
    (server.folder / ".env").write_text((ROOT / ".env.example").read_text())
    status, words = config_check(server)
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


def test_two_words_on_the_device_must_agree(make_server: MakeServer) -> None:
    status, words = config_check(make_server(), {"USE_GPU": "true", "DEVICE": "CPU"})
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
    status, words = config_check(server)
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
    status, words = config_check(server)
    assert status == 1
    assert re.search(said, words), words


def test_config_check_answers_0_1_and_2(make_server: MakeServer) -> None:
    server = make_server(cameras_yaml=camera_yaml("gate", "yard"))
    assert config_check(server) == (0, "The configuration is fine: 2 cameras are declared.\n")
    assert config_check(server, {"PORT": "x"})[0] == 1
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
