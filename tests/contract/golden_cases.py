"""The requests to the contract's routes whose answers are recorded. Bodies are raw text: spelling matters."""

import json
from dataclasses import dataclass
from typing import Any

MASK = "**********"
OMIT = object()  # as a value in change(): leave the key out


@dataclass(frozen=True)
class Case:
    name: str
    method: str
    path: str
    model: str  # of the reference app; "" = no model, only parameters
    body: str | bytes | None = None
    query: str = ""
    content_type: str | None = "application/json"
    text_may_differ: bool = False  # msg, ctx and a json_invalid's position come from one parser's source
    deviation: str = ""  # why Sentinel answers other than FastAPI here; then `expected` is the answer
    expected: tuple[int, Any] | None = None


def change(base: dict[str, Any], **changes: Any) -> str:
    merged = {key: value for key, value in {**base, **changes}.items() if value is not OMIT}
    return json.dumps(merged, ensure_ascii=False, separators=(",", ":"))


def nest(levels: int) -> dict[str, Any]:
    """An object that is `levels` deep: nest(1) is {}."""
    value: dict[str, Any] = {}
    for _ in range(levels - 1):
        value = {"a": value}
    return value


def login(name: str, body: str | bytes | None, **rest: Any) -> Case:
    return Case(f"login_{name}", "POST", "/api/auth/login", "LoginRequest", body, **rest)


def user(name: str, **changes: Any) -> Case:
    base = {"username": "maria", "password": "correct horse"}
    return Case(f"user_{name}", "POST", "/api/users", "UserCreate", change(base, **changes))


def email(name: str, address: Any) -> Case:
    return user(f"email_{name}", email=address)


def edit_user(name: str, body: str) -> Case:
    return Case(f"user_update_{name}", "PUT", "/api/users/7", "UserUpdate", body)


def camera(name: str, body: str) -> Case:
    return Case(f"camera_{name}", "POST", "/api/cameras", "CameraCreate", body)


def edit_camera(name: str, body: str, id: str = "camera_1") -> Case:
    return Case(f"camera_update_{name}", "PUT", f"/api/cameras/{id}", "CameraUpdate", body)


EVENT: dict[str, Any] = {"camera_id": "camera_1", "type": "person", "severity": "low", "confidence": 0.5}


def event(name: str, **changes: Any) -> Case:
    return Case(f"event_{name}", "POST", "/api/events", "EventCreate", change(EVENT, **changes))


def edit_event(name: str, body: str) -> Case:
    return Case(f"event_update_{name}", "PATCH", "/api/events/evt_1", "EventUpdate", body)


def events(name: str, query: str, **rest: Any) -> Case:
    return Case(f"events_query_{name}", "GET", "/api/events", "EventFilters", query=query, **rest)


def cameras(name: str, query: str) -> Case:
    return Case(f"cameras_query_{name}", "GET", "/api/cameras", "", query=query)


LOGIN = '{"username":"admin","password":"admin123"}'
SECRET_FORM = "username=admin&password=admin123"

