"""Whether a reply is one that the OpenAPI document states: its status, its media type, and its body by its schema."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import httpx
from jsonschema import Draft202012Validator, FormatChecker

# What the server answers before it knows the route: stated once in the docs, not at each operation.
BEFORE_THE_ROUTE = {400, 405, 408, 413, 429, 431, 501, 503}


def closed(schema: Any) -> Any:
    """The same, and an object that names its properties has no others: a client of the document would not see them."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    out = {name: closed(part) for name, part in schema.items()}
    if isinstance(out.get("properties"), dict) and out.get("type") == "object":
        out.setdefault("additionalProperties", False)
    return out


class ReplyCheck:
    """Made from one document; check() is called with every reply that a test gets."""

    def __init__(self, document: Path) -> None:
        self.document: dict[str, Any] = closed(json.loads(document.read_text()))
        literal_first = sorted(self.document["paths"], key=lambda path: path.count("{"))
        self.paths = [(re.compile(re.sub(r"{\w+}", "[^/]+", path)), path) for path in literal_first]
        self.checked: set[tuple[str, str, int]] = set()

    def operation(self, method: str, path: str) -> tuple[str, dict[str, Any]] | None:
        for pattern, name in self.paths:
            if pattern.fullmatch(path):
                operation = self.document["paths"][name].get(method.lower())
                return (name, operation) if operation else None
        return None

    def problem(self, reply: httpx.Response) -> str:
        """Empty when the document allows the reply, and when it does not speak of the path at all."""
        method, path = reply.request.method, reply.request.url.path
        found = self.operation("GET" if method == "HEAD" else method, path)
        if not found:
            return ""
        name, operation = found
        where = f"{method} {name} answered {reply.status_code}"
        stated = operation["responses"].get(str(reply.status_code))
        if stated is None:
            early = reply.status_code in BEFORE_THE_ROUTE or reply.is_redirect
            return "" if early else f"{where}, which the document does not state"
        self.checked.add((method, name, reply.status_code))
        if method == "HEAD":
            return ""
        return self.body_problem(where, stated.get("content"), reply)

    def body_problem(self, where: str, content: dict[str, Any] | None, reply: httpx.Response) -> str:
        if not content:
            return f"{where} with a body" if reply.content else ""
        media_type = reply.headers.get("content-type", "").partition(";")[0]
        if media_type not in content:
            return f"{where} as {media_type or 'nothing'}; the document states {', '.join(content)}"
        if media_type != "application/json":
            return ""
        schema = {"components": self.document["components"], **content[media_type]["schema"]}
        validator = Draft202012Validator(schema, format_checker=FormatChecker())
        faults = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(reply.json())]
        return f"{where} with a body against its schema: {'; '.join(faults[:3])}" if faults else ""
