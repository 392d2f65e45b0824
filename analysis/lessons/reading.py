"""Lessons as TOML files: reading them, with errors that name file and step; finding those of a folder."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from analysis.lessons.anchors import check_anchor
from analysis.lessons.conditions import Condition, read_condition
from analysis.lessons.errors import LessonError, as_number, as_text, as_texts, near_hint, refuse_unknown
from analysis.lessons.lesson import Acts, Lesson, Step
from analysis.selection import PRESETS, parse

# data/ lies beside analysis/, in a clone as in an installation.
LESSON_FOLDER = Path(__file__).resolve().parents[2] / "data" / "lessons"
SLOTS = ("first", "second", "third", "fourth")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_HEAD = ("title", "summary", "dataset", "minutes", "learn", "sources", "needs", "start", "step")
_STEP = (
    "title", "text", "point_at", "look_at", "done_when", "hint", "afterwards", "question", "unit", "choices", "prepare",
    "show_me",
)  # fmt: skip
_ACTS = ("open_cuts", "sliders", "preset", "cuts", "figures", "layout", "page", "star", "fold", "answer", "choice")


def read_lesson(path: str | Path) -> Lesson:
    """The lesson of a TOML file; its name is the file's. Raises LessonError naming file, step and what to do."""
    file = Path(path)
    if not _NAME.fullmatch(file.stem):
        raise LessonError(
            f"the file's name {file.stem!r} cannot name a lesson",
            "Use lower-case letters, digits and hyphens",
            path=file,
        )
    try:
        saved = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise LessonError(f"it cannot be read ({error.strerror})", "Give a file you may read", path=file) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise LessonError(f"this is no TOML file ({error})", "Mend that line", path=file) from error
    try:
        return lesson_from(saved, file.stem, file)
    except LessonError as error:
        raise error.at(path=file) from None


def lesson_from(saved: Mapping[str, Any], name: str, path: Path | None = None) -> Lesson:
    """The lesson of a mapping as a TOML file gives it; raises LessonError."""
    refuse_unknown(saved, _HEAD, "a lesson")
    for wanted in ("title", "summary", "dataset"):
        if wanted not in saved:
            raise LessonError(f"the lesson lacks its {wanted}", f'Add {wanted} = "…" at the top of the file')
    listed = saved.get("step", [])
    if not isinstance(listed, list) or not listed:
        raise LessonError("the lesson has no steps", "Begin each step with [[step]]")
    steps = []
    for number, given in enumerate(listed, start=1):
        try:
            steps.append(_step(given))
        except LessonError as error:
            raise error.at(step=number) from None
    start = saved.get("start", {})
    return Lesson(
        name=name,
        title=as_text(saved["title"], "title"),
        summary=as_text(saved["summary"], "summary"),
        dataset=as_text(saved["dataset"], "dataset"),
        minutes=int(as_number(saved.get("minutes", 10), "minutes")),
        learn=as_texts(saved["learn"], "learn") if "learn" in saved else (),
        sources=as_texts(saved["sources"], "sources") if "sources" in saved else (),
        needs=as_texts(saved["needs"], "needs") if "needs" in saved else (),
        start=_acts({"open_cuts": True, **start} if isinstance(start, Mapping) else start, "start"),
        steps=tuple(steps),
        path=path,
    )


def _step(given: Any) -> Step:
    if not isinstance(given, Mapping):
        raise LessonError(f"a step must be a table, not {given!r:.40}", "Begin it with [[step]]")
    refuse_unknown(given, _STEP, "a step")
    for wanted in ("title", "text"):
        if wanted not in given:
            raise LessonError(f"the step lacks its {wanted}", f'Add {wanted} = "…"')
    done_when = _conditions(given.get("done_when", []))
    question = as_text(given["question"], "question") if "question" in given else ""
    choices = as_texts(given["choices"], "choices") if "choices" in given else ()
    asks = any(condition.asks for condition in done_when)
    if asks != bool(question):
        raise LessonError(
            "a question and its answer belong together",
            'Give both question = "…" and done_when = { answer = 1.4, tolerance = 0.1 } or { choice = "…" }',
        )
    wanted_choice = next((c["choice"] for c in _tables(given.get("done_when", [])) if "choice" in c), None)
    if wanted_choice is not None and wanted_choice not in choices:
        raise LessonError(f"the right choice {wanted_choice!r} is not among the choices", "Add it to choices = […]")
    return Step(
        title=as_text(given["title"], "title"),
        text=as_text(given["text"], "text"),
        point_at=_anchors(given, "point_at"),
        look_at=_anchors(given, "look_at"),
        done_when=done_when,
        hint=as_text(given["hint"], "hint") if "hint" in given else "",
        afterwards=as_text(given["afterwards"], "afterwards") if "afterwards" in given else "",
        question=question,
        unit=as_text(given["unit"], "unit") if "unit" in given else "",
        choices=choices,
        prepare=_acts(given.get("prepare", {}), "prepare"),
        show_me=_acts(given["show_me"], "show_me") if "show_me" in given else None,
    )


