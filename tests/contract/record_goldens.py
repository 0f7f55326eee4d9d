"""Asks the reference app every request of the case tables and writes the answers to goldens/422.json.

Run it in an environment made from requirements-reference.txt, see README.md. The same pins give the same
bytes.
"""

# The linter's environment need not have httpx and FastAPI; with them installed this line changes nothing.
# mypy: disable-error-code="import-not-found"

import argparse
import asyncio
import base64
import json
import re
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import httpx

# isort: split
from golden_cases import MASK, ROUTE_CASES, Case
from golden_cases_types import TYPE_CASES
from reference_app import app

HERE = Path(__file__).resolve().parent
GOLDENS = HERE / "goldens" / "422.json"
CASES = [*ROUTE_CASES, *TYPE_CASES]

SECRET_FIELDS = frozenset({"password", "new_password", "current_password", "refresh_token", "token"})
AUTH_MODELS = frozenset({"LoginRequest", "RefreshTokenRequest", "VerifyRequest", "ChangePasswordRequest"})
MODELS_WITH_SECRETS = AUTH_MODELS | {"UserCreate", "UserUpdate"}
PYTHON = (3, 11)  # the texts of json_invalid and the largest integer are the interpreter's


def masked(value: Any) -> Any:
    """The value with every secret field replaced, at any depth."""
    if isinstance(value, dict):
        return {key: MASK if key in SECRET_FIELDS else masked(item) for key, item in value.items()}
    if isinstance(value, list):
        return [masked(item) for item in value]
    return value


def masked_input(issue: dict[str, Any]) -> Any:
    """An issue's input as the contract shows it.

    A secret field's own value is hidden whatever its type; a missing field's input is the object around it,
    so only the secrets within are. A whole body that is no object (a form, an array, a text) may hold a
    secret that has no name to find it by, so all of it is hidden.
    """
    value, at = issue["input"], issue["loc"]
    if at[-1] in SECRET_FIELDS and issue["type"] != "missing":
        return MASK
    if at == ["body"] and value is not None and not isinstance(value, dict):
        return MASK
    return masked(value)


def mask(case: Case, status: int, answer: Any) -> Any:
    """The contract's own rule, which FastAPI does not have: a secret never comes back."""
    if case.model not in MODELS_WITH_SECRETS:
        return answer
    if answer is None or isinstance(answer.get("detail"), str):
        return answer
    if status == 422:
        return {"detail": [issue | {"input": masked_input(issue)} for issue in answer["detail"]]}
    return {key: MASK if key in SECRET_FIELDS and value else value for key, value in answer.items()}


def request_of(case: Case) -> dict[str, Any]:
    request: dict[str, Any] = {"name": case.name, "method": case.method, "path": case.path}
    if case.model:
        request["model"] = case.model
    if case.query:
        request["query"] = case.query
    sends_body = case.body is not None
    request["headers"] = {"content-type": case.content_type} if sends_body and case.content_type else {}
    if isinstance(case.body, bytes):
        request["body"] = None
        request["body_base64"] = base64.b64encode(case.body).decode()
    else:
        request["body"] = case.body
    return request


async def ask(client: httpx.AsyncClient, case: Case) -> tuple[int, Any]:
    request = request_of(case)
    url = case.path + (f"?{case.query}" if case.query else "")
    content = case.body.encode() if isinstance(case.body, str) else case.body
    reply = await client.request(case.method, url, content=content, headers=request["headers"])
    is_json = reply.headers.get("content-type") == "application/json"
    return reply.status_code, reply.json() if is_json else None


async def record(client: httpx.AsyncClient, case: Case) -> dict[str, Any]:
    status, answer = await ask(client, case)
    if status == 500 and case.expected is None:
        raise SystemExit(f"{case.name}: FastAPI answers 500; state in the case what Sentinel answers")
    golden = request_of(case)
    if case.expected is not None:
        golden |= {"status": case.expected[0], "response": case.expected[1], "deviation": case.deviation}
        golden |= {"fastapi_status": status, "fastapi_response": answer}
    else:
        shown = mask(case, status, answer)
        golden |= {"status": status, "response": shown}
        if shown != answer:
            golden |= {"deviation": "secrets are masked", "fastapi_response": answer}
    if case.text_may_differ:
        golden["text_may_differ"] = True
    return golden


async def record_all() -> list[dict[str, Any]]:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://reference") as client:
        return [await record(client, case) for case in CASES]


def check_pins() -> None:
    """Another release words things otherwise: refuse to record from it."""
    if sys.version_info[:2] != PYTHON:
        raise SystemExit(f"the goldens come from Python {PYTHON[0]}.{PYTHON[1]}")
    for line in (HERE / "requirements-reference.txt").read_text().splitlines():
        pin = re.fullmatch(r"([\w-]+)==(\S+)", line)
        if pin and version(pin[1]) != pin[2]:
            raise SystemExit(f"{pin[1]} is {version(pin[1])}, the goldens come from {pin[2]}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail if the file would change")
    check = parser.parse_args().check
    check_pins()
    names = [case.name for case in CASES]
    if len(names) != len(set(names)):
        raise SystemExit(f"two cases have one name: {sorted({n for n in names if names.count(n) > 1})}")
    text = json.dumps(asyncio.run(record_all()), indent=2, ensure_ascii=True, allow_nan=False) + "\n"
    if check:
        if not GOLDENS.exists() or GOLDENS.read_text() != text:
            print(f"{GOLDENS.name} is out of date: run record_goldens.py", file=sys.stderr)
            return 1
        return 0
    GOLDENS.parent.mkdir(exist_ok=True)
    GOLDENS.write_text(text)
    print(f"{len(names)} cases written to goldens/{GOLDENS.name}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