LOGIN_CASES = [
    login("ok", LOGIN),
    login("ok_remember", '{"username":"admin","password":"admin123","remember_me":true}'),
    login("ok_unknown_fields_ignored", '{"username":"admin","password":"admin123","otp":"1","x":{"y":[1]}}'),
    login("ok_no_content_type", LOGIN, content_type=None),
    login("ok_content_type_charset", LOGIN, content_type="application/json; charset=utf-8"),
    login("ok_content_type_upper_case", LOGIN, content_type="Application/JSON"),
    login("ok_content_type_json_suffix", LOGIN, content_type="application/vnd.sentinel+json"),
    login("empty_object", "{}"),
    login("missing_username", '{"password":"admin123"}'),
    login("missing_password", '{"username":"admin"}'),
    login("missing_with_unknown_field", '{"user":"admin","password":"admin123"}'),
    login("null_password", '{"username":"admin","password":null}'),
    login("password_number", '{"username":"admin","password":12345678}'),
    login("password_too_short", '{"username":"admin","password":"12345"}'),
    login("password_too_long", change({"username": "admin", "password": "p" * 129})),
    login("several", '{"username":"ab","password":"123","remember_me":"maybe"}'),
    login("several_document_order_reversed", '{"remember_me":[],"password":"123","username":""}'),
    login("username_array", '{"username":["admin"],"password":"admin123"}'),
    login("username_object", '{"username":{"a":1},"password":"admin123"}'),
    login("username_bool", '{"username":true,"password":"admin123"}'),
    login("remember_null", '{"username":"admin","password":"admin123","remember_me":null}'),
    login("no_body", None),
    login("empty_body", ""),
    login("body_null", "null"),
    login("body_array", '[{"username":"admin","password":"admin123"}]'),
    login("body_string", '"admin"'),
    login("body_number", "5"),
    login("body_bool", "false"),
    login("content_type_form", SECRET_FORM, content_type="application/x-www-form-urlencoded"),
    login("content_type_text", LOGIN, content_type="text/plain"),
    login("content_type_unparsable", LOGIN, content_type="json"),
    login("invalid_utf8", b'{"username":"adm\xff","password":"admin123"}'),
    login("json_invalid", '{"username":"admin","password":"admin123"', text_may_differ=True),
]

AUTH_CASES = [
    Case("refresh_ok", "POST", "/api/auth/refresh", "RefreshTokenRequest", '{"refresh_token":"abc.def.ghi"}'),
    Case("refresh_missing", "POST", "/api/auth/refresh", "RefreshTokenRequest", '{"token":"abc"}'),
    Case("refresh_number", "POST", "/api/auth/refresh", "RefreshTokenRequest", '{"refresh_token":1}'),
    Case("logout_ok", "POST", "/api/auth/logout", "", None),
    Case("verify_ok_no_body", "POST", "/api/auth/verify", "VerifyRequest", None),
    Case("verify_ok_body_null", "POST", "/api/auth/verify", "VerifyRequest", "null"),
    Case("verify_ok_empty_object", "POST", "/api/auth/verify", "VerifyRequest", "{}"),
    Case("verify_token_array", "POST", "/api/auth/verify", "VerifyRequest", '{"token":["a"]}'),
    Case("verify_body_array", "POST", "/api/auth/verify", "VerifyRequest", "[]"),
    Case(
        "change_password_ok", "POST", "/api/auth/change-password", "ChangePasswordRequest",
        '{"current_password":"admin123","new_password":"better horse"}',
    ),
    Case(
        "change_password_both_wrong", "POST", "/api/auth/change-password", "ChangePasswordRequest",
        '{"new_password":"short","current_password":7}',
    ),
    Case(
        "change_password_one_missing", "POST", "/api/auth/change-password", "ChangePasswordRequest",
        '{"current_password":"admin123"}',
    ),
]  # fmt: skip