def _anchors(given: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple(check_anchor(text) for text in as_texts(given[name], name)) if name in given else ()


def _tables(given: Any) -> list[Any]:
    return [table for table in (given if isinstance(given, list) else [given]) if isinstance(table, Mapping)]


def _conditions(given: Any) -> tuple[Condition, ...]:
    return tuple(read_condition(table) for table in (given if isinstance(given, list) else [given]))


def _acts(given: Any, where: str) -> Acts:
    if not isinstance(given, Mapping):
        raise LessonError(f"{where} must be a table, not {given!r:.40}", f'Write {where} = {{ star = "…" }}')
    refuse_unknown(given, _ACTS, where)
    figures = given.get("figures", {})
    if not isinstance(figures, Mapping):
        raise LessonError(f"figures must map places to figures, not {figures!r:.40}", 'Write { second = "sky" }')
    for slot in figures:
        if slot not in SLOTS:
            raise LessonError(f"{where} names a plane {slot!r}", near_hint(slot, SLOTS))
    preset = str(given.get("preset", ""))
    if preset and preset not in PRESETS:
        raise LessonError(f"there is no preset {preset!r}", near_hint(preset, PRESETS))
    cuts = as_texts(given["cuts"], "cuts") if "cuts" in given else ()
    for cut in cuts:
        try:
            parse(cut)
        except ValueError as error:
            raise LessonError(f"{cut!r} is no cut: {error}", "Write it as in the field of typed cuts") from None
    return Acts(
        open_cuts=bool(given.get("open_cuts", False)),
        sliders=as_texts(given["sliders"], "sliders") if "sliders" in given else (),
        preset=preset,
        cuts=cuts,
        figures={slot: as_text(key, "figures") for slot, key in figures.items()},
        layout=str(given.get("layout", "")),
        page=str(given.get("page", "")),
        star=str(given.get("star", "")),
        fold=as_number(given["fold"], "fold") if "fold" in given else None,
        answer=str(given.get("answer", "")),
        choice=str(given.get("choice", "")),
    )


def read_folder(folder: str | Path) -> tuple[list[Lesson], list[LessonError]]:
    """The lessons of all TOML files of a folder, by name, and what is wrong with the others.

    Raises LessonError where there is no such folder.
    """
    place = Path(folder)
    if not place.is_dir():
        raise LessonError("there is no such folder of lessons", "Give a folder with TOML files", path=place)
    lessons, errors = [], []
    for path in sorted(place.glob("*.toml")):
        try:
            lessons.append(read_lesson(path))
        except LessonError as error:
            errors.append(error)
    return lessons, errors


class LessonShelf:
    """The lessons on offer: those that ship, then those of a teacher's folders, which may replace shipped ones.

    Files that cannot be used are kept as `errors`, a sentence each. Raises LessonError for a folder that is absent.
    """

    def __init__(self, folders: Iterable[str | Path] = (), shipped: str | Path = LESSON_FOLDER) -> None:
        found: dict[str, Lesson] = {}
        errors: list[LessonError] = []
        for folder in (shipped, *folders):
            lessons, wrong = read_folder(folder)
            found.update({lesson.name: lesson for lesson in lessons})
            errors += wrong
        self._lessons = {lesson.name: lesson for lesson in sorted(found.values(), key=_rank)}
        self.errors = tuple(error.text for error in errors)

    def __iter__(self) -> Any:
        return iter(self._lessons.values())

    def __len__(self) -> int:
        return len(self._lessons)

    def __contains__(self, name: object) -> bool:
        return name in self._lessons

    def __getitem__(self, name: str) -> Lesson:
        """The lesson of this name; raises LessonError with the nearest ones."""
        if name not in self._lessons:
            raise LessonError(f"there is no lesson {name!r}", near_hint(name, self._lessons))
        return self._lessons[name]


ORDER = (
    "find-a-black-hole", "why-ruwe", "fold-p-or-2p", "emission-lines-by-pca", "grade-a-triage", "tune-a-threshold",
)  # fmt: skip


def _rank(lesson: Lesson) -> tuple[int, str]:
    return (ORDER.index(lesson.name) if lesson.name in ORDER else len(ORDER)), lesson.name
