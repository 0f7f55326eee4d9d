"""Where a file's functions begin and end. C++ by its braces, Python by its syntax tree, the rest by its indentation."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Function:
    name: str
    first: int  # lines, counted from 1, both within the function
    last: int

    @property
    def lines(self) -> int:
        return self.last - self.first + 1


# ---- C++

CPP_NOISE = re.compile(
    r"""
      //[^\n]*
    | /\*.*?\*/
    | R"(?P<mark>[^()\s\\]{0,16})\(.*?\)(?P=mark)"
    | "(?:[^"\\\n]|\\.)*"
    | (?<![0-9A-Za-z_])'(?:[^'\\\n]|\\.)+'      # a character, not the separator in 1'000
    """,
    re.DOTALL | re.VERBOSE,
)
TYPE_SCOPE = re.compile(r"^(inline\s+|export\s+)*(namespace|class|struct|union|enum|extern)\b")
TEMPLATE = re.compile(r"^\s*template\s*<")
OPERATOR = re.compile(r"operator\s*[-+*/%^&|~!=<>]+")
LAMBDA = re.compile(r"=\s*\[")
ATTRIBUTE = re.compile(r"\[\[.*?\]\]|\balignas\s*\([^)]*\)", re.DOTALL)
NAME = re.compile(r"([\w:~]+)\s*\(")


def _blank(match: re.Match[str]) -> str:
    text = match.group()
    quote = text[0] if text[0] in "\"'" else ""
    return quote + "\n" * text.count("\n") + quote


def code_only(source: str) -> str:
    """The C++ with comments and the inside of literals taken out; every line keeps its number."""
    return CPP_NOISE.sub(_blank, source)


def _without_nested(head: str) -> str:
    """The head with the inside of its parentheses taken out."""
    depth = 0
    kept = []
    for char in head:
        depth -= char == ")"
        if depth == 0:
            kept.append(char)
        depth += char == "("
    return "".join(kept)


def _skip_template(head: str) -> str:
    while TEMPLATE.match(head):
        angles, rounds, at = 1, 0, head.index("<") + 1
        while at < len(head) and angles > 0:
            char = head[at]
            rounds += {"(": 1, ")": -1}.get(char, 0)
            if rounds == 0:  # inside parentheses they compare
                angles += {"<": 1, ">": -1}.get(char, 0)
            at += 1
        head = head[at:]
    return head.strip()


def _kind(head: str) -> str:
    """What the brace after this head opens: "scope" (functions may follow within), "function" or "data"."""
    head = ATTRIBUTE.sub("", _skip_template(head)).strip()
    flat = _without_nested(OPERATOR.sub("operator", head))
    if TYPE_SCOPE.match(head) and "(" not in flat:
        return "scope"
    if "=" in flat:
        return "function" if LAMBDA.search(flat) else "data"
    return "function" if "(" in flat else "data"


def cpp_functions(source: str) -> Iterator[Function]:
    code = re.sub(
        r"^[ \t]*#(?:[^\n\\]|\\.|\\\n)*", lambda m: "\n" * m.group().count("\n"), code_only(source), flags=re.MULTILINE
    )
    code = re.sub(r"\b(public|private|protected)\s*:(?!:)", lambda m: " " * len(m.group()), code)
    scopes = 0  # open braces of namespaces and types
    depth = 0  # open braces inside the function or the data at hand
    head_at, at = 0, 0
    while at < len(code):
        char = code[at]
        if depth == 0 and char == "{" and _kind(code[head_at:at]) == "scope":
            scopes += 1
            head_at = at + 1
        elif char == "{":
            depth += 1
        elif depth > 0 and char == "}":
            depth -= 1
            head = code[head_at:at]
            # In `A() : b_{1}, c_(f({2})) {` the function goes on after its first braces.
            if depth == 0 and not re.match(r"\s*[,{)]", code[at + 1 :]):
                if _kind(head[: head.index("{")]) == "function":
                    yield _function(code, head_at, at)
                head_at = at + 1
        elif depth == 0 and char == "}":
            scopes -= 1
            head_at = at + 1
        elif depth == 0 and char == ";":
            head_at = at + 1
        at += 1


def _function(code: str, start: int, end: int) -> Function:
    text = code[start:end]
    start += len(text) - len(text.lstrip())
    name = NAME.search(OPERATOR.sub("operator", _skip_template(text)))
    first, last = code.count("\n", 0, start) + 1, code.count("\n", 0, end) + 1
    return Function(name.group(1) if name else "?", first, last)


# ---- Python


def python_functions(source: str) -> Iterator[Function]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield Function(node.name, node.lineno, node.end_lineno or node.lineno)


# ---- formatted languages: the first line that closes the block is indented as the one that opened it

OPENERS = {
    "bash": re.compile(r"^(?P<indent>\s*)(?:function\s+)?(?P<name>[\w-]+)\s*\(\)\s*[({]\s*(?:#.*)?$"),
    "go": re.compile(r"^(?P<indent>)func\s+(?:\([^)]*\)\s*)?(?P<name>\w+).*\{\s*$"),
    "typescript": re.compile(
        r"^(?P<indent>\s*)(?:export\s+)?(?:default\s+)?(?:public\s+|private\s+|static\s+)*(?:async\s+)?"
        r"(?:function\s*\*?\s*(?P<name>\w*)\s*[(<]|(?:const|let)\s+(?P<arrow>\w+)\b[^;]*?=\s*(?:async\s*)?(?:\(|\w+\s*=>)|"
        r"(?!(?:if|for|while|switch|catch|return)\b)(?P<method>\w+)\s*\([^;]*\)[^;=]*\{\s*$)"
    ),
}


def indented_functions(source: str, language: str) -> Iterator[Function]:
    lines = source.splitlines()
    for number, opener in enumerate(lines):
        match = OPENERS[language].match(opener)
        if not match:
            continue
        closers = tuple(match["indent"] + closer for closer in ("}", ")"))
        for last in range(number + 1, len(lines)):
            line = lines[last]
            if line.startswith(closers) and not line.rstrip().endswith(("{", "=>")):  # not `}: Props) {`
                names = [text for group, text in match.groupdict().items() if group != "indent" and text]
                yield Function(names[0] if names else "?", number + 1, last + 1)
                break
            if line.strip() and not line.startswith((match["indent"] + " ", match["indent"] + "\t", *closers)):
                break  # a statement on one line, it had no block
