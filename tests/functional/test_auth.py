"""Logging in and out: who gets a token, what it is good for, and when it stops being so."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import stat
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import httpx
import pytest
from refusal import ending
from sentinel_server import PASSWORD, Server, wait_for

MakeServer = Callable[..., Server]
KEY = "a key of the tests' own, longer than 32 bytes"


def login(server: Server, username: str = "admin", password: str = PASSWORD) -> httpx.Response:
    body = {"username": username, "password": password}
    return httpx.post(f"{server.base_url}/api/auth/login", json=body, timeout=15)


def refresh(server: Server, token: str) -> httpx.Response:
    return httpx.post(f"{server.base_url}/api/auth/refresh", json={"refresh_token": token}, timeout=15)


def me(server: Server, token: str) -> httpx.Response:
    return httpx.get(f"{server.base_url}/api/auth/me", headers={"Authorization": f"Bearer {token}"}, timeout=15)


def logout(server: Server, token: str) -> httpx.Response:
    return httpx.post(f"{server.base_url}/api/auth/logout", headers={"Authorization": f"Bearer {token}"}, timeout=15)


# ---- logging in


def test_right_password_gives_tokens_and_the_user_without_a_hash(server: Server) -> None:
    answer = login(server)
    assert answer.status_code == 200
    body = answer.json()
    assert body["token_type"] == "bearer"
    assert body["expires_in"] == 30 * 60
    assert body["user"]["username"] == "admin"
    assert body["user"]["role"] == "admin"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", body["user"]["last_login"])
    assert not [name for name in body["user"] if "pass" in name or "hash" in name]
    assert "$argon2" not in answer.text


def test_wrong_password_and_unknown_user_are_answered_alike(server: Server) -> None:
    wrong, unknown = login(server, password="not-the-one"), login(server, "nobody", "not-the-one")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json() == {"detail": "Incorrect username or password"}
    assert wrong.headers["www-authenticate"] == "Bearer"
    assert "set-cookie" not in wrong.headers


def test_a_short_password_is_422_and_never_shown(server: Server) -> None:
    answer = login(server, password="pw-5!")
    assert answer.status_code == 422
    assert answer.json()["detail"] == [
        {
            "type": "string_too_short",
            "loc": ["body", "password"],
            "msg": "String should have at least 6 characters",
            "input": "**********",
            "ctx": {"min_length": 6},
        }
    ]
    assert "pw-5!" not in server.log()


def test_a_missing_field_does_not_show_the_password_beside_it(server: Server) -> None:
    answer = httpx.post(f"{server.base_url}/api/auth/login", json={"password": "beside-the-gap"})
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["type"] == "missing"
    assert "beside-the-gap" not in answer.text


def test_me_is_the_user_of_the_token(server: Server) -> None:
    tokens = server.login()
    answer = me(server, tokens["access_token"])
    assert answer.status_code == 200
    assert answer.json()["id"] == tokens["user"]["id"]
    assert answer.json()["username"] == "admin"


def test_remembering_changes_nothing_about_the_access_token(server: Server) -> None:
    body = {"username": "admin", "password": PASSWORD, "remember_me": True}
    answer = httpx.post(f"{server.base_url}/api/auth/login", json=body, timeout=15)
    assert answer.json()["expires_in"] == 30 * 60


# ---- refresh and logout


def test_refresh_rotates_both_tokens(server: Server) -> None:
    first = server.login()
    answer = refresh(server, first["refresh_token"])
    assert answer.status_code == 200
    second = answer.json()
    assert second["refresh_token"] != first["refresh_token"]
    assert me(server, second["access_token"]).status_code == 200
    assert refresh(server, second["refresh_token"]).status_code == 200


def test_a_refresh_token_used_long_ago_ends_the_session_too(server: Server) -> None:
    first = server.login()
    second = refresh(server, first["refresh_token"]).json()
    third = refresh(server, second["refresh_token"]).json()
    assert refresh(server, first["refresh_token"]).status_code == 401
    assert refresh(server, third["refresh_token"]).status_code == 401
    wait_for("the session's access to end", lambda: me(server, third["access_token"]).status_code == 401, 2)


def test_a_used_refresh_token_ends_the_session(server: Server) -> None:
    first = server.login()
    second = refresh(server, first["refresh_token"]).json()
    assert refresh(server, first["refresh_token"]).status_code == 401
    assert refresh(server, second["refresh_token"]).status_code == 401
    wait_for("the session's access to end", lambda: me(server, second["access_token"]).status_code == 401, 2)


@pytest.mark.parametrize("token", ["", "nonsense", "A" * 43])
def test_an_unknown_refresh_token_is_refused_and_not_shown(server: Server, token: str) -> None:
    answer = refresh(server, token)
    assert answer.status_code == 401
    assert not token or token not in answer.text


def test_a_flood_of_logins_is_throttled_and_holds_up_nothing_else(make_server: MakeServer) -> None:
    server = make_server().start()
    wrong = {"username": server.username, "password": "quite wrong"}
    statuses: list[int] = []
    retry_after: set[str | None] = set()
    over = threading.Event()

    def attack() -> None:
        # The server ends before the flood does.
        with suppress(httpx.TransportError), httpx.Client(base_url=server.base_url, timeout=15) as client:
            while not over.is_set():
                answer = client.post("/api/auth/login", json=wrong)
                statuses.append(answer.status_code)
                if answer.status_code == 429:
                    retry_after.add(answer.headers.get("retry-after"))
                    over.wait(0.2)

    with server.client() as client:
        attackers = [threading.Thread(target=attack) for _ in range(64)]
        for attacker in attackers:
            attacker.start()
        try:
            wait_for("the flood to rise", lambda: 429 in statuses and 401 in statuses)
            for _ in range(5):
                assert client.get("/api/cameras").elapsed.total_seconds() < 1
            ended_after_s = server.stop()
        finally:
            over.set()
            for attacker in attackers:
                attacker.join()
    assert ended_after_s < 3
    assert set(statuses) <= {401, 429, 503}
    assert retry_after == {"1"}


def test_logout_ends_access_at_once_and_the_session_for_good(server: Server) -> None:
    tokens = server.login()
    assert me(server, tokens["access_token"]).status_code == 200
    answer = logout(server, tokens["access_token"])
    assert answer.status_code == 204
    assert answer.content == b""
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert me(server, tokens["access_token"]).status_code == 401
    assert refresh(server, tokens["refresh_token"]).status_code == 401


def test_logout_leaves_other_sessions(server: Server) -> None:
    one, other = server.login(), server.login()
    logout(server, one["access_token"])
    assert me(server, other["access_token"]).status_code == 200


# ---- forged tokens


def encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def signed(claims: bytes, header: dict[str, str], secret: str = KEY) -> str:
    """As the server does it, by its own key: HKDF of the secret, one block long, without salt."""
    pseudo_random = hmac.digest(bytes(32), secret.encode(), hashlib.sha256)
    key = hmac.digest(pseudo_random, b"sentinel tokens v1\x01", hashlib.sha256)
    text = f"{encoded(json.dumps(header, separators=(',', ':')).encode())}.{encoded(claims)}"
    return f"{text}.{encoded(hmac.digest(key, text.encode(), hashlib.sha256))}"


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A server whose key the tests know."""
    running = Server(tmp_path_factory.mktemp("keyed"), {"SECRET_KEY": KEY}).start()
    yield running
    running.kill()


