"""Lessons as files: guided tours with checks on what the learner did, challenges, and their export."""

from analysis.lessons.anchors import ANCHORS, check_anchor
from analysis.lessons.challenge import (
    BoardLine,
    Challenge,
    HandedIn,
    class_board,
    result_verdict,
    score_picks,
    wanted_rows,
    why_missed,
)
from analysis.lessons.conditions import Condition, read_condition
from analysis.lessons.errors import LessonError
from analysis.lessons.lesson import Acts, Lesson, Step
from analysis.lessons.prose import prose_html
from analysis.lessons.reading import LESSON_FOLDER, LessonShelf, lesson_from, read_folder, read_lesson
from analysis.lessons.snapshot import Snapshot

__all__ = [
    "ANCHORS",
    "LESSON_FOLDER",
    "Acts",
    "BoardLine",
    "Challenge",
    "Condition",
    "HandedIn",
    "Lesson",
    "LessonError",
    "LessonShelf",
    "Snapshot",
    "Step",
    "check_anchor",
    "class_board",
    "lesson_from",
    "prose_html",
    "read_condition",
    "read_folder",
    "read_lesson",
    "result_verdict",
    "score_picks",
    "wanted_rows",
    "why_missed",
]
