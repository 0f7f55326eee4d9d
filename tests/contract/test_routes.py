"""The routes as the OpenAPI document states them: closed without a token, tested, and written down in docs/ref."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from refusal import command
from sentinel_server import ROOT, Server

REFERENCE = ROOT / "docs/ref/openapi.json"
OPEN = {("POST", "/api/auth/login"), ("POST", "/api/auth/refresh"), ("POST", "/api/auth/verify"), ("GET", "/")}
METHODS = {"get", "put", "post", "patch", "delete"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("routes")).start()
    yield running
    running.kill()


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> str:
    run = command("openapi", folder=tmp_path_factory.mktemp("openapi"))
    assert (run.returncode, run.stderr) == (0, "")
    return run.stdout


def routes() -> list[tuple[str, str]]:
    """Of the written reference, so that the tests have names before a server runs; it is compared below."""
    paths: dict[str, Any] = json.loads(REFERENCE.read_text())["paths"]
    return [(method.upper(), path) for path, item in paths.items() for method in item if method in METHODS]


def test_the_reference_is_what_the_program_prints(printed: str) -> None:
    same = REFERENCE.read_text() == printed
    assert same, "docs/ref/openapi.json is out of date: sentinel openapi > docs/ref/openapi.json"


def test_the_server_serves_the_same_document(server: Server, printed: str) -> None:
    assert httpx.get(f"{server.base_url}/api/openapi.json").json() == json.loads(printed)


@pytest.mark.parametrize(("method", "path"), routes())
def test_a_route_is_closed_without_a_token(server: Server, method: str, path: str) -> None:
    url = server.base_url + re.sub(r"{\w+}", "1", path)
    for headers in ({}, {"Authorization": "Bearer a.b.c"}, {"Cookie": "sentinel_media=a.b.c"}):
        answer = httpx.request(method, url, headers=headers)
        if (method, path) in OPEN:
            assert answer.status_code == (401 if path.endswith("/verify") else 200 if path == "/" else 422)
            continue
        assert answer.status_code == 401, answer.text
        assert isinstance(answer.json()["detail"], str)
        assert answer.headers["www-authenticate"] == "Bearer"


def test_an_unclosed_route_is_named_here() -> None:
    assert set(routes()) >= OPEN


def called(text: str) -> set[tuple[str, str]]:
    """The calls that a test's text writes: api.get("/api/…"), httpx.post(f"{…}/api/…"), ("PUT", "/api/…")."""
    found = re.findall(r"""\.(get|put|post|patch|delete)\(\s*f?"(?:{[\w.]+})?(/[^"?]*)""", text)
    found += re.findall(r"""["'](GET|PUT|POST|PATCH|DELETE)["'],\s*f?"(?:{[\w.]+})?(/[^"?]*)""", text)
    return {(method.upper(), path) for method, path in found}


# A name in {braces} stands for one part of the path, whatever expression a test writes there.
def shape(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"{\w+}", "(?:[^/{}]+|{[^{}]+})", path))


def test_every_route_is_called_by_a_functional_test() -> None:
    texts = [file.read_text() for file in sorted((ROOT / "tests/functional").rglob("test_*.py"))]
    calls = set().union(*map(called, texts))
    forgotten = [
        f"{method} {path}"
        for method, path in routes()
        if not any(verb == method and shape(path).fullmatch(text) for verb, text in calls)
    ]
    assert not forgotten, "no functional test calls these routes"


def test_the_finder_of_calls_finds_calls() -> None:
    text = """api.get(f"/api/cameras/{camera['id']}/stats"); ("PUT", "/api/y/1"); httpx.post(f"{server.base_url}/api/x")"""
    assert called(text) == {("GET", "/api/cameras/{camera['id']}/stats"), ("POST", "/api/x"), ("PUT", "/api/y/1")}
    assert shape("/api/cameras/{id}/stats").fullmatch("/api/cameras/{camera['id']}/stats")
    assert not shape("/api/cameras/{id}").fullmatch("/api/cameras/a/stats")


def test_the_reference_names_no_machine() -> None:
    assert str(Path.home()) + "/" not in REFERENCE.read_text()
