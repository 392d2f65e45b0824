"""Lessons as files: what a teacher may write, and what is said of a mistake."""

from pathlib import Path

import pytest

from analysis.lessons import LESSON_FOLDER, LessonError, LessonShelf, prose_html, read_lesson

GOOD = """
title = "A lesson"
summary = "What one learns."
dataset = "mu2022"

[[step]]
title = "Read"
text = "Two *words*."

[[step]]
title = "Do"
text = "Cut."
point_at = ["cut:half_delta_vr", "cuts"]
done_when = [{ column = "half_delta_vr", low_at_least = 100 }, { passing_at_most = 40 }]
show_me = { cuts = ["half_delta_vr >= 100"] }
"""


def written(folder: Path, text: str, name: str = "mine.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_lesson_is_read_with_its_steps(tmp_path: Path) -> None:
    lesson = read_lesson(written(tmp_path, GOOD))
    assert (lesson.name, lesson.title, lesson.dataset) == ("mine", "A lesson", "mu2022")
    assert [step.waits for step in lesson.steps] == [False, True]
    assert lesson.steps[1].point_at == ("cut:half_delta_vr", "cuts")
    assert lesson.steps[1].show_me is not None
    assert lesson.steps[1].show_me.cuts == ("half_delta_vr >= 100",)
    assert lesson.columns == {"half_delta_vr"}


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        ("low_at_least", "lowest", ["step 2", "'lowest'", "low_at_least"]),
        ('"cut:half_delta_vr"', '"cutt:half_delta_vr"', ["step 2", "'cutt'", "cut"]),
        ('"cut:half_delta_vr"', '"cut"', ["step 2", "cut:COLUMN"]),
        ("passing_at_most = 40", "pasing_at_most = 40", ["step 2", "'pasing_at_most'", "passing_at_most"]),
        ("passing_at_most = 40", 'passing_at_most = "40"', ["step 2", "must be a number", "without quotes"]),
        ('title = "Read"\n', "", ["step 1", "lacks its title"]),
        ('dataset = "mu2022"\n', "", ["lacks its dataset"]),
        ("half_delta_vr >= 100", "half_delta_vr >= ", ["step 2", "is no cut"]),
        ('text = "Cut."', 'text = "Cut."\nquestion = "How many?"', ["step 2", "question and its answer"]),
        ("[[step]]", "[step", ["TOML"]),
    ],
)
def test_a_mistake_names_file_and_step_and_what_to_do(tmp_path: Path, old: str, new: str, parts: list[str]) -> None:
    assert old in GOOD
    path = written(tmp_path, GOOD.replace(old, new))
    with pytest.raises(LessonError) as caught:
        read_lesson(path)
    for part in (str(path), *parts):
        assert part in str(caught.value)


def test_a_teachers_folder_adds_and_replaces_lessons_and_keeps_what_is_wrong(tmp_path: Path) -> None:
    shipped, own = tmp_path / "shipped", tmp_path / "own"
    shipped.mkdir()
    own.mkdir()
    written(shipped, GOOD, "first.toml")
    written(own, GOOD.replace("A lesson", "Another"), "first.toml")
    written(own, GOOD, "second.toml")
    written(own, "title = 1", "third.toml")
    shelf = LessonShelf([own], shipped)
    assert [(lesson.name, lesson.title) for lesson in shelf] == [("first", "Another"), ("second", "A lesson")]
    assert len(shelf.errors) == 1
    assert "third.toml" in shelf.errors[0]
    with pytest.raises(LessonError, match=r"no lesson 'secnd'.*second"):
        shelf["secnd"]
    with pytest.raises(LessonError, match="no such folder"):
        LessonShelf([tmp_path / "absent"], shipped)


def test_the_shipped_lessons_can_all_be_read() -> None:
    shelf = LessonShelf()
    assert shelf.errors == ()
    assert len(shelf) == len(list(LESSON_FOLDER.glob("*.toml"))) > 0
    for lesson in shelf:
        assert len(lesson.steps) > 3
        for step in lesson.steps:
            assert not step.waits or (step.show_me is not None and (step.hint or step.point_at)), (lesson.name, step)


def test_the_light_markup_lets_nothing_else_through() -> None:
    html = prose_html("A **bold** *word*, `a*b*c` and <script>.\n\n- one\n- [two](https://example.org/x)")
    assert html == (
        "<p>A <strong>bold</strong> <em>word</em>, <code>a*b*c</code> and &lt;script&gt;.</p>"
        '<ul><li>one</li><li><a href="https://example.org/x" target="_blank" rel="noopener noreferrer">two</a></li>'
        "</ul>"
    )
    assert "href" not in prose_html("[two](javascript:alert(1))")
