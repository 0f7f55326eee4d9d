"""The requests to the model Sample, no part of the contract: types, times, nesting and JSON itself."""

from typing import Any

# isort: split
from golden_cases import EVENT, Case, change


def sample(name: str, body: str | bytes | None, **rest: Any) -> Case:
    return Case(f"sample_{name}", "POST", "/reference/sample", "Sample", body, **rest)


def put_sample(name: str, number: str, query: str, body: str) -> Case:
    return Case(f"sample_put_{name}", "PUT", f"/reference/sample/{number}", "Sample", body, query)


def bad_json(name: str, body: str) -> Case:
    return sample(f"json_{name}", body, text_may_differ=True)


def not_json(name: str, body: str, path: str, model: str, at: int) -> Case:
    """What Python's json module takes and ours does not; FastAPI then fails to write its answer: 500."""
    issue = {"type": "json_invalid", "loc": ["body", at], "msg": "JSON decode error", "input": {}}
    expected = (422, {"detail": [issue | {"ctx": {"error": "Expecting value"}}]})
    why = "no JSON number or text: refused as json_invalid, where FastAPI answers 500"
    return Case(f"not_json_{name}", "POST", path, model, body, "", "application/json", True, why, expected)


def at(name: str, text: str, **rest: Any) -> Case:
    return sample(f"at_{name}", f'{{"at":{text}}}', **rest)


def bad_at(name: str, text: str) -> Case:
    return at(name, text, text_may_differ=True)


TIME_CASES = [
    at("ok_z", '"2024-01-02T03:04:05Z"'),
    at("ok_offset", '"2024-01-02T03:04:05+02:00"'),
    at("ok_offset_without_colon", '"2024-01-02T03:04:05-0330"'),
    at("ok_naive_is_utc", '"2024-01-02T03:04:05"'),
    at("ok_space_for_t", '"2024-01-02 03:04:05"'),
    at("ok_lower_case", '"2024-01-02t03:04:05z"'),
    at("ok_no_seconds", '"2024-01-02T03:04"'),
    at("ok_date_only", '"2024-01-02"'),
    at("ok_fraction_is_cut", '"2024-01-02T03:04:05.9999Z"'),
    at("ok_nine_digits", '"2024-01-02T03:04:05.123456789Z"'),
    at("ok_unix_int", "1704164645"),
    at("ok_unix_float", "1704164645.25"),
    at("ok_unix_milliseconds", "1704164645123"),
    at("ok_unix_string", '"1704164645"'),
    at("ok_unix_negative", "-1"),
    at("ok_leap_day", '"2024-02-29T00:00:00Z"'),
    at("ok_underscore_for_t", '"2024-01-02_03:04Z"'),
    at("ok_comma_fraction", '"2024-01-02T03:04:05,25+00:00"'),
    at("ok_unix_seconds_up_to_2e10", "20000000000"),
    at("ok_unix_milliseconds_from_2e10", '"20000000001"'),
    at("ok_unix_string_fraction", '"-0.5"'),
    at("ok_null", "null"),
    at("bool", "true"),
    at("object", "{}"),
    at("array", "[]"),
    bad_at("garbage", '"soon"'),
    bad_at("garbage_long", '"the day after tomorrow"'),
    bad_at("empty", '""'),
    bad_at("padded", '" 2024-01-02T03:04:05Z"'),
    bad_at("month_13", '"2024-13-02T03:04:05Z"'),
    bad_at("no_leap_day", '"2023-02-29T00:00:00Z"'),
    bad_at("hour_25", '"2024-01-02T25:04:05Z"'),
    bad_at("leap_second", '"2024-12-31T23:59:60Z"'),
    bad_at("offset_25", '"2024-01-02T03:04:05+25:00"'),
    bad_at("trailing_text", '"2024-01-02T03:04:05Zx"'),
    bad_at("year_zero", '"0000-01-02T03:04:05Z"'),
    bad_at("hour_24", '"2024-01-02T24:00:00Z"'),
    bad_at("no_minutes", '"2024-01-02T03"'),
    bad_at("offset_without_minutes", '"2024-01-02T03:04:05+02"'),
    bad_at("unix_string_exponent", '"1e9"'),
    bad_at("unix_before_year_zero", "-1e18"),
    bad_at("year_of_five_digits", '"10000-01-01T00:00:00Z"'),
    bad_at("slashes", '"2024/01/02"'),
    bad_at("time_only", '"03:04:05"'),
    bad_at("unix_too_big", "1e18"),
]