@pytest.fixture(scope="module")
def claims(keyed: Server) -> bytes:
    return decoded(keyed.login()["access_token"].split(".")[1])


HS256 = {"alg": "HS256", "typ": "JWT"}


def test_the_forger_of_these_tests_can_forge(keyed: Server, claims: bytes) -> None:
    assert me(keyed, signed(claims, HS256)).status_code == 200


@pytest.mark.parametrize("algorithm", ["none", "None", "HS512", "RS256"])
def test_a_token_of_another_algorithm_is_refused(keyed: Server, claims: bytes, algorithm: str) -> None:
    forged = signed(claims, {"alg": algorithm, "typ": "JWT"})
    assert me(keyed, forged).status_code == 401
    assert me(keyed, forged.rpartition(".")[0] + ".").status_code == 401


def test_a_token_without_signature_is_refused(keyed: Server, claims: bytes) -> None:
    whole = signed(claims, HS256)
    for forged in (whole.rpartition(".")[0] + ".", whole.rpartition(".")[0], whole[:-1], whole + "A"):
        assert me(keyed, forged).status_code == 401


def test_a_token_of_another_key_is_refused(keyed: Server, claims: bytes) -> None:
    assert me(keyed, signed(claims, HS256, KEY + "!")).status_code == 401


def test_a_changed_claim_is_refused(keyed: Server, claims: bytes) -> None:
    head, _, signature = signed(claims, HS256).split(".")
    assert b'"sub":"1"' in claims
    changed = encoded(claims.replace(b'"sub":"1"', b'"sub":"2"'))
    assert me(keyed, f"{head}.{changed}.{signature}").status_code == 401