USER_CASES = [
    user("ok_defaults"),
    user("ok_all", email="Maria@Example.COM", full_name="Mária 🎥", role="operator", is_active="off"),
    user("ok_full_name_100_code_points", full_name="🎥" * 100),
    user("full_name_101_code_points", full_name="🎥" * 101),
    user("several_in_declaration_order", username="a!", email="x", full_name=5, role="root", is_active=2),
    user("missing_both_ends", username=OMIT, password=OMIT, role="admin"),
    user("username_too_short_and_bad_pattern", username="a!"),
    user("username_too_long_and_bad_pattern", username="!" * 51),
    user("username_bad_pattern", username="maria lopez"),
    user("username_trailing_newline", username="maria\n"),
    user("username_combining_marks_are_code_points", username="e\u0301"),
    user("password_6_code_points_ok", password="pässwörd"),
    user("password_5_code_points_10_bytes", password="äöüßé"),
    user("role_wrong_case", role="Admin"),
    user("role_number", role=1),
    user("role_null", role=None),
    user("is_active_null", is_active=None),
    user("is_active_string_maybe", is_active="maybe"),
    user("is_active_two", is_active=2),
    user("is_active_minus_one", is_active=-1),
    user("is_active_beyond_int64", is_active=2**70),
    user("is_active_fraction", is_active=0.5),
    user("is_active_array", is_active=[]),
    user("is_active_padded", is_active=" true "),
    user("is_active_ok_yes", is_active="YES"),
    user("is_active_ok_n", is_active="n"),
    user("is_active_ok_zero", is_active=0),
    user("is_active_ok_one_float", is_active=1.0),
    user("is_active_ok_string_one", is_active="1"),
    user("email_ok_null", email=None),
    user("email_ok_padded_is_stripped", email="  maria@example.com "),
    user("email_ok_display_name_is_dropped", email="Maria Lopez <maria@example.com>"),
    user("email_ok_quoted_display_name", email='"Lopez, M." <maria@example.com>'),
    user("email_ok_angle_brackets_only", email="<maria@example.com>"),
    user("email_ok_plus_and_subdomain", email="maria+cam@mail.example.co.uk"),
    user("email_ok_international_domain", email="maria@BÜCHER.example"),
    user("email_ok_international_local_part", email="mária@example.com"),
    user("email_ok_local_part_becomes_nfc", email="ma\u0301ria@example.com"),
    user("email_ok_role_mailbox_becomes_lower_case", email="Postmaster@Example.com"),
    user("email_ok_local_part_of_65", email="a" * 65 + "@example.com"),
    email("number", 5),
    email("empty", ""),
    email("no_at", "maria.example.com"),
    email("full_width_at", "maria＠example.com"),
    email("two_ats", "maria@home@example.com"),
    email("nothing_before_at", "@example.com"),
    email("nothing_after_at", "maria@"),
    email("no_period_in_domain", "maria@example"),
    email("localhost", "maria@localhost"),
    email("special_use_domain", "maria@cam.local"),
    email("test_domain", "maria@example.test"),
    email("numeric_tld", "maria@example.123"),
    email("ip_address", "maria@192.168.1.10"),
    email("domain_literal", "maria@[192.168.1.10]"),
    email("two_periods_before_at", "maria..lopez@example.com"),
    email("two_periods_after_at", "maria@example..com"),
    email("starts_with_period", ".maria@example.com"),
    email("period_before_at", "maria.@example.com"),
    email("domain_starts_with_period", "maria@.example.com"),
    email("domain_ends_with_period", "maria@example.com."),
    email("domain_starts_with_hyphen", "maria@-example.com"),
    email("domain_ends_with_hyphen", "maria@example-.com"),
    email("last_label_ends_with_hyphen", "maria@example.com-"),
    email("space_before_at", "maria lopez@example.com"),
    email("bad_characters_before_at", "mar(i)a,@example.com"),
    email("bad_character_after_at", "maria@exam_ple.com"),
    email("space_after_at", "maria@exam ple.com"),
    email("control_character", "mar\u0007ia@example.com"),
    email("quoted_local_part", '"maria lopez"@example.com'),
    email("two_letters_two_hyphens", "maria@ab--c.com"),
    email("label_of_64", "maria@" + "a" * 64 + ".com"),
    email("total_of_255", "a" * 243 + "@example.com"),
    email("total_of_256", "a" * 244 + "@example.com"),
    email("domain_of_254", "a@" + "a." * 125 + "comm"),
    email("over_2048", "a" * 2040 + "@example.com"),
    email("open_angle_bracket", "Maria <maria@example.com"),
    email("display_name_with_period", "Maria L. <maria@example.com>"),
    email("display_name_empty", '"" <maria@example.com>'),
    email("display_name_then_bad_address", "Maria <maria>"),
    email("text_after_angle_brackets", "Maria <maria@example.com> x"),
    edit_user("ok_empty", "{}"),
    edit_user("ok_nulls_are_set", '{"email":null,"full_name":null,"role":null,"is_active":null}'),
    edit_user("ok_some", '{"role":"viewer","is_active":"f","email":"A@EXAMPLE.COM"}'),
    edit_user("several", '{"password":"123","role":"x","email":"a@b","username":null}'),
    edit_user("password_too_short", '{"password":""}'),
]

CAMERA = '{"name":"Gate","url":"rtsp://10.0.0.7:554/stream1"}'