BIG = "9" * 30

SAMPLE_CASES = [
    sample("ok_defaults", "{}"),
    sample("ok_bom", "\ufeff{}"),
    sample("ok_whitespace", ' \t\r\n{ "fps" : 5 } \n'),
    sample("ok_int_forms", '{"fps":"12","level":" 7 ","big":"1_000"}'),
    sample("ok_int_from_whole_float", '{"fps":1.0,"level":"-3.00","big":1e18}'),
    sample("ok_int_from_bool", '{"fps":true,"level":false}'),
    sample("ok_int_signs_and_zeros", '{"fps":"+5","level":"-5","big":"0012"}'),
    sample("ok_int_wide_spaces", '{"fps":"\u00a012\u2003","level":"\\t7\\n","big":"+1_0.0"}'),
    sample("ok_float_forms", '{"ratio":"1e0"}'),
    sample("ok_float_point_last", '{"ratio":"+5."}'),
    sample("ok_float_from_int", '{"ratio":3}'),
    sample("ok_float_underscore", '{"ratio":"0_1.5"}'),
    sample("ok_int64_max", '{"big":9223372036854775807}'),
    sample("ok_nested", '{"tags":["a","b"],"inner":{"label":"x","points":[{"x":0,"y":"1"}]},"single":["1"]}'),
    sample("ok_dict_values", '{"counts":{"b":"1","a":2.0}}'),
    sample("ok_box", '{"box":[0,0.5,"0.25",true]}'),
    sample("int_strings_bad", '{"fps":"","level":"1.5","big":"1e3"}'),
    sample("int_strings_bad_too", '{"fps":"0x10","level":"- 5","big":"1__0"}'),
    sample("int_strings_bad_dots", '{"fps":"5.","level":".0","big":"１２"}'),
    sample("int_strings_bad_signs", '{"fps":"+ 1","level":"--5","big":"1_"}'),
    sample("float_strings_bad", '{"ratio":"0x1p3","box":["1__0","-"," ","1.5.0"]}'),
    sample("int_fraction", '{"fps":1.5}'),
    sample("int_wrong_types", '{"fps":[],"level":{},"big":null}'),
    sample("int_bounds", '{"fps":0,"level":-10}'),
    sample("int_bounds_upper", '{"fps":61,"level":10}'),
    sample("int_string_out_of_bounds", '{"fps":" 61 "}'),
    sample("int_beyond_int64", f'{{"fps":{BIG},"level":-{BIG}}}'),
    sample("int_uint64_max", '{"fps":18446744073709551615}'),
    sample("int_string_beyond_int64", f'{{"fps":"{BIG}"}}'),
    sample("int_from_float_beyond_int64", '{"big":1e19}'),
    sample("int_string_5000_digits", f'{{"big":"{"9" * 5000}"}}'),
    sample("int_literal_5000_digits", f'{{"big":{"9" * 5000}}}'),
    sample("float_bounds", '{"ratio":0}'),
    sample("float_negative_zero", '{"ratio":-0.0}'),
    sample("float_bounds_upper", '{"ratio":10.0}'),
    sample("float_wrong_type", '{"ratio":{"a":1}}'),
    sample("float_string_bad", '{"ratio":"1,5"}'),
    sample("float_string_infinity", '{"ratio":"inf"}'),
    sample("float_input_is_rewritten", '{"ratio":1.50e1}'),
    sample("nulls_for_defaulted", '{"fps":null,"ratio":null,"tags":null,"mode":null,"counts":null}'),
    sample("literal_unknown", '{"mode":"slow"}'),
    sample("literal_number", '{"mode":1}'),
    sample("tags_items", change({"tags": ["", "ok", 5, None, "x" * 33]})),
    sample("tags_nine_items_one_wrong", '{"tags":["a","b","c","d","e","f","g","h",5]}'),
    sample("tags_twelve_items_first_wrong", change({"tags": [5, *"abcdefghijk"]})),
    sample("tags_nine_items", '{"tags":["a","b","c","d","e","f","g","h","i"]}'),
    sample("tags_string", '{"tags":"abc"}'),
    sample("tags_object", '{"tags":{"0":"a"}}'),
    sample("box_too_short", '{"box":[1]}'),
    sample("box_too_short_and_item_wrong", '{"box":[1,"x"]}'),
    sample("box_too_long", '{"box":[0,0,1,1,1]}'),
    sample("box_item_wrong", '{"box":[0,"left",null,1]}'),
    sample("points_empty", '{"inner":{"label":"x","points":[]}}'),
    sample("at_most_one", '{"initial":"ab","single":[1,2]}'),
    sample("inner_array", '{"inner":[]}'),
    sample("inner_string", '{"inner":"x"}'),
    sample("inner_empty", '{"inner":{}}'),
    sample("inner_deep", '{"inner":{"label":"","points":[{"x":2,"y":-1},{"x":"a"},5]}}'),
    sample("inner_order_outer_around", '{"mode":"x","inner":{"points":{}},"fps":0}'),
    sample("counts_array", '{"counts":[1]}'),
    sample("counts_values_in_document_order", '{"counts":{"b":"x","a":1.5,"":null}}'),
    sample("counts_five", '{"counts":{"a":1,"b":2,"c":3,"d":4,"e":5}}'),
    sample("counts_five_one_wrong", '{"counts":{"a":1,"b":2,"c":3,"d":4,"e":"x"}}'),
    sample("body_string", '"{}"'),
    sample("body_array_of_objects", '[{"fps":5}]'),
    sample("form", "fps=5&mode=fast", content_type="application/x-www-form-urlencoded"),
    sample("text_plain_unicode", "größe", content_type="text/plain; charset=utf-8"),
    sample("content_type_jsonp", "{}", content_type="application/jsonp"),
    put_sample("ok", "7", "limit=5", '{"fps":5}'),
    put_sample("path_query_body", "0", "limit=x", '{"fps":"x"}'),
    put_sample("path_word_query_missing", "seven", "", "{}"),
    put_sample("query_wrong_and_no_body", "7", "limit=0", ""),
]

