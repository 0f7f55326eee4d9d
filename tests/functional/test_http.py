"""What holds for every route: the shapes of errors, CORS, headers, limits, the pages and the document."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from sentinel_server import Server

FRIEND = "https://ui.example"
STRANGER = "https://elsewhere.example"
METHODS = ("get", "put", "post", "patch", "delete")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("http"), {"CORS_ORIGINS": f"{FRIEND},http://localhost:5173"}).start()
    yield running
    running.kill()


@pytest.fixture(scope="module")
def nobody(server: Server) -> Iterator[httpx.Client]:
    """A client without a token."""
    with httpx.Client(base_url=server.base_url, timeout=15) as client:
        yield client


# ---- health and pages


def test_health_is_json_for_programs(nobody: httpx.Client) -> None:
    answer = nobody.get("/")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert (answer.json()["status"], answer.json()["docs"]) == ("ok", "/api/docs")
    assert nobody.get("/", headers={"Accept": "application/json"}).status_code == 200
    head = nobody.head("/")
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", answer.headers["content-length"])


def test_health_sends_a_browser_to_the_ui(nobody: httpx.Client) -> None:
    answer = nobody.get("/", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert (answer.status_code, answer.headers["location"]) == (307, "/ui/")
    assert nobody.get("/ui/").headers["content-type"].startswith("text/html")
    assert nobody.get("/ui").headers["location"] == "/ui/"


@pytest.mark.parametrize("page", ["/ui/", "/api/docs", "/api/redoc"])
def test_a_page_takes_all_it_needs_from_this_server(nobody: httpx.Client, page: str) -> None:
    answer = nobody.get(page)
    assert answer.status_code == 200
    linked = re.findall(r"""(?:src|href)=["']?([^"' >]+)""", answer.text)
    linked = [link for link in linked if not link.startswith("data:")]
    assert linked
    for link in linked:
        url = httpx.URL(answer.url).join(link)
        assert url.host == answer.url.host, link
        assert nobody.get(url).status_code == 200, link
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "http" not in policy
    assert "unsafe" not in policy
    assert "connect-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy


def test_an_asset_is_not_sent_twice(nobody: httpx.Client) -> None:
    first = nobody.get("/ui/")
    again = nobody.get("/ui/", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert nobody.get("/ui/", headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize("coding", ["identity", "gzip;q=0", "br"])
def test_a_client_without_gzip_gets_the_same_page_plain(nobody: httpx.Client, coding: str) -> None:
    packed = nobody.get("/ui/app.js")
    assert packed.headers["content-encoding"] == "gzip"
    plain = nobody.get("/ui/app.js", headers={"Accept-Encoding": coding})
    assert "content-encoding" not in plain.headers
    assert plain.content == packed.content
    assert plain.headers["etag"] != packed.headers["etag"]
    assert plain.headers["vary"] == packed.headers["vary"] == "Accept-Encoding"
    asked = {"Accept-Encoding": coding, "If-None-Match": plain.headers["etag"]}
    assert nobody.get("/ui/app.js", headers=asked).status_code == 304


# ---- the OpenAPI document


@pytest.fixture(scope="module")
def document(nobody: httpx.Client) -> dict[str, Any]:
    parsed: dict[str, Any] = nobody.get("/api/openapi.json").json()
    return parsed


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(method, path, item[method]) for path, item in document["paths"].items() for method in METHODS if method in item]


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def test_the_document_is_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1.")
    assert document["info"]["title"] == "Sentinel"
    assert document["info"]["version"]
    assert len(operations(document)) >= 17
    scheme = document["components"]["securitySchemes"]["bearer"]
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")


def test_every_reference_of_the_document_leads_somewhere(document: dict[str, Any]) -> None:
    found = set(references(document))
    assert found
    schemas = document["components"]["schemas"]
    for reference in found:
        assert reference.startswith("#/components/schemas/")
        assert reference.rpartition("/")[2] in schemas
    assert {reference.rpartition("/")[2] for reference in found} == set(schemas), "a schema that nothing uses"


def test_every_operation_says_what_it_is_and_who_may_call_it(document: dict[str, Any]) -> None:
    rows = operations(document)
    ids = [operation["operationId"] for _, _, operation in rows]
    assert len(set(ids)) == len(ids)
    known = set(document["components"]["securitySchemes"])
    for method, path, operation in rows:
        assert operation["summary"], (method, path)
        assert operation["tags"], (method, path)
        assert "security" in operation, (method, path)
        assert all(set(way) <= known for way in operation["security"]), (method, path)
    open_ones = {path for _, path, operation in rows if operation["security"] == []}
    assert open_ones == {"/api/auth/login", "/api/auth/refresh", "/api/auth/verify", "/"}


def test_every_operation_documents_its_refusals(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        answers = operation["responses"]
        assert [code for code in answers if code.startswith("2")], (method, path)
        if operation["security"]:
            assert "401" in answers, (method, path)
        takes_input = "requestBody" in operation or operation.get("parameters")
        assert not takes_input or "422" in answers, (method, path)
        # Every role may end its own sessions.
        changes = method != "get" and not path.startswith(("/api/auth/", "/api/sessions/"))
        assert not changes or "403" in answers, (method, path)
        assert "{" not in path or "404" in answers, (method, path)
        for code, answer in answers.items():
            assert answer["description"], (method, path, code)
            if code != "422" and code.startswith(("4", "5")):
                assert answer["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/ErrorResponse"}


def test_path_parameters_are_declared(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        named = set(re.findall(r"{(\w+)}", path))
        declared = {p["name"] for p in operation.get("parameters", []) if p["in"] == "path"}
        assert named == declared, (method, path)
        assert all(p["required"] for p in operation.get("parameters", []) if p["in"] == "path")


def test_secrets_are_write_only_in_the_document(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    for name in ("CameraResponse", "UserResponse"):
        assert not {"password", "username_password", "password_hash"} & set(schemas[name]["properties"])
    assert schemas["LoginRequest"]["properties"]["password"]["writeOnly"] is True


# ---- errors


@pytest.mark.parametrize("path", ["/nope", "/api/nope", "/api/cameras/a/b/c", "/ui/../nope", "/api/docs/nope.js"])
def test_an_unknown_path_is_404(nobody: httpx.Client, path: str) -> None:
    answer = nobody.get(path)
    assert (answer.status_code, answer.json()) == (404, {"detail": "Not Found"})


def test_a_wrong_method_is_405_and_says_which_are_right(nobody: httpx.Client) -> None:
    answer = nobody.delete("/api/cameras")
    assert (answer.status_code, answer.json()) == (405, {"detail": "Method Not Allowed"})
    assert {method.strip() for method in answer.headers["allow"].split(",")} == {"GET", "HEAD", "POST", "OPTIONS"}


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (b"", "missing"),
        (b"{", "json_invalid"),
        (b"[]", "model_attributes_type"),
        (b"{}", "missing"),
    ],
)
def test_a_malformed_body_is_422_in_pydantics_words(nobody: httpx.Client, text: bytes, error: str) -> None:
    answer = nobody.post("/api/auth/login", content=text, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert {"type", "loc", "msg", "input"} <= set(answer.json()["detail"][0])
    assert answer.json()["detail"][0]["type"] == error


def test_a_body_that_is_no_utf_8_is_400(nobody: httpx.Client) -> None:
    answer = nobody.post("/api/auth/login", content=b'{"username":"\xff"}', headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()) == (400, {"detail": "There was an error parsing the body"})


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/api/events?limit=0", "limit"),
        ("/api/events?limit=501", "limit"),
        ("/api/events?offset=10001", "offset"),
        ("/api/events?type=unicorn", "type"),
        ("/api/events?start=yesterday", "start"),
        ("/api/events?count=about", "count"),
        ("/api/cameras?limit=x", "limit"),
        ("/api/models?offset=-1", "offset"),
    ],
)
def test_an_unfit_query_is_422_and_named(api: httpx.Client, path: str, field: str) -> None:
    answer = api.get(path)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["query", field]


def test_an_unknown_event_and_its_picture_are_404(api: httpx.Client) -> None:
    for path in ("/api/events/evt_none", "/api/events/evt_none/snapshot", "/api/events/..%2f..%2fetc%2fpasswd/snapshot"):
        answer = api.get(path)
        assert answer.status_code == 404
        assert answer.json()["detail"]


def test_a_body_over_the_limit_is_413(nobody: httpx.Client, api: httpx.Client) -> None:
    """1 MiB, and 16 KiB where anybody may send one."""
    json_type = {"Content-Type": "application/json"}
    for client, path, limit in (
        (nobody, "/api/auth/login", 16 * 1024),
        (nobody, "/api/auth/refresh", 16 * 1024),
        (nobody, "/api/auth/verify", 16 * 1024),
        (api, "/api/auth/change-password", 16 * 1024),
        (api, "/api/cameras", 1024 * 1024),
    ):
        answer = client.post(path, content=b" " * (limit + 1), headers=json_type)
        assert (answer.status_code, answer.json()) == (413, {"detail": "Content Too Large"})
        assert answer.headers["cache-control"] == "no-store"
        assert client.post(path, content=b" " * limit, headers=json_type).status_code == 422


def raw(server: Server, request: bytes) -> bytes:
    address = urlsplit(server.base_url)
    with socket.create_connection((address.hostname, address.port), 10) as connection:
        connection.sendall(request)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_an_endless_body_is_cut_at_the_limit(server: Server) -> None:
    head = b"POST /api/auth/login HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    reply = raw(server, head + b"10000\r\n" + b" " * 0x10000 + b"\r\n" + b"fffff\r\n" + b" " * 0xFFFFF)
    assert reply.startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("begin", [b"2;", b"0\r\nTrailer: "])
def test_a_body_whose_framing_never_ends_is_431(server: Server, begin: bytes) -> None:
    head = b"POST /api/auth/login HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert raw(server, head + begin + b"x" * 100_000).startswith(b"HTTP/1.1 431 ")


def test_a_head_over_the_limit_is_431(server: Server) -> None:
    assert raw(server, b"GET / HTTP/1.1\r\nHost: a\r\nX-Long: " + b"x" * 100_000).startswith(b"HTTP/1.1 431 ")


@pytest.mark.parametrize(
    "request_text",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2, 2\r\n\r\n{}",
        b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /api/auth/login HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
    ],
)
def test_a_malformed_request_is_400_and_the_connection_ends(server: Server, request_text: bytes) -> None:
    assert raw(server, request_text).startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize("coding", [b"xchunked", b"gzip, chunked", b"gzip"])
def test_a_body_in_another_coding_is_501_and_no_second_request(server: Server, coding: bytes) -> None:
    body = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: " + coding + b"\r\n\r\n"
    reply = raw(server, body + b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    assert reply.startswith(b"HTTP/1.1 501 ")
    assert reply.count(b"HTTP/1.1 ") == 1


# ---- headers


@pytest.mark.parametrize("path", ["/", "/nope", "/ui/", "/api/docs", "/api/openapi.json", "/api/cameras"])
def test_every_reply_has_the_safe_headers_and_an_id_of_its_own(nobody: httpx.Client, path: str) -> None:
    first, second = nobody.get(path), nobody.get(path)
    for name, value in (("x-content-type-options", "nosniff"), ("x-frame-options", "DENY"), ("referrer-policy", "no-referrer")):
        assert first.headers[name] == value
    assert first.headers["x-request-id"] != second.headers["x-request-id"]
    assert re.fullmatch(r"[\w-]{8,64}", first.headers["x-request-id"])


def test_replies_of_the_api_are_not_cached(api: httpx.Client) -> None:
    for path in ("/api/cameras", "/api/events", "/api/auth/me", "/api/models"):
        assert api.get(path).headers["cache-control"] == "no-store"


def test_no_reply_tells_what_the_server_is_made_of(nobody: httpx.Client) -> None:
    assert nobody.get("/nope").headers["server"] == "sentinel"


# ---- CORS


def preflight(
    client: httpx.Client, origin: str, method: str = "POST", headers: str = "authorization,content-type"
) -> httpx.Response:
    asked = {"Origin": origin, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": headers}
    return client.options("/api/cameras", headers=asked)


def test_a_preflight_of_a_listed_origin_is_allowed(nobody: httpx.Client) -> None:
    answer = preflight(nobody, FRIEND)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == FRIEND
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert "Authorization" in answer.headers["access-control-allow-headers"]
    assert "Origin" in answer.headers["vary"]


@pytest.mark.parametrize("origin", [STRANGER, "null", FRIEND + ".evil.example", "http://ui.example", FRIEND + ":8443"])
def test_a_preflight_of_another_origin_is_refused(nobody: httpx.Client, origin: str) -> None:
    answer = preflight(nobody, origin)
    assert answer.status_code == 400
    assert "access-control-allow-origin" not in answer.headers


def test_a_preflight_of_an_odd_method_or_header_is_refused(nobody: httpx.Client) -> None:
    assert preflight(nobody, FRIEND, method="TRACE").status_code == 400
    assert preflight(nobody, FRIEND, headers="x-odd").status_code == 400


def test_replies_are_marked_for_listed_origins_alone(api: httpx.Client) -> None:
    allowed = api.get("/api/cameras", headers={"Origin": FRIEND})
    assert allowed.headers["access-control-allow-origin"] == FRIEND
    assert "X-Request-Id" in allowed.headers["access-control-expose-headers"]
    assert "access-control-allow-origin" not in api.get("/api/cameras", headers={"Origin": STRANGER}).headers
    refused = api.get("/api/cameras/nope", headers={"Origin": FRIEND})
    assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (404, FRIEND)


def test_options_without_preflight_tells_the_methods(nobody: httpx.Client) -> None:
    answer = nobody.options("/api/cameras")
    assert answer.status_code == 204
    assert "POST" in answer.headers["allow"]


# ---- what is only read


def test_the_models_are_listed(api: httpx.Client) -> None:
    listed = api.get("/api/models").json()
    model = listed["items"][0]
    assert listed["total"] == 1
    assert model["file"] == "yolov12n_320x320.xml"
    assert re.fullmatch(r"[0-9a-f]{64}", model["sha256"])
    assert (model["input_width"], model["input_height"], model["device"]) == (320, 320, "CPU")
    assert "person" in model["classes"]
    assert "AGPL" in model["license"]


def test_no_events_is_an_empty_list(api: httpx.Client) -> None:
    empty = {"items": [], "total": 0, "total_capped": False, "limit": 50, "offset": 0, "next_cursor": None}
    assert api.get("/api/events").json() == empty
    assert api.get("/api/events", params={"type": "person", "acknowledged": "false"}).json() == empty
