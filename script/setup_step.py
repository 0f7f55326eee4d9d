"""What the steps of script/setup that prepare files have in common: one wording, one kind of error, one stamp."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class SetupError(Exception):
    """Something the person at the terminal has to mend; the message says how."""


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True)
class Stamp:
    """A JSON file that says what a step made and of what, so that the next run knows that there is nothing to do.

    `recipe` is whatever the outputs depend on: another recipe, or an output that is gone or changed, and the stamp does not
    hold. Outputs are named relative to the stamp's folder.
    """

    path: Path
    recipe: str

    def holds(self) -> bool:
        try:
            stamp = json.loads(self.path.read_text())
            return bool(stamp["recipe"] == self.recipe) and all(
                sha256(self.path.parent / name) == digest for name, digest in stamp["sha256"].items()
            )
        except (OSError, ValueError, KeyError, AttributeError, TypeError):
            return False  # no stamp, a damaged one, or a missing output: all mean "make them again"

    def write(self, outputs: Iterable[str]) -> None:
        digests = {name: sha256(self.path.parent / name) for name in outputs}
        self.path.write_text(json.dumps({"recipe": self.recipe, "sha256": digests}, indent=2) + "\n")


@dataclass(frozen=True)
class Step:
    name: str

    def say(self, text: str) -> None:
        print(f"{self.name}: {text}", flush=True)

    def run(self, work: Callable[[], None]) -> int:
        """Do the work and return the exit status; an error of the set-up becomes one line on stderr."""
        try:
            work()
        except SetupError as error:
            print(f"{self.name}: {error}", file=sys.stderr)
            return 1
        return 0