def test_an_expired_token_is_refused(keyed: Server, claims: bytes) -> None:
    past = re.sub(rb'"exp":\d+', b'"exp":%d' % (int(time.time()) - 1), claims)
    assert past != claims
    assert me(keyed, signed(past, HS256)).status_code == 401


def test_a_session_that_never_was_is_refused(keyed: Server, claims: bytes) -> None:
    other = re.sub(rb'"sid":"ses_.{4}', b'"sid":"ses_ZZZZ', claims)
    assert other != claims
    assert me(keyed, signed(other, HS256)).status_code == 401


@pytest.mark.parametrize("header", ["", "Bearer", "bearer", "Basic YWRtaW46eA==", "Token abc", "Bearer a.b.c"])
def test_what_is_no_bearer_token_is_refused(server: Server, header: str) -> None:
    answer = httpx.get(f"{server.base_url}/api/auth/me", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


# ---- the first admin


def test_without_a_password_the_first_admin_gets_a_random_one(make_server: MakeServer) -> None:
    server = make_server({"ADMIN_PASSWORD": ""}).start()
    shown = wait_for("the password", lambda: re.search(r"log in as admin with the password\s+(\S+)", server.log()))
    file = server.data_dir / "admin_password.txt"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text().strip() == shown[1]
    assert len(shown[1]) >= 16
    assert login(server, password=shown[1]).status_code == 200
    server.stop()
    file.unlink()
    seen = len(server.log())
    server.start()
    assert "password" not in server.log()[seen:]
    assert not file.exists()
    assert login(server, password=shown[1]).status_code == 200


@pytest.mark.variable("ADMIN_PASSWORD")
def test_the_password_of_the_settings_is_for_the_first_start_alone(make_server: MakeServer) -> None:
    server = make_server({"ADMIN_PASSWORD": "the-first-one"}).start()
    assert "the-first-one" not in server.log()
    assert login(server, password="the-first-one").status_code == 200
    server.stop()
    server.env["ADMIN_PASSWORD"] = "another-one"
    server.start()
    assert login(server, password="another-one").status_code == 401
    assert login(server, password="the-first-one").status_code == 200


def test_the_known_password_is_for_loopback_alone(make_server: MakeServer) -> None:
    status, words = ending(make_server({"ADMIN_PASSWORD": "admin123", "HOST": "0.0.0.0"}))
    assert status == 1
    assert "ADMIN_PASSWORD" in words
    local = make_server({"ADMIN_PASSWORD": "admin123"}).start()
    assert login(local, password="admin123").json()["access_token"]


# ---- the cookie of pictures


def media_cookie(server: Server) -> str:
    return login(server).headers["set-cookie"]


def test_login_sets_a_cookie_out_of_reach_of_scripts_and_other_sites(server: Server) -> None:
    cookie = media_cookie(server)
    attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "samesite=strict", "path=/api/"} <= attributes


def test_the_cookie_opens_pictures_alone(server: Server) -> None:
    headers = {"Cookie": media_cookie(server).split(";")[0]}
    picture = f"{server.base_url}/api/events/evt_none/snapshot"
    assert httpx.get(picture).status_code == 401
    assert httpx.get(picture, headers=headers).status_code == 404  # let in, and there is no such event
    assert httpx.head(picture, headers=headers).status_code == 404
    for method, path in (("GET", "/api/auth/me"), ("GET", "/api/events"), ("GET", "/api/cameras"), ("POST", "/api/cameras")):
        assert httpx.request(method, server.base_url + path, headers=headers, json={}).status_code == 401
    assert httpx.post(f"{server.base_url}/api/auth/logout", headers=headers).status_code == 401
