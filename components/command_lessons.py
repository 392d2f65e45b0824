"""What the command ``penumbra`` does with lessons."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.lessons import LessonShelf


def add_serve_options(serve: argparse.ArgumentParser) -> None:
    """Add what ``penumbra serve`` takes for a class."""
    serve.add_argument("--lesson", metavar="NAME", help="the lesson that a fresh page begins with")
    serve.add_argument(
        "--lessons", action="append", type=Path, default=[], metavar="FOLDER", help="a folder with lessons of your own"
    )


def shelf_of(options: argparse.Namespace) -> LessonShelf | None:
    """Return the lessons on offer, with a word on files that cannot be used; None, and what is wrong, for a name or
    folder that is not there."""
    from analysis.lessons import LessonError, LessonShelf

    try:
        shelf = LessonShelf(options.lessons)
        if options.lesson:
            shelf[options.lesson]
    except LessonError as error:
        sys.stderr.write(f"penumbra: {error}\n")
        return None
    for text in shelf.errors:
        sys.stderr.write(f"penumbra: this lesson cannot be used: {text}\n")
    return shelf
