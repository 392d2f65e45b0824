"""A lesson to read without a server: one HTML file, or a folder with its pictures."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from analysis.lessons.lesson import Lesson, Step
from analysis.lessons.prose import prose_html

# Nothing in the page may run or be fetched, whatever a teacher's file holds.
_POLICY = "default-src 'none'; img-src data: 'self'; style-src 'unsafe-inline'"
_STYLE = """
:root { color-scheme: light dark; --line: #8885; --soft: #667; --mark: #b45f06; }
@media (prefers-color-scheme: dark) { :root { --soft: #aab4c0; --mark: #f2a33a; } }
body { font: 16px/1.6 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.8rem; margin: 0 0 .5rem; } h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; }
p { margin: .5rem 0; } .soft { color: var(--soft); font-size: .9rem; }
figure { margin: 1rem 0; } img { width: 100%; height: auto; border: 1px solid var(--line); border-radius: 8px; }
.ask { border-left: 4px solid var(--mark); padding: .2rem 0 .2rem .9rem; margin: 1rem 0; }
details { margin: .7rem 0; } summary { cursor: pointer; font-weight: 600; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .95rem; }
td, th { text-align: left; padding: .2rem 1rem .2rem 0; border-top: 1px solid var(--line); vertical-align: top; }
th { font-weight: 400; color: var(--soft); } code { overflow-wrap: anywhere; }
@media print { body { max-width: none; margin: 0; } figure, table { break-inside: avoid; } }
"""


@dataclass(frozen=True)
class StepPage:
    """What a step looks like once it is done: pictures (PNG or SVG bytes) and the numbers, name and value."""

    pictures: tuple[bytes, ...] = ()
    numbers: tuple[tuple[str, str], ...] = ()


def picture_type(data: bytes) -> str:
    """The media type of a picture's bytes: PNG or SVG; raises ValueError for others."""
    if data.startswith(b"\x89PNG"):
        return "image/png"
    if data.lstrip().startswith(b"<svg"):
        return "image/svg+xml"
    raise ValueError("a picture of a lesson is a PNG or an SVG")


def lesson_html(lesson: Lesson, pages: Sequence[StepPage], sources: Sequence[Sequence[str]]) -> str:
    """The lesson as an HTML page; `sources` are the addresses of each step's pictures, data or relative ones.

    Raises ValueError where there is not one page a step.
    """
    if len(pages) != len(lesson.steps) or len(sources) != len(lesson.steps):
        raise ValueError(f"{lesson.title!r} has {len(lesson.steps)} steps, not {len(pages)}")
    learn = "".join(f"<li>{prose_html(line).removeprefix('<p>').removesuffix('</p>')}</li>" for line in lesson.learn)
    cited = "".join(f"<li>{escape(line)}</li>" for line in lesson.sources)
    steps = "".join(
        _step_html(number, step, page, shown)
        for number, (step, page, shown) in enumerate(zip(lesson.steps, pages, sources, strict=True), start=1)
    )
    live = f"penumbra serve --lesson {lesson.name} --show"
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(lesson.title)}</title><style>{_STYLE}</style></head><body><main>"
        f"<h1>{escape(lesson.title)}</h1><p>{escape(lesson.summary)}</p>"
        f'<p class="soft">{lesson.minutes} minutes, {len(lesson.steps)} steps. '
        f"To do it yourself: <code>{escape(live)}</code></p>"
        + (f"<h2>What you learn</h2><ul>{learn}</ul>" if learn else "")
        + steps
        + (f"<h2>Sources</h2><ul>{cited}</ul>" if cited else "")
        + "</main></body></html>"
    )


def _step_html(number: int, step: Step, page: StepPage, sources: Sequence[str]) -> str:
    parts = [f'<section><h2 id="step-{number}">{number}. {escape(step.title)}</h2>', prose_html(step.text)]
    if step.question:
        choices = "".join(f"<li>{escape(choice)}</li>" for choice in step.choices)
        unit = f" ({escape(step.unit)})" if step.unit else ""
        parts.append(
            f'<div class="ask"><strong>{escape(step.question)}</strong>{unit}'
            + (f"<ul>{choices}</ul>" if choices else "")
            + "</div>"
        )
    if step.hint:
        parts.append(f"<details><summary>Hint</summary>{prose_html(step.hint)}</details>")
    rows = "".join(f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in page.numbers)
    figures = "".join(
        f'<figure><img src="{escape(source)}" alt="The page at step {number}: {escape(step.title)}"></figure>'
        for source in sources
    )
    if step.waits:
        parts.append(
            "<details><summary>What you should get</summary>"
            + (f"<table>{rows}</table>" if rows else "")
            + prose_html(step.afterwards) * bool(step.afterwards)
            + figures
            + "</details>"
        )
    else:
        parts.append(figures)
    return "".join([*parts, "</section>"])


def write_lesson(lesson: Lesson, pages: Sequence[StepPage], out: str | Path) -> Path:
    """Write the lesson: one self-contained file where `out` ends in .html, else a folder; returns the page's path.

    Raises OSError where it cannot be written.
    """
    target = Path(out)
    if target.suffix.lower() in (".html", ".htm"):
        sources = [
            [f"data:{picture_type(data)};base64,{b64encode(data).decode()}" for data in page.pictures] for page in pages
        ]
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(lesson_html(lesson, pages, sources), encoding="utf-8")
        return target
    folder = target / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    sources = []
    for number, page in enumerate(pages, start=1):
        names = []
        for part, data in enumerate(page.pictures):
            end = "svg" if picture_type(data) == "image/svg+xml" else "png"
            name = f"step-{number:02d}{'abc'[part] if part < 3 and len(page.pictures) > 1 else ''}.{end}"
            (folder / name).write_bytes(data)
            names.append(f"pictures/{name}")
        sources.append(names)
    index = target / "index.html"
    index.write_text(lesson_html(lesson, pages, sources), encoding="utf-8")
    return index


def lesson_markdown(lesson: Lesson, pictures: Sequence[str | None]) -> str:
    """The lesson as a tutorial in Markdown; `pictures` are the addresses of each step's picture, None for none."""
    lines = [
        f"# {lesson.title}", "", lesson.summary, "",
        f"*{lesson.minutes} minutes, {len(lesson.steps)} steps.* Do it in the page: `penumbra serve --lesson "
        f"{lesson.name} --show`, or open the tab **Learn**.", "",
    ]  # fmt: skip
    if lesson.learn:
        lines += ["You learn", "", *(f"- {line}" for line in lesson.learn), ""]
    for number, (step, picture) in enumerate(zip(lesson.steps, pictures, strict=True), start=1):
        lines += [f"## {number}. {step.title}", "", step.text, ""]
        if step.question:
            lines += [f"**{step.question}**" + (f" ({step.unit})" if step.unit else ""), ""]
            lines += [*(f"- {choice}" for choice in step.choices), ""] if step.choices else []
        if picture:
            lines += [f"![The page at step {number}: {step.title}]({picture})", ""]
        if step.afterwards:
            lines += [step.afterwards, ""]
        shown = f"{step.show_me.answer} {step.unit}".strip() if step.show_me and step.show_me.answer else ""
        shown = shown or (step.show_me.choice if step.show_me else "")
        if step.question and shown:
            lines += [f"Answer: {shown}", ""]
    if lesson.sources:
        lines += ["## Sources", "", *(f"- {line}" for line in lesson.sources), ""]
    return "\n".join(lines)
