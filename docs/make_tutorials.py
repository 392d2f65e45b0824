"""Makes docs/tutorials from the lessons' own files, with pictures of the running app: ``make tutorials``."""

import io
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from PIL import Image  # noqa: E402

from analysis.lessons import Lesson, LessonShelf  # noqa: E402
from analysis.lessons.export import lesson_markdown  # noqa: E402
from components.lesson_export import find_browser, take_pictures  # noqa: E402

TUTORIALS, PICTURES = ROOT / "docs" / "tutorials", ROOT / "docs" / "pictures" / "lessons"
MOST_PICTURES = 4


def shown_steps(lesson: Lesson) -> list[int]:
    """The steps with a picture: the first, and those that change the page, at most four."""
    acts = [
        number
        for number, step in enumerate(lesson.steps)
        if step.show_me and (step.show_me.cuts or step.show_me.star or step.show_me.fold or step.show_me.page)
    ]
    wanted = [0, *acts, len(lesson.steps) - 1]
    few = sorted(dict.fromkeys(wanted))
    return [few[round(i * (len(few) - 1) / (MOST_PICTURES - 1))] for i in range(MOST_PICTURES)] if len(few) > 4 else few


def small(data: bytes) -> bytes:
    """A picture with few colours and at two thirds of its size, which is enough to read it."""
    with Image.open(io.BytesIO(data)) as picture:
        less = picture.convert("RGB").resize((1080, 675), Image.Resampling.LANCZOS).quantize(96)
    out = io.BytesIO()
    less.save(out, "PNG", optimize=True)
    return out.getvalue()


def make(lesson: Lesson, browser: str | None) -> None:
    wanted = shown_steps(lesson)
    names: list[str | None] = [
        f"{lesson.name}-{n + 1:02d}.png" if n in wanted else None for n in range(len(lesson.steps))
    ]
    if browser is not None:
        PICTURES.mkdir(parents=True, exist_ok=True)
        taken = take_pictures(lesson, (), browser, "dark", print)
        for old in PICTURES.glob(f"{lesson.name}-*.png"):
            old.unlink()
        for name, data in zip(names, taken, strict=True):
            if name is not None:
                (PICTURES / name).write_bytes(small(data))
    named = [f"{lesson.name}-{number + 1:02d}.png" for number in range(len(lesson.steps))]
    sources = [f"../pictures/lessons/{name}" if (PICTURES / name).is_file() else None for name in named]
    TUTORIALS.mkdir(exist_ok=True)
    (TUTORIALS / f"{lesson.name}.md").write_text(lesson_markdown(lesson, sources), encoding="utf-8")


def main(names: list[str]) -> None:
    shelf = LessonShelf()
    texts_only = "--texts" in names
    for lesson in shelf:
        if not (wanted := [name for name in names if not name.startswith("-")]) or lesson.name in wanted:
            make(lesson, None if texts_only else find_browser())


if __name__ == "__main__":
    main(sys.argv[1:])