CAMERA_CASES = [
    camera("ok", CAMERA),
    camera("ok_https_and_location", '{"name":"G","url":"https://cam/x.m3u8","location":"Yard"}'),
    camera("ok_file", '{"name":"Demo","url":"file:///clips/a.mp4","location":null,"fps":25}'),
    camera("ok_name_64_two_byte_letters", change({"name": "é" * 64, "url": "rtsps://h/"})),
    camera("ok_escaped_text", r'{"name":"\u0047ate \ud83c\udfa5 \"a\\b\" \n","url":"http://h/\u00e9"}'),
    camera("ok_duplicate_key_last_wins", '{"name":"","url":"rtsp://h/","name":"Gate"}'),
    camera("duplicate_key_last_is_wrong", '{"name":"Gate","url":"rtsp://h/","name":""}'),
    camera("empty_object", "{}"),
    camera("missing_url", '{"name":"Gate"}'),
    camera("nulls", '{"name":null,"url":null,"location":null}'),
    camera("name_empty", '{"name":"","url":"rtsp://h/"}'),
    camera("name_65", change({"name": "é" * 65, "url": "rtsp://h/"})),
    camera("url_bad_pattern", '{"name":"Gate","url":"ftp://h/"}'),
    camera("url_wrong_case", '{"name":"Gate","url":"RTSP://h/"}'),
    camera("url_leading_space", '{"name":"Gate","url":" rtsp://h/"}'),
    camera("url_empty", '{"name":"Gate","url":""}'),
    camera("url_2049", change({"name": "Gate", "url": "rtsp://" + "h" * 2042})),
    camera("location_129", change({"name": "Gate", "url": "rtsp://h/", "location": "x" * 129})),
    camera("location_number", '{"name":"Gate","url":"rtsp://h/","location":5}'),
    camera("body_array", "[]"),
    edit_camera("ok_empty", "{}"),
    edit_camera("ok_null_is_set", '{"location":null}'),
    edit_camera("ok_one", '{"name":"Back gate"}'),
    edit_camera("several", '{"name":"","url":"x"}'),
    edit_camera("path_and_body", '{"name":5}', "c" * 65),
    Case("camera_delete_ok", "DELETE", "/api/cameras/camera_1", ""),
    Case("camera_get_id_too_long", "GET", "/api/cameras/" + "c" * 65, ""),
    Case("discover_ok_no_body", "POST", "/api/cameras/discover", "CameraDiscoveryRequest"),
    Case("discover_ok_string", "POST", "/api/cameras/discover", "CameraDiscoveryRequest",
         '{"timeout_seconds":"12"}'),
    Case("discover_too_big", "POST", "/api/cameras/discover", "CameraDiscoveryRequest",
         '{"timeout_seconds":31}'),
    cameras("ok_defaults", ""),
    cameras("ok_limits", "limit=500&offset=10000"),
    cameras("both_wrong", "offset=-1&limit=0"),
    Case("unknown_path", "GET", "/api/nothing", ""),
    Case("wrong_method", "PATCH", "/api/cameras", "", "{}"),
]  # fmt: skip

