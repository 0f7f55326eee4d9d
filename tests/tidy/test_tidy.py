"""tidy.py: does each rule fire on a bad sample, stay silent on a good one, and is this repository clean?"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import functions
import pytest
import tidy

ROOT = Path(__file__).resolve().parents[2]
LAYERS = tidy.read_layers((ROOT / "cmake" / "Layers.cmake").read_text())
HEADER = "// What it is for.\n#pragma once\n"
HOME = "/ho" + "me/someone/project"  # put together, or tidy would find it here


def rules(path: str, text: str) -> set[str]:
    return {finding.rule for finding in tidy.check([tidy.File(path, text)], LAYERS)}


def test_this_repository_is_clean() -> None:
    command = [sys.executable, str(ROOT / "tests" / "tidy" / "tidy.py")]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


BAD = [
    # arrows between modules
    ("layer", "src/domain/box.cpp", '#include "storage/media_store.hpp"\n'),
    ("layer", "src/domain/box_test.cpp", '#include "storage/media_store.hpp"\n'),
    ("layer", "src/media/a.cpp", '  #  include "vision/detector.hpp"\n'),
    ("layer", "src/api/a.cpp", '#include "storage/media_store.hpp"\n'),
    ("layer", "src/nowhere/a.cpp", "int a;\n"),
    ("layer", "src/base/a.cpp", '#include "error.hpp"\n'),
    ("layer", "src/storage/a.cpp", '#include "tests/fakes/memory_stores.hpp"\n'),
    # third-party headers stay home
    ("layer", "src/api/a.cpp", "#include <boost/beast/http.hpp>\n"),
    ("layer", "src/storage/a.cpp", "#include <sqlite3.h>\n"),
    ("layer", "src/media/a.cpp", '#include <libavcodec/avcodec.h>\nextern "C" {}\n'),
    ("layer", "src/app/a.cpp", "#include <CLI/CLI.hpp>\n"),
    # what C++ may not say
    ("macro", "src/base/a.cpp", "#define LIMIT 3\n"),
    ("pragma-once", "src/base/a.hpp", "// What.\nint a;\n"),
    ("header-comment", "src/base/a.hpp", "#pragma once\n"),
    ("now", "src/storage/a.cpp", "auto t = std::chrono::system_clock::now();\n"),
    ("now", "src/http/a.cpp", "auto t = steady_clock::now();\n"),
    ("now", "src/auth/a.cpp", "auto t = ::time(nullptr);\n"),
    ("sleep", "src/media/a.cpp", "std::this_thread::sleep_for(1s);\n"),
    ("sleep", "src/media/a_test.cpp", "std::this_thread::sleep_until(t);\n"),
    ("sleep", "tests/fakes/a.hpp", HEADER + "void f() { usleep(10); }\n"),
    ("singleton", "src/storage/a.cpp", "Store& Store::instance() { return *s; }\n"),
    ("mutable-static", "src/storage/a.cpp", "void f() {\n  static std::map<int, int> cache;\n}\n"),
    ("mutable-static", "src/storage/a.cpp", "static int count = 0;\n"),
    # what no file may say
    ("machine-path", "README.md", f"Go to {HOME}.\n"),
    ("machine-path", "config/cameras.yaml", f"url: file://{HOME}\n".replace("//", " ")),
    ("silenced", "src/base/a.cpp", "int a = f();  // NOLINT(readability)\n"),
    ("silenced", "src/base/a_test.cpp", "TEST(A, DISABLED_B) {}\n"),
    ("commented-test", "src/base/a_test.cpp", "// TEST(A, B) {\n"),
    ("commented-test", "tests/functional/test_a.py", "# def test_a() -> None:\n"),
    # size
    ("file-length", "src/base/a.cpp", "int a;\n" * 501),
    ("file-length", "script/long", "#!/usr/bin/env bash\n" + "true\n" * 500),
    ("function-length", "src/base/a.cpp", "namespace n {\nint f(int a) {\n" + "  a += 1;\n" * 69 + "}\n}\n"),
    ("function-length", "tests/functional/test_a.py", "def f() -> None:\n" + "    print()\n" * 70),
    ("function-length", "web/src/a.ts", "export function f(): void {\n" + "  g();\n" * 70 + "}\n"),
    ("function-length", "web/src/a.tsx", "export const A = ({ b }: Props) => {\n" + "  g();\n" * 70 + "};\n"),
    ("function-length", "tests/camsim/a.go", "func (c *Camera) run() error {\n" + "\tg()\n" * 70 + "}\n"),
    ("function-length", "script/a", "#!/usr/bin/env bash\nf() {\n" + "  g\n" * 70 + "}\n"),
    ("schema-size", "src/schema/a.cpp", "int a;\n" * 1201),
]


@pytest.mark.parametrize(("rule", "path", "text"), BAD)
def test_fires(rule: str, path: str, text: str) -> None:
    assert rule in rules(path, text)


GOOD = [
    ("src/storage/a.cpp", '#include <vector>\n#include "domain/camera.hpp"\n#include "base/error.hpp"\n'),
    ("src/storage/sqlite/a.cpp", "#include <sqlite3.h>\n"),
    ("src/storage/a_test.cpp", '#include "tests/fakes/memory_stores.hpp"\n'),
    ("apps/sentinel/main.cpp", '#include <CLI/CLI.hpp>\n#include "app/app.hpp"\n#include "commands.hpp"\n'),
    ("src/base/clock.cpp", "auto t = std::chrono::steady_clock::now();\n"),
    ("src/app/a.cpp", "auto t = std::chrono::system_clock::now();\n"),
    ("src/base/a_test.cpp", "const auto begun = std::chrono::steady_clock::now();\n"),
    ("src/base/a.cpp", '// never system_clock::now() here\nauto text = "this_thread::sleep_for(";\n'),
    ("src/base/a.cpp", "struct A {\n  static A parse(int a);\n  static constexpr int kMax{3};\n};\nstatic const int b = 1;\n"),
    ("src/base/a.cpp", "thread_local std::string scratch;\n"),
    ("src/base/a.hpp", HEADER + "int a;\n"),
    ("src/media/a.cpp", "if (!interrupt_.sleep_for(wait)) return;\n"),
    ("src/base/a.cpp", "int f() {\n" + "  g();\n" * 68 + "}\n"),
    ("src/base/a.cpp", "constexpr int kTable[] = {\n" + "  1,\n" * 100 + "};\n"),
    ("README.md", "See /usr/share/doc, https://example.org/home/page and docs/work/list.\n"),
    ("docs/ref/openapi.json", "{}\n"),
]


@pytest.mark.parametrize(("path", "text"), GOOD)
def test_stays_silent(path: str, text: str) -> None:
    assert rules(path, text) == set()


CPP = """\
#include <x>
namespace n {
// f() { in a comment
template <class T, class = std::enable_if_t<(sizeof(T) > 1)>>
class A final : public B {
 public:
  A(int a) : a_{a}, b_(f({1, 2})), c_{} {
    run();
  }
  bool operator==(const A&) const = default;
  bool operator<(const A& other) const {
    return a_ < other.a_;
  }
  auto g() const -> std::vector<int> {
    const auto text = R"({ ) " {)";
    const char brace = '{';
    if (a_) { return {1'000, 2'000}; }
    return {};
  }
  int a_{0}, b_{1};
  std::function<void()> c_ = [] {
    run();
  };
};
const std::map<std::string, int> table{
    {"a", f(1)},
};
}  // namespace n
TEST(A, B) {
  EXPECT_TRUE(true);
}
"""


def test_finds_the_functions_of_cpp() -> None:
    found = [(f.name, f.first, f.last) for f in functions.cpp_functions(CPP)]
    lines = CPP.splitlines()
    assert [(name, lines[first - 1].strip(), last - first + 1) for name, first, last in found] == [
        ("A", "A(int a) : a_{a}, b_(f({1, 2})), c_{} {", 3),
        ("operator", "bool operator<(const A& other) const {", 3),
        ("g", "auto g() const -> std::vector<int> {", 6),
        ("void", "std::function<void()> c_ = [] {", 3),
        ("TEST", "TEST(A, B) {", 3),
    ]


TYPESCRIPT = """\
export async function load(
  id: string,
): Promise<void> {
  if (id) {
    await get(id);
  }
}
const twice = (n: number) => n * 2;
const Panel = ({ a }: Props) => {
  const [x, setX] = useState(0);
  return <p>{x}, don't</p>;
};
class Client {
  async close(): Promise<void> {
    this.socket.close();
  }
}
"""


def test_finds_the_functions_of_typescript() -> None:
    found = [(f.name, f.lines) for f in functions.indented_functions(TYPESCRIPT, "typescript")]
    assert found == [("load", 7), ("Panel", 4), ("close", 3)]


def test_an_exception_excuses_its_finding_and_no_other() -> None:
    findings = [tidy.Finding("a.cpp", 3, "macro", "x"), tidy.Finding("b.cpp", 3, "macro", "x")]
    assert tidy.excuse(findings, "# why\nmacro a.cpp the reason\n") == findings[1:]


@pytest.mark.parametrize(("line", "says"), [("macro a.cpp", "write: rule path reason"), ("now b.cpp once", "delete the line")])
def test_a_bad_exception_is_a_finding(line: str, says: str) -> None:
    findings = tidy.excuse([tidy.Finding("a.cpp", 3, "macro", "x")], line + "\n")
    assert [f.rule for f in findings if says in f.text] == ["exception"]


def test_reads_what_git_knows_or_would_add_and_no_more(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / ".gitignore").write_text("/build/\n")
    for name in ("build/a.cpp", "src/base/a.cpp", "docs/ref/openapi.json", "web/package-lock.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x\n")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\xff\xfe")
    assert [file.path for file in tidy.read_files(tmp_path)] == [".gitignore", "src/base/a.cpp"]
