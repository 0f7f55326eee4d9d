#!/usr/bin/env python3
"""Make the web pages that the program carries inside itself, gzipped, in build/web/.

The page at /ui/ is web/index.html and web/app.ts; the pages of the API's documentation are Swagger UI and Redoc, of npm,
with a starter of our own. npm only downloads (npm pack): each package is pinned, its sha512 checked here, and no script of
it is run, nor are its dependencies fetched; what is served is the bundle that its authors built. What comes out:

    build/web/*.gz               gzip with no time in it: the same sources give the same bytes
    build/web/manifest.txt       "file url content-type" a line: what cmake/Assets.cmake embeds
    build/web/web.stamp.json     sha256 of all of these; while it holds, a run changes nothing

The compiler's settings stand here (TSC_OPTIONS) and an error of a type ends the run, so there is no other check of types.
The <style> of a page becomes a file of its own: the pages are served under a policy that allows no inline style or script.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from setup_step import ROOT, SetupError, Stamp, Step, sha256

WEB = ROOT / "web"
NPM_TIMEOUT_S = 300
TSC_TIMEOUT_S = 120
TSC_OPTIONS = (
    "--strict --noUncheckedIndexedAccess --noImplicitReturns --noUnusedLocals --noUnusedParameters "
    "--exactOptionalPropertyTypes --target es2022 --module es2022 --lib es2022,dom,dom.iterable --newLine lf"
).split()


@dataclass(frozen=True)
class Package:
    name: str
    version: str
    sha512: str  # of the package's file, base64, as the registry's `dist.integrity` has it

    @property
    def file(self) -> str:
        return f"{self.name}-{self.version}.tgz"


TYPESCRIPT = Package(
    "typescript", "5.9.3", "jl1vZzPDinLr9eUt3J/t7V6FgNEw9QjvBPdysz9KfQDD41fQrC2Y4vKQdiaUpFT4bXlb1RHhLpp8wtm6M5TgSw=="
)
SWAGGER = Package(
    "swagger-ui-dist", "5.35.0", "U06rpMtW9V3XPGOBeamTUSr0Z09jMX4IJuANpE/EZbAhw0G8CgwrzU4YmXkn/h0wCDNsXdGarTNNHC3sU8yVUQ=="
)
REDOC = Package("redoc", "2.5.4", "M6jWhG1qoBnH6TFmzJnstyCZ87HmOY/UzDm78mHiYihEdlV/YcS9ogOo1NlElnJMeLsyxHFe2yFc4sNjHTrABQ==")
PACKAGES = (TYPESCRIPT, SWAGGER, REDOC)

HTML = "text/html; charset=utf-8"
JS = "text/javascript; charset=utf-8"
CSS = "text/css; charset=utf-8"
# File in build/web (without .gz) -> where the server offers it, and as what.
ASSETS = {
    "index.html": ("/ui/", HTML),
    "app.css": ("/ui/app.css", CSS),
    "app.js": ("/ui/app.js", JS),
    "docs.html": ("/api/docs", HTML),
    "docs.js": ("/api/docs/docs.js", JS),
    "swagger-ui-bundle.js": ("/api/docs/swagger-ui-bundle.js", JS),
    "swagger-ui.css": ("/api/docs/swagger-ui.css", CSS),
    "redoc.html": ("/api/redoc", HTML),
    "redoc.css": ("/api/redoc/redoc.css", CSS),
    "redoc.js": ("/api/redoc/redoc.js", JS),
    "redoc.standalone.js": ("/api/redoc/redoc.standalone.js", JS),
    "licenses.txt": ("/api/docs/licenses.txt", "text/plain; charset=utf-8"),
}

DOCS_HTML = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sentinel API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/api/docs/swagger-ui.css">
<div id="swagger-ui"></div>
<script src="/api/docs/swagger-ui-bundle.js"></script>
<script src="/api/docs/docs.js"></script>
"""
# No validator: it would send the document's address to a foreign server. No token is kept after the page is closed.
DOCS_JS = """\
SwaggerUIBundle({
  url: "/api/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  validatorUrl: null,
  persistAuthorization: false,
});
"""
REDOC_HTML = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sentinel API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/api/redoc/redoc.css">
<div id="redoc"></div>
<script src="/api/redoc/redoc.standalone.js"></script>
<script src="/api/redoc/redoc.js"></script>
"""
# Its foot would show a picture of its authors' server.
REDOC_CSS = """\
body { margin: 0; }
img[src^="https:"] { display: none; }
"""
# Search would start a worker out of a blob, which the page's policy does not allow.
REDOC_JS = """\
Redoc.init("/api/openapi.json", { disableSearch: true, hideDownloadButton: false }, document.getElementById("redoc"));
"""

STEP = Step("web")
say = STEP.say


def recipe() -> str:
    """What the outputs depend on: the sources and this script, which names the packages."""
    return " ".join(sha256(path) for path in (Path(__file__), WEB / "index.html", WEB / "app.ts"))


# ---- packages


def program(name: str) -> str:
    """node or npm: of .venv, where set-up puts them if the machine has none, else the machine's."""
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.is_file() else shutil.which(name)
    if found is None:
        raise SetupError(f"{name} is not installed: run script/setup, or install Node.js 18 or newer")
    return found


def is_whole(path: Path, package: Package) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha512").digest()
    return base64.b64encode(digest).decode() == package.sha512


