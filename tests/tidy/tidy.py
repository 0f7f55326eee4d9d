#!/usr/bin/env python3
"""The house rules that a machine can check, over every file that git knows or would add.

usage: python tests/tidy/tidy.py [--root DIR]

Which module may include which is read from cmake/Layers.cmake, the only copy. A finding is mended, or listed with its reason
in tests/tidy/exceptions.txt; an exception that no finding needs any more is a finding itself.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from functions import Function, code_only, cpp_functions, indented_functions, python_functions

ROOT = Path(__file__).resolve().parents[2]
EXCEPTIONS = "tests/tidy/exceptions.txt"
FUNCTION_LINES_MAX = 70
FILE_LINES_MAX = 500
SCHEMA_LINES_MAX = 1200  # src/schema replaces a library; past this it has become one

GENERATED = re.compile(r"^docs/ref/|^web/src/api/schema|^third_party/|(^|/)(package-lock\.json|go\.sum)$|\.lock$")
LANGUAGES = {".cpp": "cpp", ".hpp": "cpp", ".h": "cpp", ".py": "python", ".ts": "typescript", ".tsx": "typescript", ".go": "go"}
LANGUAGES |= {".sh": "bash", ".cmake": "cmake"}


@dataclass(frozen=True)
class Finding:
    path: str
    line: int
    rule: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}: {self.text}"


@dataclass(frozen=True)
class File:
    path: str  # relative to the root, with /
    text: str

    @property
    def language(self) -> str:
        known = LANGUAGES.get(Path(self.path).suffix)
        if known is None and self.text.startswith(("#!/usr/bin/env bash", "#!/bin/bash", "#!/bin/sh")):
            return "bash"
        return known or ""

    @property
    def module(self) -> str:
        """The module under src/ that the file belongs to, "apps" for the programs, else nothing."""
        parts = self.path.split("/")
        return parts[1] if parts[0] == "src" and len(parts) > 2 else "apps" if parts[0] == "apps" else ""

    @property
    def is_test(self) -> bool:
        return self.path.startswith("tests/") or self.path.endswith("_test.cpp")

    @cached_property
    def code(self) -> str:
        return code_only(self.text)

    def line_of(self, offset: int) -> int:
        return self.text.count("\n", 0, offset) + 1

    def find(self, rule: str, pattern: re.Pattern[str], why: str, in_code: bool = False) -> Iterator[Finding]:
        """One finding for each match; in_code leaves out comments and literals, whose line numbers are the same."""
        text = self.code if in_code else self.text
        for match in pattern.finditer(text):
            yield Finding(self.path, text.count("\n", 0, match.start()) + 1, rule, f"{match.group().strip()}: {why}")


# ---- the layer table


@dataclass(frozen=True)
class Layers:
    modules: dict[str, set[str]]  # module -> the modules that it may include, itself too
    homes: dict[str, list[str]]  # prefix of a third-party header -> folders under src/, or "apps"


def read_layers(text: str) -> Layers:
    def table(name: str) -> dict[str, list[str]]:
        found = re.search(rf"set\({name}\n(.*?)\n\)", text, re.DOTALL)
        if found is None:
            raise ValueError(f"cmake/Layers.cmake has no {name}")
        rows = re.findall(r'"([^":]+):([^"]*)"', found.group(1))
        return {key: values.split() for key, values in rows}

    modules = {name: {name, *deps} for name, deps in table("SENTINEL_LAYERS").items()}
    return Layers(modules, table("SENTINEL_THIRD_PARTY_HOMES"))


INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^">]+)[">]', re.MULTILINE)


def check_includes(file: File, layers: Layers) -> Iterator[Finding]:
    if file.language != "cpp" or not file.module:
        return
    if file.module != "apps" and file.module not in layers.modules:
        yield Finding(file.path, 1, "layer", f"src/{file.module} is not in cmake/Layers.cmake")
        return
    for match in INCLUDE.finditer(file.text):
        quoted, header = match.group(1) == '"', match.group(2)
        text = check_own(file, header, layers) if quoted else check_third_party(file, header, layers)
        if text:
            yield Finding(file.path, file.line_of(match.start()), "layer", text)


def check_own(file: File, header: str, layers: Layers) -> str:
    target = header.split("/", maxsplit=1)[0]
    if target == "tests":
        # A header in src/ that only tests include may use the fakes; a source that is linked into the program may not.
        return "" if file.is_test or file.path.endswith(".hpp") else f"{header}: the program includes a part of the tests"
    if target not in layers.modules or "/" not in header:
        beside = file.module == "apps" and "/" not in header
        return "" if beside else f"{header}: include our own headers by their path below src/"
    allowed = {"app", "base"} if file.module == "apps" else layers.modules[file.module]
    if target in allowed or (file.module == "apps" and "app" in layers.modules and target in layers.modules["app"]):
        return ""
    return f"{header}: {file.module} may include {' '.join(sorted(allowed))} only (cmake/Layers.cmake)"


def check_third_party(file: File, header: str, layers: Layers) -> str:
    for prefix, homes in layers.homes.items():
        if header.startswith(prefix):
            folder = file.path.removeprefix("src/")
            if not any(folder.startswith(f"{home}/") for home in homes):
                return f"<{header}> belongs in {' and '.join(homes)} only (cmake/Layers.cmake)"
    return ""


# ---- size


def functions_of(file: File) -> Iterable[Function]:
    match file.language:
        case "cpp":
            return cpp_functions(file.text)
        case "python":
            return python_functions(file.text)
        case "typescript" | "go" | "bash":
            return indented_functions(file.text, file.language)
        case _:
            return ()


def check_size(file: File) -> Iterator[Finding]:
    if not file.language:
        return
    for function in functions_of(file):
        if function.lines > FUNCTION_LINES_MAX:
            text = f"{function.name} has {function.lines} lines, at most {FUNCTION_LINES_MAX}"
            yield Finding(file.path, function.first, "function-length", text)
    lines = len(file.text.splitlines())
    if lines > FILE_LINES_MAX:
        yield Finding(file.path, 1, "file-length", f"{lines} lines, at most {FILE_LINES_MAX}")


def check_schema_size(files: Iterable[File]) -> Iterator[Finding]:
    lines = sum(len(f.text.splitlines()) for f in files if f.module == "schema" and f.language == "cpp" and not f.is_test)
    if lines > SCHEMA_LINES_MAX:
        yield Finding("src/schema", 1, "schema-size", f"{lines} lines without tests, at most {SCHEMA_LINES_MAX}")


# ---- what C++ may not say

MACRO = re.compile(r"^[ \t]*#[ \t]*define\b.*", re.MULTILINE)
NOW = re.compile(
    r"\b(?:system_clock|steady_clock|high_resolution_clock)\s*::\s*now\b|\bgettimeofday\s*\(|\bclock_gettime\s*\("
    r"|\bstd::time\s*\(|(?<![\w:])::time\s*\("
)
SLEEP = re.compile(r"\bthis_thread::sleep_(?:for|until)\s*\(|\b(?:usleep|nanosleep)\s*\(|(?<![\w:])::sleep\s*\(")
SINGLETON = re.compile(r"\b(?:instance|get_instance|getInstance|singleton)\s*\(\s*\)\s*(?:noexcept\s*)?\{")
# A thread's own scratch buffer and a once_flag are let be: nobody can see a change of theirs.
MUTABLE_STATIC = re.compile(
    r"^[ \t]*(?:inline[ \t]+)?static[ \t]+(?:inline[ \t]+)?"
    r"(?!const\b|constexpr\b|constinit\b|thread_local\b|std::once_flag\b)"
    r"[\w:<>, *&]+?[ \t&*]\w+[ \t]*(?:=(?!=)|\{|;)[^\n]*",
    re.MULTILINE,
)
MAY_TELL_TIME = ("src/base/clock.cpp", "src/app/", "apps/")


def check_cpp(file: File) -> Iterator[Finding]:
    if file.language != "cpp":
        return
    in_program = file.path.startswith(("src/", "apps/"))
    if in_program:
        yield from file.find("macro", MACRO, "no macros: a constant, an inline function or a template", in_code=True)
        yield from file.find("singleton", SINGLETON, "app/ makes every object once and hands it in", in_code=True)
        yield from file.find("mutable-static", MUTABLE_STATIC, "state that nobody owns: make it a member", in_code=True)
    if file.path.endswith((".hpp", ".h")):
        if "#pragma once" not in file.text:
            yield Finding(file.path, 1, "pragma-once", "a header says #pragma once")
        if not file.text.startswith("//"):
            yield Finding(file.path, 1, "header-comment", "a header begins with a // comment: what it is for and its contract")
    if not file.path.startswith(MAY_TELL_TIME):
        yield from file.find("sleep", SLEEP, "wait for what you wait for, with a Clock or a condition", in_code=True)
        if in_program and not file.is_test:
            yield from file.find("now", NOW, "time is handed in as base/clock.hpp's Clock", in_code=True)


# ---- what no file may say

MACHINE_PATH = re.compile(r"(?<![\w./-])/(?:work|farm|root|home|Users)/[\w.-]+")
SILENCED = re.compile(r"\bNOLINT\w*|\bDISABLED_\w+")
COMMENTED_TEST = re.compile(r"^[ \t]*//[ \t]*TEST(?:_F|_P)?\s*\(.*|^[ \t]*#[ \t]*(?:async )?def test_.*", re.MULTILINE)


def check_text(file: File) -> Iterator[Finding]:
    yield from file.find("machine-path", MACHINE_PATH, "a path of one machine")
    if not file.language or file.path.startswith("tests/tidy/"):
        return
    yield from file.find("silenced", SILENCED, "mend it, or list it in tests/tidy/exceptions.txt with the reason")
    yield from file.find("commented-test", COMMENTED_TEST, "a test is run or deleted")


# ---- all of it


def read_files(root: Path) -> list[File]:
    command = ["git", "-C", str(root), "ls-files", "-z", "-co", "--exclude-standard"]
    listing = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    files = []
    for name in sorted(filter(None, listing.split("\0"))):
        path = root / name
        if GENERATED.search(name) or path.is_symlink() or not path.is_file():
            continue
        try:
            files.append(File(name, path.read_text(encoding="utf-8")))
        except UnicodeDecodeError:  # a picture, a corpus of a fuzzer
            continue
    return files


def check(files: Sequence[File], layers: Layers) -> list[Finding]:
    findings = list(check_schema_size(files))
    for file in files:
        findings += check_includes(file, layers)
        findings += check_size(file)
        findings += check_cpp(file)
        findings += check_text(file)
    return findings


def excuse(findings: Sequence[Finding], text: str) -> list[Finding]:
    """Take out what exceptions.txt lists, "rule path reason" a line, and add what is wrong with the list."""
    excused: set[tuple[str, str]] = set()
    result: list[Finding] = []
    found = {(finding.rule, finding.path) for finding in findings}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        rule, path, reason = (*line.split(maxsplit=2), "", "", "")[:3]
        excused.add((rule, path))
        if not reason:
            result.append(Finding(EXCEPTIONS, number, "exception", "write: rule path reason"))
        elif (rule, path) not in found:
            result.append(Finding(EXCEPTIONS, number, "exception", f"{path} no longer needs it: delete the line"))
    return [finding for finding in findings if (finding.rule, finding.path) not in excused] + result


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Check the house rules that a machine can check.")
    parser.add_argument("--root", type=Path, default=ROOT, help="the checkout to read (default: %(default)s)")
    root = parser.parse_args(arguments).root.resolve()
    files = read_files(root)
    exceptions = root / EXCEPTIONS
    layers = read_layers((root / "cmake" / "Layers.cmake").read_text())
    findings = excuse(check(files, layers), exceptions.read_text() if exceptions.is_file() else "")
    for finding in findings:
        print(finding)
    print(f"tidy: {len(files)} files, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
