"""What a camera may be called, and what it may be logged in with."""

from __future__ import annotations

import httpx
import pytest

URL = "rtsp://127.0.0.1:9/stream1"


@pytest.mark.parametrize("name", [" ", " \u00a0 ", "a\x00b", "line\nbreak", "\x1b[31mred", "tab\t", "\x85"])
def test_a_name_that_cannot_be_shown_is_refused(api: httpx.Client, name: str) -> None:
    made = api.post("/api/cameras", json={"name": " Tür 1 日 ", "url": URL})
    assert made.status_code == 201
    path = f"/api/cameras/{made.json()['id']}"
    try:
        answers = [api.post("/api/cameras", json={"name": name, "url": URL}), api.put(path, json={"name": name})]
        for answer in answers:
            assert answer.status_code == 422
            assert [(issue["type"], issue["loc"]) for issue in answer.json()["detail"]] == [
                ("string_pattern_mismatch", ["body", "name"])
            ]
        assert api.get(path).json()["name"] == " Tür 1 日 "
    finally:
        api.delete(path)


def test_a_password_without_a_user_is_refused(api: httpx.Client) -> None:
    said = "The camera's password stands without a user name; state both, or neither"
    for body in ({"url": URL, "password": "secret"}, {"url": "rtsp://:secret@127.0.0.1:9/x"}):
        answer = api.post("/api/cameras", json={"name": "n", **body})
        assert (answer.status_code, answer.json()["detail"]) == (400, said)
    made = api.post("/api/cameras", json={"name": "n", "url": URL, "username": "u", "password": "p"}).json()
    path = f"/api/cameras/{made['id']}"
    try:
        answer = api.put(path, json={"username": None})
        assert (answer.status_code, answer.json()["detail"]) == (400, said)
        assert api.put(path, json={"username": None, "password": None}).json()["has_credentials"] is False
        answer = api.put(path, json={"password": "p"})
        assert (answer.status_code, answer.json()["detail"]) == (400, said)
    finally:
        api.delete(path)
