"""Pages of paper that fill from the top: texts, tables and figures one below the other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib import rc_context
from matplotlib.backends.backend_pdf import FigureCanvasPdf, PdfPages
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.lines import Line2D

from components.publication.drawing import draw_figure
from components.publication.fonts import FAMILY, printable
from components.publication.plane import LOOK
from components.theme import LIGHT

WIDTH, HEIGHT = 595.3, 841.9  # A4 in points
MARGIN, GUTTER, FOOT = 48.0, 16.0, 46.0
LEADING = 1.38


class Paper:
    """An A4 document in the making; places and sizes are in points."""

    def __init__(self, path: Path, title: str) -> None:
        self._title = printable(title)
        about = {"Title": self._title, "Creator": "Penumbra"}
        self._file = PdfPages(path, metadata=about)
        self._page: Figure | None = None
        self._number = 0
        self._y = 0.0
        self.missed: set[str] = set()

    @property
    def width(self) -> float:
        """Return how wide lines may be."""
        return WIDTH - 2 * MARGIN

    def close(self) -> None:
        """Write what is left and end the file."""
        self._end_page()
        with rc_context(LOOK):
            self._file.close()

    def space(self, points: float) -> None:
        """Leave some room."""
        self._y -= points

    def need(self, points: float) -> None:
        """Go to a new page where less than this is left of the present one."""
        if self._page is None or self._y - points < FOOT:
            self._end_page()
            self._begin_page()

    def text(self, text: str, size: float = 9, bold: bool = False, colour: str = LIGHT.text) -> None:
        """Set a text as wide as the page, in as many lines as it takes."""
        for line in wrap(text, size, self.width, bold):
            self.need(size * LEADING)
            self._set(line, MARGIN, size, bold, colour)
            self._y -= size * LEADING

    def heading(self, text: str, below: float = 60) -> None:
        """Set a heading with a rule above it, together with what follows within ``below`` points."""
        self.need(30 + below)
        self._y -= 10
        self._rule(self._y + 8)
        self._y -= 4
        self.text(text, 11, bold=True)
        self._y -= 2

    def table(
        self, rows: Sequence[Sequence[str]], shares: Sequence[float], size: float = 7.4, header: bool = True
    ) -> None:
        """Set rows of cells in columns of these shares of the width; the first row is repeated on each page."""
        total = sum(shares)
        widths = [self.width * share / total for share in shares]
        for number, row in enumerate(rows):
            cells = [
                wrap(cell, size, width - 6, header and number == 0) for cell, width in zip(row, widths, strict=False)
            ]
            lines = min(max(map(len, cells), default=1), 40)
            before = self._number
            self.need(lines * size * LEADING + 4)
            if header and number and self._number != before:
                self.table(rows[:1], shares, size)
            x = MARGIN
            top = self._y
            for cell, width in zip(cells, widths, strict=False):
                self._y = top
                for line in cell[:lines]:
                    self._set(line, x, size, header and number == 0, LIGHT.text)
                    self._y -= size * LEADING
                x += width
            self._y = top - lines * size * LEADING - 1.5
            self._rule(self._y + 2.5, LIGHT.line, 0.4)
            self._y -= 2.5

    def figures(self, models: Sequence[Any], colours: dict[str, str], sizes: Sequence[tuple[float, float]]) -> None:
        """Draw Bokeh figures two beside each other, as vectors."""
        wide = (self.width - GUTTER) / 2
        for start in range(0, len(models), 2):
            pair = list(zip(models[start : start + 2], sizes[start : start + 2], strict=True))
            heights = [max(wide * height / width, 92) for _, (width, height) in pair]
            self.need(max(heights) + 10)
            for place, ((model, (width, _)), height) in enumerate(zip(pair, heights, strict=True)):
                self._figure(model, colours, MARGIN + place * (wide + GUTTER), wide, height, wide / width)
            self._y -= max(heights) + 8

    def _figure(
        self, model: Any, colours: dict[str, str], x: float, width: float, height: float, points: float
    ) -> None:
        assert self._page is not None
        left, right, below, above = 40, 8 if not model.right else 44, 27, 12
        if not any(axis.visible and axis.axis_label for axis in model.xaxis):
            below = 16
        bottom = self._y - height + below
        box = ((x + left) / WIDTH, bottom / HEIGHT, (width - left - right) / WIDTH, (height - below - above) / HEIGHT)
        axes = self._page.add_axes(box)
        self.missed |= set(draw_figure(model, axes, colours, points))
        axes.yaxis.set_label_coords(-33 / (width - left - right), 0.5)

    def _set(self, text: str, x: float, size: float, bold: bool, colour: str) -> None:
        assert self._page is not None
        self._page.text(
            x / WIDTH, (self._y - size) / HEIGHT, text, fontsize=size, color=colour, va="baseline", parse_math=False,
            fontweight="bold" if bold else "normal",
        )  # fmt: skip

    def _rule(self, y: float, colour: str = LIGHT.muted, width: float = 0.7) -> None:
        assert self._page is not None
        ends = ([MARGIN / WIDTH, 1 - MARGIN / WIDTH], [y / HEIGHT, y / HEIGHT])
        self._page.add_artist(Line2D(*ends, color=colour, linewidth=width))

    def _begin_page(self) -> None:
        with rc_context(LOOK):
            self._page = Figure(figsize=(WIDTH / 72, HEIGHT / 72), facecolor="white")
        FigureCanvasPdf(self._page)
        self._number += 1
        self._y = HEIGHT - MARGIN
        foot = {"fontsize": 7, "color": LIGHT.muted, "parse_math": False}
        self._page.text(MARGIN / WIDTH, 26 / HEIGHT, f"Penumbra · {self._title}", **foot)
        self._page.text(1 - MARGIN / WIDTH, 26 / HEIGHT, str(self._number), ha="right", **foot)

    def _end_page(self) -> None:
        if self._page is not None:
            with rc_context(LOOK):
                self._file.savefig(self._page)
            self._page = None


def text_width(text: str, size: float, bold: bool = False) -> float:
    """Return how wide a text is when set, in points."""
    font = get_font(findfont(FontProperties(family=FAMILY, weight="bold" if bold else "normal")))
    font.set_size(size, 72)
    font.set_text(text)
    width, _ = font.get_width_height()
    return float(width) / 64


def wrap(text: str, size: float, width: float, bold: bool = False) -> list[str]:
    """Return the text in lines that are not wider than ``width``; words wider than a line are cut."""
    lines: list[str] = []
    line = ""
    for word in printable(text).split(" "):
        longer = f"{line} {word}" if line else word
        if text_width(longer, size, bold) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        while text_width(word, size, bold) > width and len(word) > 1:
            fits = max(1, int(len(word) * width / text_width(word, size, bold)))
            lines.append(word[:fits])
            word = word[fits:]
        line = word
    return [*lines, line] if line or not lines else lines
