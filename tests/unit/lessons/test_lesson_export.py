"""A lesson to read without a server: all steps, pictures inside or beside, and nothing that could run."""

import re
from pathlib import Path

import numpy as np
import pytest

from analysis.lessons import lesson_from
from analysis.lessons.export import StepPage, lesson_html, lesson_markdown, write_lesson
from analysis.lessons.plane_svg import PlaneAxis, plane_svg

PNG = b"\x89PNG\r\n\x1a\nrest"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"></svg>'
LESSON = lesson_from(
    {
        "title": "Stars & <signs>",
        "summary": "What one learns.",
        "dataset": "mu2022",
        "step": [
            {"title": "Read", "text": "One **bold** word <script>alert(1)</script>."},
            {
                "title": "Ask",
                "text": "Count.",
                "question": "How many?",
                "unit": "stars",
                "done_when": {"answer": 35},
                "show_me": {"answer": "35"},
                "hint": "Look.",
                "afterwards": "Well done.",
            },
        ],
    },
    "mine",
)
PAGES = (StepPage((PNG,)), StepPage((SVG,), (("Answer", "35 stars"), ("Cuts", "ruwe > 1.4 & x < 3"))))


def test_one_file_holds_everything_and_runs_nothing(tmp_path: Path) -> None:
    path = write_lesson(LESSON, PAGES, tmp_path / "deep" / "lesson.html")
    text = path.read_text(encoding="utf-8")
    assert [path.name for path in path.parent.iterdir()] == ["lesson.html"]
    assert text.count("<img") == 2
    assert "data:image/png;base64," in text
    assert "data:image/svg+xml;base64," in text
    assert "<script" not in text
    assert not re.search(r"""(?:src|href)=["']https?:""", text)
    for part in (
        "Stars &amp; &lt;signs&gt;",
        "2. Ask",
        "How many?",
        "Well done.",
        "ruwe &gt; 1.4 &amp; x &lt; 3",
        "35 stars",
    ):
        assert part in text
    assert "penumbra serve --lesson mine" in text


def test_a_folder_has_the_pictures_beside_the_page(tmp_path: Path) -> None:
    index = write_lesson(LESSON, PAGES, tmp_path / "lesson")
    assert index == tmp_path / "lesson" / "index.html"
    assert {path.name for path in (tmp_path / "lesson" / "pictures").iterdir()} == {"step-01.png", "step-02.svg"}
    assert 'src="pictures/step-01.png"' in index.read_text(encoding="utf-8")


def test_every_step_needs_its_page() -> None:
    with pytest.raises(ValueError, match="2 steps, not 1"):
        lesson_html(LESSON, PAGES[:1], [[]])


def test_a_tutorial_has_questions_answers_and_pictures() -> None:
    text = lesson_markdown(LESSON, [None, "../pictures/ask.png"])
    assert text.startswith("# Stars & <signs>")
    assert "## 2. Ask" in text
    assert "![The page at step 2: Ask](../pictures/ask.png)" in text
    assert "Answer: 35 stars" in text


def test_a_drawn_plane_shows_passing_stars_where_they_are() -> None:
    x, y = PlaneAxis("Period (d)", 0.1, 10, logarithmic=True), PlaneAxis("M (mag)", 0, 10, inverted=True)
    picture = plane_svg(
        "A <plane>", x, y, np.array([1.0, 0.1, np.nan, 50]), np.array([5.0, 0.0, 1, 1]),
        np.array([True, False, True, True]), picked=0,
    ).decode()  # fmt: skip
    faint, strong = re.findall(r'<path d="([^"]*)"', picture)
    assert faint == "M64.0 30.0h0"  # the left end; magnitude 0 is at the top of an inverted axis
    assert strong == "M345.0 202.0h0"  # the middle of both axes; missing and outside ones are left out
    assert '<circle cx="345.0" cy="202.0"' in picture
    assert "A &lt;plane&gt;" in picture
