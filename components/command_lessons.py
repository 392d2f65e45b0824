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


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``penumbra export-lesson``."""
    export = commands.add_parser(
        "export-lesson",
        help="write a lesson that is read without a server",
        description="Write a lesson with pictures, numbers and text: one HTML file, or a folder. "
        "`penumbra serve --lesson NAME` opens it live.",
    )
    export.add_argument("name", metavar="NAME", help="the lesson's name, as its file is called")
    export.add_argument("out", type=Path, metavar="OUT", help="a file that ends in .html, or a folder")
    export.add_argument(
        "--lessons", action="append", type=Path, default=[], metavar="FOLDER", help="a folder with lessons of your own"
    )
    export.add_argument(
        "--drawn", action="store_true", help="draw the planes instead of taking pictures of the page in a browser"
    )
    export.add_argument("--theme", choices=("dark", "light"), default="light", help="how the pictures look")
    export.set_defaults(run=_export, lesson="")


def _export(options: argparse.Namespace) -> int:
    import asyncio
    from dataclasses import replace

    from analysis.lessons import LessonError
    from analysis.lessons.export import write_lesson
    from components.lesson_export import find_browser, take_pictures, walk

    def tell(text: str) -> None:
        if sys.stdout.isatty():
            sys.stdout.write(f"\r\033[K{options.name}: {text}")
            sys.stdout.flush()

    shelf = shelf_of(options)
    if shelf is None:
        return 1
    try:
        lesson = shelf[options.name]
        browser = None if options.drawn else find_browser()
        pages = asyncio.run(walk(shelf, options.name, draw=browser is None))
        if browser is not None:
            pictures = take_pictures(lesson, options.lessons, browser, options.theme, tell)
            pages = [replace(page, pictures=(picture,)) for page, picture in zip(pages, pictures, strict=True)]
        elif not options.drawn:
            sys.stderr.write(
                "penumbra: the planes are drawn, for there is no browser to take pictures of the page with. "
                "Install Chromium and the Python package playwright, or set PENUMBRA_BROWSER.\n"
            )
        place = write_lesson(lesson, pages, options.out)
    except (LessonError, ValueError, OSError, RuntimeError) as error:
        sys.stderr.write(f"penumbra: {error}\n")
        return 1
    tell("")
    sys.stdout.write(f"{lesson.title}: {len(pages)} steps in {place}\n")
    return 0
