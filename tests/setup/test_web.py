"""The prepared web pages: are they what the program and the policy sent with them count on?"""

from __future__ import annotations

import gzip
import re
import shutil
import subprocess
import sys
from pathlib import Path

import prepare_web
import pytest
from setup_step import ROOT, SetupError

OUT = ROOT / "build" / "web"
CACHE = ROOT / ".cache" / "npm"


def run_script(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "script" / "prepare_web.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def page(name: str) -> str:
    return gzip.decompress((OUT / f"{name}.gz").read_bytes()).decode()


def test_manifest_names_every_file() -> None:
    files = [line.split(" ")[0] for line in (OUT / "manifest.txt").read_text().splitlines()]
    assert sorted(files) == sorted(path.name for path in OUT.glob("*.gz"))


@pytest.mark.parametrize("name", ["index.html", "docs.html", "redoc.html"])
def test_page_needs_no_leave_for_inline_code_or_style(name: str) -> None:
    text = page(name)
    assert not re.search(r"<style|\sstyle=|\son\w+=", text)
    assert all(re.search(r'src="[\w./-]+"', tag) for tag in re.findall(r"<script[^>]*>", text))
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", text)  # nothing out of another server


def test_page_writes_text_only_as_text() -> None:
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", page("app.js"))


def test_source_stays_small() -> None:
    sources = [path for path in (ROOT / "web").iterdir() if path.is_file()]
    assert sorted(path.name for path in sources) == ["app.ts", "index.html"]
    assert sum(len(path.read_text().splitlines()) for path in sources) < 400
    assert not re.search(r"\bany\b(?=[\s;,>)\]|=])", re.sub(r"//.*", "", (ROOT / "web" / "app.ts").read_text()))


def test_a_second_run_changes_nothing() -> None:
    run_script()
    before = {path: path.stat().st_mtime_ns for path in OUT.iterdir()}
    result = run_script()
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines() == [f"web: up to date in {OUT}"]
    assert {path: path.stat().st_mtime_ns for path in OUT.iterdir()} == before


def test_an_error_of_a_type_ends_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "web", tmp_path / "web")
    with (tmp_path / "web" / "app.ts").open("a") as file:
        file.write('const wrong: number = "text";\n')
    monkeypatch.setattr(prepare_web, "WEB", tmp_path / "web")
    with pytest.raises(SetupError, match="not assignable to type 'number'"):
        prepare_web.prepare(tmp_path / "out", CACHE)
    assert not (tmp_path / "out" / "web.stamp.json").exists()


def test_another_package_of_the_same_name_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(CACHE, tmp_path / "cache")
    with (tmp_path / "cache" / prepare_web.REDOC.file).open("ab") as file:
        file.write(b"more")
    monkeypatch.setattr(prepare_web, "program", lambda name: "false")
    with pytest.raises(SetupError, match=r"npm pack redoc@2\.5\.4"):
        prepare_web.prepare(tmp_path / "out", tmp_path / "cache")