def bring_packages(cache: Path) -> None:
    """Leave the checked packages in the cache."""
    cache.mkdir(parents=True, exist_ok=True)
    missing = [package for package in PACKAGES if not is_whole(cache / package.file, package)]
    if not missing:
        return
    names = [f"{package.name}@{package.version}" for package in missing]
    say(f"downloading {', '.join(names)} with npm (10 MB in all)")
    with tempfile.TemporaryDirectory(dir=cache, prefix="npm-") as folder:
        command = [program("npm"), "pack", "--silent", "--ignore-scripts", "--pack-destination", folder, *names]
        # npm is itself a program for node: it has to find the one beside it.
        path = f"{Path(command[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"
        try:
            result = subprocess.run(
                command,
                cwd=folder,
                env={**os.environ, "PATH": path, "npm_config_update_notifier": "false"},
                stdout=subprocess.DEVNULL,
                timeout=NPM_TIMEOUT_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise SetupError(f"npm gave no answer within {NPM_TIMEOUT_S} s: is its registry within reach?") from None
        if result.returncode != 0:
            raise SetupError(f"`npm pack {' '.join(names)}` failed, its reason is above")
        for package in missing:
            came = Path(folder) / package.file
            if not is_whole(came, package):
                raise SetupError(f"{package.file} is not the package we know: its sha512 differs")
            came.replace(cache / package.file)


def member(cache: Path, package: Package, name: str) -> bytes:
    with tarfile.open(cache / package.file) as tar:
        try:
            file = tar.extractfile(f"package/{name}")
        except KeyError:
            file = None
        if file is None:
            raise SetupError(f"{package.file} has no {name}")
        return file.read()


def licenses(cache: Path) -> bytes:
    """The terms of what the program carries of others: they go where the code goes."""
    files = ((SWAGGER, "LICENSE"), (SWAGGER, "NOTICE"), (REDOC, "LICENSE"))
    return b"\n".join(
        f"---- {package.name} {package.version}\n\n".encode() + member(cache, package, name) for package, name in files
    )


# ---- pages


def compile_page(cache: Path, folder: Path) -> str:
    """The JavaScript of web/app.ts; an error of a type is an error of the set-up."""
    with tarfile.open(cache / TYPESCRIPT.file) as tar:
        for entry in tar:
            found = re.fullmatch(r"package/lib/((?:_?tsc|lib\.[\w.]+\.d)\.[jt]s)", entry.name)
            source = tar.extractfile(entry) if found else None
            if found and source:
                (folder / found.group(1)).write_bytes(source.read())
    command = [program("node"), str(folder / "tsc.js"), *TSC_OPTIONS, "--outDir", str(folder), "app.ts"]
    try:
        result = subprocess.run(
            command, cwd=WEB, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=TSC_TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired:
        raise SetupError(f"the TypeScript compiler gave no answer within {TSC_TIMEOUT_S} s") from None
    if result.returncode != 0:
        raise SetupError(f"web/app.ts does not compile:\n{result.stdout.strip()}")
    return (folder / "app.js").read_text()


def split_page(html: str) -> tuple[str, str]:
    """The page with its <style> replaced by a link, and the style."""
    parts = re.split(r"(?:<!--[^>]*-->\n)?<style>\n(.*?)</style>\n", html, flags=re.DOTALL)
    if len(parts) != 3:
        raise SetupError("web/index.html must have one <style>, its tags on lines of their own")
    before, style, after = parts
    return f'{before}<link rel="stylesheet" href="app.css">\n{after}', style


def make(cache: Path, folder: Path) -> dict[str, bytes]:
    page, style = split_page((WEB / "index.html").read_text())
    return {
        "index.html": page.encode(),
        "app.css": style.encode(),
        "app.js": compile_page(cache, folder).encode(),
        "docs.html": DOCS_HTML.encode(),
        "docs.js": DOCS_JS.encode(),
        "swagger-ui-bundle.js": member(cache, SWAGGER, "swagger-ui-bundle.js"),
        "swagger-ui.css": member(cache, SWAGGER, "swagger-ui.css"),
        "redoc.html": REDOC_HTML.encode(),
        "redoc.css": REDOC_CSS.encode(),
        "redoc.js": REDOC_JS.encode(),
        "redoc.standalone.js": member(cache, REDOC, "bundles/redoc.standalone.js"),
        "licenses.txt": licenses(cache),
    }


def write_if_changed(path: Path, data: bytes) -> None:
    """A file that stays as it is keeps its time, and so nothing is embedded again for it."""
    if path.is_file() and path.read_bytes() == data:
        return
    partial = path.with_name(f"{path.name}.partial")
    partial.write_bytes(data)
    partial.replace(path)


def prepare(out: Path, cache: Path) -> None:
    stamp = Stamp(out / "web.stamp.json", recipe())
    if stamp.holds():
        say(f"up to date in {out}")
        return
    bring_packages(cache)
    say("compiling the page at /ui/, packing it and the API's pages")
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out, prefix=".making-") as folder:
        files = make(cache, Path(folder))
    for name, data in files.items():
        write_if_changed(out / f"{name}.gz", gzip.compress(data, compresslevel=9, mtime=0))
    lines = [f"{name}.gz {url} {content_type}\n" for name, (url, content_type) in ASSETS.items()]
    write_if_changed(out / "manifest.txt", "".join(lines).encode())
    stamp.write([f"{name}.gz" for name in files] + ["manifest.txt"])
    size = sum((out / f"{name}.gz").stat().st_size for name in files)
    say(f"done: {len(files)} files, {size / 1e6:.1f} MB gzipped, in {out}")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Make the web pages that the program carries inside itself.")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "web", help="folder to fill (default: %(default)s)")
    parser.add_argument("--cache", type=Path, default=ROOT / ".cache" / "npm", help="for downloads (default: %(default)s)")
    options = parser.parse_args(arguments)
    return STEP.run(lambda: prepare(options.out.resolve(), options.cache.resolve()))


if __name__ == "__main__":
    sys.exit(main())
