"""The checker of replies finds what it is there to find."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from reply_check import ReplyCheck

DOCUMENT = {
    "openapi": "3.1.0",
    "paths": {
        "/things/{id}": {
            "get": {
                "responses": {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}}}
            },
            "delete": {"responses": {"204": {"description": "Done."}}},
        }
    },
    "components": {
        "schemas": {
            "Thing": {
                "type": "object",
                "properties": {"id": {"type": "string"}, "size": {"anyOf": [{"type": "integer"}, {"type": "null"}]}},
                "required": ["id", "size"],
            }
        }
    },
}


@pytest.fixture
def check(tmp_path: Path) -> ReplyCheck:
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps(DOCUMENT))
    return ReplyCheck(file)


def reply(status: int, body: Any = None, method: str = "GET", path: str = "/things/1") -> httpx.Response:
    request = httpx.Request(method, f"http://x{path}")
    return httpx.Response(status, json=body, request=request) if body is not None else httpx.Response(status, request=request)


def test_a_fitting_reply_passes(check: ReplyCheck) -> None:
    assert check.problem(reply(200, {"id": "1", "size": None})) == ""
    assert check.problem(reply(204, method="DELETE")) == ""
    assert check.checked == {("GET", "/things/{id}", 200), ("DELETE", "/things/{id}", 204)}


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (reply(200, {"id": "1"}), "'size' is a required property"),
        (reply(200, {"id": 1, "size": None}), "$.id"),
        (reply(200, {"id": "1", "size": 2, "more": 3}), "Additional properties"),
        (reply(418, {"id": "1", "size": 2}), "does not state"),
        (reply(204, {"id": "1"}, "DELETE"), "with a body"),
        (reply(200), "as nothing"),
    ],
)
def test_what_the_document_does_not_state_is_told(check: ReplyCheck, answer: httpx.Response, words: str) -> None:
    assert words in check.problem(answer)


def test_other_paths_are_none_of_its_business(check: ReplyCheck) -> None:
    assert check.problem(reply(200, {"any": 1}, path="/elsewhere")) == ""