JSON_CASES = [
    bad_json("blank", "  "),
    bad_json("open_array", "["),
    bad_json("open_object", '{"fps":5'),
    bad_json("open_string", '{"fps":"5'),
    bad_json("extra_data", '{"fps":5}x'),
    bad_json("two_documents", "{}{}"),
    bad_json("trailing_comma", '{"fps":5,}'),
    bad_json("trailing_comma_array", '{"tags":["a",]}'),
    bad_json("single_quotes", "{'fps':5}"),
    bad_json("bare_key", "{fps:5}"),
    bad_json("no_colon", '{"fps" 5}'),
    bad_json("no_comma", '{"fps":5 "big":1}'),
    bad_json("no_value", '{"fps":}'),
    bad_json("bare_word", "fps"),
    bad_json("python_none", '{"big":None}'),
    bad_json("truncated_word", '{"big":nul}'),
    bad_json("leading_zero", '{"fps":05}'),
    bad_json("leading_plus", '{"fps":+5}'),
    bad_json("leading_period", '{"ratio":.5}'),
    bad_json("trailing_period", '{"ratio":1.}'),
    bad_json("bad_escape", '{"mode":"\\q"}'),
    bad_json("bad_unicode_escape", '{"mode":"\\u12g4"}'),
    bad_json("raw_newline_in_string", '{"mode":"fa\nst"}'),
    bad_json("comment", '{"fps":5} // five'),
    bad_json("position_counts_code_points", '{"mode":"é🎥",}'),
    bad_json("form_body", "fps=5&mode=fast"),
    not_json("nan", '{"ratio":NaN}', "/reference/sample", "Sample", 9),
    not_json("infinity", '{"ratio":-Infinity}', "/reference/sample", "Sample", 9),
    not_json("beyond_double", change(EVENT).replace("0.5", "1e400"), "/api/events", "EventCreate", 67),
    not_json("lone_surrogate", '{"mode":"\\ud800"}', "/reference/sample", "Sample", 8),
    sample("json_2000_deep", '{"a":' * 2000 + "1" + "}" * 2000),
]

TYPE_CASES = [*TIME_CASES, *SAMPLE_CASES, *JSON_CASES]