ALL_EVENT_CASES = [
    event("ok_defaults"),
    event("ok_all", label="visitor", description="at the gate", metadata={"zone": "a", "n": [1, 2.5, None]}),
    event("ok_confidence_bounds", confidence=1),
    event("ok_confidence_string", confidence=" 0.25 "),
    event("ok_confidence_true", confidence=True),
    event("ok_metadata_8_deep", metadata=nest(8)),
    event("missing_all", camera_id=OMIT, type=OMIT, severity=OMIT, confidence=OMIT),
    event("missing_and_wrong_mixed", camera_id="", type=OMIT, severity="urgent", confidence=1.5),
    event("camera_id_number", camera_id=1),
    event("camera_id_65", camera_id="c" * 65),
    event("type_unknown", type="dog"),
    event("type_empty", type=""),
    event("type_null", type=None),
    event("type_array", type=["person"]),
    event("severity_wrong_case", severity="LOW"),
    event("severity_padded", severity=" low"),
    event("confidence_below", confidence=-0.1),
    event("confidence_above", confidence=1.0001),
    event("confidence_above_as_int", confidence=2),
    event("confidence_string_above", confidence="1.5"),
    event("confidence_string_bad", confidence="high"),
    event("confidence_string_empty", confidence=""),
    event("confidence_string_nan", confidence="nan"),
    event("confidence_string_inf", confidence="-Infinity"),
    event("confidence_null", confidence=None),
    event("confidence_array", confidence=[0.5]),
    event("label_65", label="x" * 65),
    event("description_501", description="ü" * 501),
    event("metadata_null", metadata=None),
    event("metadata_array", metadata=[]),
    event("metadata_string", metadata="{}"),
    event("metadata_9_deep", metadata=nest(9)),
    event("metadata_too_big", metadata={"a": "x" * 16377}),
    event("metadata_deep_in_array", metadata={"a": [[[[[[[[]]]]]]]]}),
    event("metadata_with_another_issue", confidence=2, metadata={"note": "kept", "n": [1, {"b": None}]}),
    edit_event("ok_empty", "{}"),
    edit_event("ok_both", '{"acknowledged":"t","notes":""}'),
    edit_event("ok_nulls", '{"acknowledged":null,"notes":null}'),
    edit_event("acknowledged_two", '{"acknowledged":2}'),
    edit_event("acknowledged_string", '{"acknowledged":"acknowledged"}'),
    edit_event("notes_16385", change({"notes": "x" * 16385})),
    edit_event("notes_number", '{"notes":5,"acknowledged":{}}'),
    events("ok_defaults", ""),
    events("ok_all", "camera_id=camera_1&type=fall&severity=high&start=2024-01-02T03:04:05Z"
           "&end=2024-01-02T05:04:05%2B02:00&acknowledged=no&min_confidence=.5&limit=%2012%20&offset=1.0"
           "&cursor=abc&count=exact"),
    events("ok_unknown_ignored", "page=3&limit=5&sort="),
    events("ok_duplicate_last_wins", "limit=abc&limit=7"),
    events("duplicate_last_is_wrong", "limit=7&limit=abc"),
    events("ok_plus_is_a_space", "limit=+5"),
    events("ok_escaped_plus", "limit=%2B5"),
    events("limit_zero", "limit=0"),
    events("limit_501", "limit=501"),
    events("limit_word", "limit=ten"),
    events("limit_empty", "limit="),
    events("limit_without_equals", "limit"),
    events("limit_fraction", "limit=1.5"),
    events("limit_exponent", "limit=1e2"),
    events("limit_bool", "limit=true"),
    events("limit_huge", "limit=" + "9" * 30),
    events("limit_5000_digits", "limit=" + "9" * 5000),
    events("limit_semicolon_is_no_separator", "limit=1;offset=2"),
    events("offset_negative", "offset=-1"),
    events("offset_10001", "offset=10001"),
    events("acknowledged_maybe", "acknowledged=maybe"),
    events("acknowledged_empty", "acknowledged="),
    events("acknowledged_two", "acknowledged=2"),
    events("acknowledged_one_float", "acknowledged=1.0"),
    events("confidence_word", "min_confidence=high"),
    events("confidence_above", "min_confidence=1.01"),
    events("confidence_nan", "min_confidence=nan"),
    events("type_unknown", "type=dog"),
    events("type_empty", "type="),
    events("type_two_values_in_one", "type=person,fall"),
    events("severity_upper_case", "severity=HIGH"),
    events("count_wrong", "count=Exact"),
    events("camera_id_empty", "camera_id="),
    events("camera_id_65_code_points", "camera_id=" + "%C3%A9" * 65),
    events("camera_id_bad_utf8", "camera_id=%FF&limit=0"),
    events("start_garbage", "start=yesterday", text_may_differ=True),
    events("start_plus_read_as_space", "start=2024-01-02T03:04:05+00:00", text_may_differ=True),
    events("ok_start_unix", "start=1704164645"),
    events("several_in_declaration_order", "count=x&offset=-1&limit=0&severity=x&type=x&acknowledged=x"),
]  # fmt: skip

ROUTE_CASES = [*LOGIN_CASES, *AUTH_CASES, *USER_CASES, *CAMERA_CASES, *ALL_EVENT_CASES]
