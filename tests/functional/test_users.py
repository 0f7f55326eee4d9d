"""Users, what they may see, and their sessions."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from sentinel_server import PASSWORD, Server, receive, subscribe, wait_for
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

Row = dict[str, Any]
AddUser = Callable[..., Row]
NOBODY = "rtsp://127.0.0.1:9/stream1"  # allowed, and nothing listens there
CAMERAS = "".join(
    f"  - {{id: {name}, name: {name.title()}, url: '{NOBODY}', enabled: false}}\n" for name in ("gate", "yard", "hall")
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("users"), cameras_yaml=f"cameras:\n{CAMERAS}").start()
    yield running
    running.kill()


@pytest.fixture
def add_user(api: httpx.Client) -> Iterator[AddUser]:
    """add_user("name", role="operator", …): as the API answered; removed after the test."""
    made: list[int] = []

    def add(username: str, **more: Any) -> Row:
        answer = api.post("/api/users", json={"username": username, "password": PASSWORD} | more)
        assert answer.status_code == 201, answer.text
        row: Row = answer.json()
        made.append(row["id"])
        return row

    yield add
    for user_id in made:
        api.delete(f"/api/users/{user_id}")


def as_user(server: Server, username: str, password: str = PASSWORD) -> httpx.Client:
    token = server.login(username, password)["access_token"]
    return httpx.Client(base_url=server.base_url, headers={"Authorization": f"Bearer {token}"}, timeout=15)


def close_code(socket: ClientConnection) -> int:
    """Once the server has closed it, within 5 s and a bit; what comes before is passed over."""
    with pytest.raises(ConnectionClosed) as closed:
        deque(iter(lambda: socket.recv(timeout=5.5), None), maxlen=0)
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code


def camera_ids(api: httpx.Client) -> set[str]:
    return {camera["id"] for camera in api.get("/api/cameras").json()["items"]}


# ---- users


def test_a_user_is_made_read_changed_and_removed(api: httpx.Client) -> None:
    body = {"username": "vera", "password": PASSWORD, "email": "Vera@Example.org", "full_name": "Vera V.", "role": "operator"}
    answer = api.post("/api/users", json=body)
    assert answer.status_code == 201
    made = answer.json()
    assert "password" not in answer.text
    assert (made["username"], made["role"], made["is_active"], made["last_login"]) == ("vera", "operator", True, None)
    assert (made["all_cameras"], made["camera_ids"]) == (False, [])
    path = f"/api/users/{made['id']}"
    assert api.get(path).json() == made
    assert made in api.get("/api/users").json()["items"]
    changed = api.put(path, json={"full_name": None, "camera_ids": ["yard", "gate", "yard"]}).json()
    assert changed == made | {"full_name": None, "camera_ids": ["gate", "yard"]}
    assert api.delete(path).status_code == 204
    assert api.get(path).status_code == 404
    assert api.delete(path).status_code == 404


def test_a_taken_name_is_a_conflict(api: httpx.Client, add_user: AddUser) -> None:
    add_user("taken")
    answer = api.post("/api/users", json={"username": "taken", "password": PASSWORD})
    assert (answer.status_code, answer.json()["detail"]) == (409, "Username already registered")
    other = add_user("another")
    assert api.put(f"/api/users/{other['id']}", json={"username": "taken"}).status_code == 409


def test_every_fault_is_told_at_once_and_no_password(api: httpx.Client) -> None:
    body = {"username": "ab", "password": "five5", "email": "no address", "role": "king", "camera_ids": [""]}
    answer = api.post("/api/users", json=body)
    assert answer.status_code == 422
    assert {tuple(issue["loc"][1:2]) for issue in answer.json()["detail"]} == {
        ("username",),
        ("password",),
        ("email",),
        ("role",),
        ("camera_ids",),
    }
    assert "five5" not in answer.text


def test_an_id_that_is_no_number_is_422(api: httpx.Client) -> None:
    assert api.get("/api/users/zero").json()["detail"][0]["type"] == "int_parsing"
    assert api.get("/api/users/0").json()["detail"][0]["type"] == "greater_than_equal"


def test_the_last_admin_stays(api: httpx.Client, add_user: AddUser) -> None:
    me = api.get("/api/auth/me").json()["id"]
    for change in ({"role": "viewer"}, {"is_active": False}):
        assert api.put(f"/api/users/{me}", json=change).status_code == 409
    assert api.delete(f"/api/users/{me}").status_code == 409
    second = add_user("second", role="admin")
    assert api.put(f"/api/users/{second['id']}", json={"role": "viewer"}).status_code == 200


@pytest.mark.parametrize("role", ["viewer", "operator"])
def test_only_an_admin_sees_and_makes_users(server: Server, add_user: AddUser, role: str) -> None:
    row = add_user(f"plain-{role}", role=role)
    with as_user(server, row["username"]) as plain:
        for method, path, body in (
            ("GET", "/api/users", None),
            ("POST", "/api/users", {"username": "mine", "password": PASSWORD}),
            ("GET", f"/api/users/{row['id']}", None),
            ("PUT", f"/api/users/{row['id']}", {"role": "admin"}),
            ("DELETE", f"/api/users/{row['id']}", None),
        ):
            assert plain.request(method, path, json=body).status_code == 403, (method, path)
        assert plain.get("/api/auth/me").json()["role"] == role


def test_a_deactivated_user_is_out_within_a_second(server: Server, api: httpx.Client, add_user: AddUser) -> None:
    row = add_user("leaving")
    with as_user(server, "leaving") as client:
        assert client.get("/api/auth/me").status_code == 200
        api.put(f"/api/users/{row['id']}", json={"is_active": False})
        wait_for("the tokens to be refused", lambda: client.get("/api/auth/me").status_code == 401, 2)
    body = {"username": "leaving", "password": PASSWORD}
    assert httpx.post(f"{server.base_url}/api/auth/login", json=body, timeout=15).status_code == 401


# ---- rights to cameras


def test_a_user_sees_its_cameras_alone(server: Server, api: httpx.Client, add_user: AddUser) -> None:
    none, some, every = (
        add_user("sees-none"),
        add_user("sees-some", camera_ids=["gate", "hall"]),
        add_user("sees-every", all_cameras=True),
    )
    for row, seen in ((none, set()), (some, {"gate", "hall"}), (every, {"gate", "yard", "hall"})):
        with as_user(server, row["username"]) as client:
            assert camera_ids(client) == seen
            assert client.get("/api/stats/performance").json()["cameras_total"] == len(seen)
            for camera in ("gate", "yard", "hall"):
                expected = 200 if camera in seen else 403
                assert client.get(f"/api/cameras/{camera}").status_code == expected
                assert client.get(f"/api/cameras/{camera}/stats").status_code == expected
    assert camera_ids(api) == {"gate", "yard", "hall"}


def test_an_operator_starts_its_own_cameras_alone(server: Server, add_user: AddUser) -> None:
    add_user("operates", role="operator", camera_ids=["gate"])
    with as_user(server, "operates") as client:
        assert client.post("/api/cameras/gate/start").status_code == 200
        assert client.post("/api/cameras/gate/stop").status_code == 200
        assert client.post("/api/cameras/yard/start").status_code == 403
        assert client.post("/api/cameras/nowhere/start").status_code == 403, "nor does it learn what there is"
        assert client.post("/api/cameras", json={"name": "x", "url": NOBODY}).status_code == 403


def test_a_socket_hears_of_its_cameras_alone_and_ends_with_a_change_of_rights(
    server: Server, api: httpx.Client, add_user: AddUser
) -> None:
    row = add_user("listens", camera_ids=["gate"])
    with server.socket(server.login("listens")["access_token"]) as socket:
        subscribe(socket, "gate")
        socket.send('{"type":"subscribe","channels":["yard"]}')
        assert "yard" in receive(socket, "error")["detail"]
        api.put(f"/api/users/{row['id']}", json={"camera_ids": ["hall"]})
        assert close_code(socket) == 4401


# ---- sessions and passwords


def test_sessions_are_listed_and_ended(server: Server, api: httpx.Client, add_user: AddUser) -> None:
    add_user("roams")
    with as_user(server, "roams") as one, as_user(server, "roams") as other:
        listed = one.get("/api/sessions").json()["items"]
        assert [session["current"] for session in listed] == [False, True]
        assert {session["username"] for session in listed} == {"roams"}
        assert listed[0]["user_agent"].startswith("python-httpx/")
        assert listed[0]["address"] == "127.0.0.1"
        assert one.get("/api/sessions?all=true").status_code == 403
        assert one.delete(f"/api/sessions/{listed[0]['id']}").status_code == 204
        wait_for("the other session to end", lambda: other.get("/api/auth/me").status_code == 401, 2)
        assert one.get("/api/auth/me").status_code == 200
        everybody = api.get("/api/sessions?all=true").json()["items"]
        assert {"roams", "admin"} <= {session["username"] for session in everybody}
        foreign = next(session["id"] for session in everybody if session["username"] == "admin")
        assert one.delete(f"/api/sessions/{foreign}").status_code == 404


def test_a_new_password_ends_the_other_sessions(server: Server, add_user: AddUser) -> None:
    add_user("careful")
    with as_user(server, "careful") as one, as_user(server, "careful") as other:
        body = {"current_password": "not-it-9", "new_password": "a-fresh-one-9"}
        assert one.post("/api/auth/change-password", json=body).status_code == 400
        body["current_password"] = PASSWORD
        assert one.post("/api/auth/change-password", json=body).status_code == 204
        assert one.get("/api/auth/me").status_code == 200
        assert other.get("/api/auth/me").status_code == 401
    assert as_user(server, "careful", "a-fresh-one-9").get("/api/auth/me").status_code == 200


def test_an_admin_sets_a_password_and_ends_the_sessions(server: Server, api: httpx.Client, add_user: AddUser) -> None:
    row = add_user("forgetful")
    with as_user(server, "forgetful") as client:
        assert api.put(f"/api/users/{row['id']}", json={"password": "set-by-admin-1"}).status_code == 200
        wait_for("the session to end", lambda: client.get("/api/auth/me").status_code == 401, 2)
    server.login("forgetful", "set-by-admin-1")


def test_verify_takes_the_token_from_the_header_or_the_body(server: Server, api: httpx.Client) -> None:
    token = server.login()["access_token"]
    by_body = httpx.post(f"{server.base_url}/api/auth/verify", json={"token": token})
    by_header = httpx.post(f"{server.base_url}/api/auth/verify", headers={"Authorization": f"Bearer {token}"})
    for answer in (by_body, by_header):
        assert answer.status_code == 200
        assert answer.json()["valid"] is True
        assert answer.json()["user"]["username"] == "admin"
    for bad in ({"token": token[:-4] + "aaaa"}, {"token": ""}, {}):
        answer = httpx.post(f"{server.base_url}/api/auth/verify", json=bad)
        assert answer.status_code == 401, bad
