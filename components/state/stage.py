"""What the planes and histograms of one session show: the engine's answers, painted and packed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from analysis.selection import Answer, Axis, Crossfilter, Cut, Grid, Histogram, Range
from components.state.catalogue import POINT_LIMIT, Catalogue
from components.state.comparison import Comparison
from components.state.frame import pack_frame
from components.state.plane_window import FIRST_SIZE, Plane, Points, Window, is_sound
from components.state.planes import Figure
from components.state.ranges import sample
from components.state.shading import CountScale, MeanScale, count_scale, mean_scale, paint

HISTOGRAM_BINS = 64
FAINT_POINT = 46
STRONG_POINT = 150
LARGEST_SIZE = (1600, 1200)


class Stage:
    """Holds the engine of one session. Not thread-safe: one thread at a time calls it."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.engine = Crossfilter(catalogue.prepared)
        self.planes: dict[str, Plane] = {}
        self.answer: Answer | None = None
        self.comparison: Comparison | None = None
        self._clauses: dict[str, Cut] = {}
        self._moving: dict[str, Range] = {}
        self._sequence = 0

    # ------------------------------------------------------------------ what is asked

    def show_figure(self, slot: str, figure: Figure, window: Window | None = None) -> bool:
        """Put a figure into a slot; False when its columns have nothing to show."""
        home = window or self.home_window(slot, figure)
        if home is None:
            self.drop_figure(slot)
            return False
        means = None
        if figure.value is not None:
            means = mean_scale(sample(self.catalogue.values(figure.value)), figure.centre, figure.spread)
        self.planes[slot] = Plane(figure, home, means)
        self._rebuild(slot)
        return True

    def drop_figure(self, slot: str) -> None:
        """Leave a slot empty."""
        if self.planes.pop(slot, None) is not None:
            self.engine.remove_grid(slot)

    def home_window(self, slot: str, figure: Figure) -> Window | None:
        """Return the window a figure opens with, or None when a column has no finite value."""
        x = self.catalogue.axis_range(figure.x, figure.x_scale)
        y = self.catalogue.axis_range(figure.y, figure.y_scale)
        if x is None or y is None:
            return None
        if figure.key == "velocity_period":
            x, y = (min(x[0], 0.05), max(x[1], 8.0)), (min(y[0], 60.0), max(y[1], 900.0))
        size = self.planes[slot].window if slot in self.planes else None
        width, height = (size.width, size.height) if size else FIRST_SIZE
        return Window(*x, *y, width, height)

    def show_window(self, slot: str, window: Window) -> bool:
        """Zoom or resize a plane; False when nothing changed or the window makes no sense."""
        plane = self.planes.get(slot)
        if plane is None or not is_sound(window, plane.figure):
            return False
        width = int(np.clip(window.width, 40, LARGEST_SIZE[0]))
        height = int(np.clip(window.height, 40, LARGEST_SIZE[1]))
        window = replace(window, width=width, height=height)
        if window == plane.window:
            return False
        plane.window = window
        self._rebuild(slot)
        return True

    def show_histograms(self, columns: dict[str, str]) -> None:
        """Keep one histogram for each slider: ``columns`` maps clause names to columns."""
        for name in list(self.engine.histograms):
            if name not in columns:
                self.engine.remove_histogram(name)
        for name, column in columns.items():
            limits = self.catalogue.slider_limits(column)
            if limits is not None and name not in self.engine.histograms:
                axis = Axis(column, *limits, HISTOGRAM_BINS, self.catalogue.slider_scale(column))
                self.engine.add_histogram(Histogram(name, axis))

    def apply(self, clauses: dict[str, Cut]) -> None:
        """Make these the clauses that count."""
        changed: dict[str, Cut | None] = {name: None for name in self._clauses if name not in clauses}
        changed.update({name: cut for name, cut in clauses.items() if self._clauses.get(name) != cut})
        self._moving.clear()
        if changed:
            self.engine.update(changed)
        self._clauses = dict(clauses)
        self.answer = self.engine.answer()

    def move(self, name: str, low: float | None, high: float | None) -> None:
        """Follow a slider that is being dragged."""
        column = self._column_of(name)
        self._moving[name] = Range(column, low, high)
        self.answer = self.engine.move(low, high)

    def has_slider(self, name: str) -> bool:
        """Tell whether there is a slider of this name to be dragged."""
        return name in self.engine.clauses or name in self.engine.histograms

    def start_drag(self, name: str) -> None:
        """Expect moves of this slider; until its index is ready they cost a full update."""
        self.engine.begin_drag(name)

    def prepare_drag(self, name: str) -> Any:
        """Return the drag index of a slider; may run in a thread of its own."""
        return self.engine.prepare_drag(name)

    def begin_drag(self, drag: Any) -> None:
        """Use a drag index from now on."""
        self.engine.begin_drag(drag)

    def has_drag_index(self, name: str) -> bool:
        """Tell whether moves of this slider go by an index."""
        return self.engine.has_index(name)

    def end_drag(self) -> None:
        """Forget the drag index."""
        self.engine.end_drag()

    # ------------------------------------------------------------------ what is shown

    def compare(self, sides: dict[str, Cut | str | None] | None, names: tuple[str, str] = ("", "")) -> None:
        """Paint the difference of two selections from now on, or, for None, the passing stars again."""
        self.comparison = None if sides is None else Comparison(self.catalogue.prepared, sides, names)

    def frame(self, only: set[str] | None = None, stamp: float | None = None) -> bytes:
        """Return the packed frame of the last answer (of some slots only, if asked), with a stamp of the page."""
        answer = self.answer or self._answer()
        if self.comparison is not None:
            self.comparison.follow(self.engine.mask())
        self._sequence += 1
        header: dict[str, Any] = {
            "kind": "frame",
            "sequence": self._sequence,
            "count": int(answer.count),
            "total": len(self.catalogue),
            "removed": {name: int(number) for name, number in answer.removed.items()},
            "planes": {},
            "stamp": stamp,
            "comparison": None if self.comparison is None else self.comparison.described(),
        }
        arrays: dict[str, np.ndarray] = {}
        for slot, plane in self.planes.items():
            if only is None or slot in only:
                header["planes"][slot] = self._show_plane(slot, plane, answer, arrays)
        for name, counts in answer.histograms.items():
            arrays[f"histogram:{name}"] = np.asarray(counts, np.float32)
        return pack_frame(header, arrays)

    def _answer(self) -> Answer:
        self.answer = self.engine.answer()
        return self.answer

    def _show_plane(self, slot: str, plane: Plane, answer: Answer, arrays: dict[str, np.ndarray]) -> dict[str, Any]:
        described: dict[str, Any] = {
            "bounds": plane.window.bounds,
            "total": plane.total,
            "mode": "points" if plane.points is not None else "image",
        }
        if plane.scale is not None:
            described["ticks"] = plane.scale.ticks()
            described["diverging"] = isinstance(plane.scale, MeanScale)
        if self.comparison is not None:
            described["palette"] = "difference"
        if plane.points is not None:
            points = plane.points
            arrays[f"{slot}.rows"] = points.rows.astype(np.uint32)
            arrays[f"{slot}.x"], arrays[f"{slot}.y"] = points.x, points.y
            arrays[f"{slot}.level"] = self._point_levels(plane, points)
            if points.x_error is not None:
                arrays[f"{slot}.x_error"] = points.x_error
            if points.y_error is not None:
                arrays[f"{slot}.y_error"] = points.y_error
        else:
            arrays[f"{slot}.image"] = self._paint(slot, plane, answer)
        return described

    def _paint(self, slot: str, plane: Plane, answer: Answer) -> np.ndarray:
        assert plane.faint is not None
        if self.comparison is not None:
            axes = self.engine.grids[slot].axes
            return self.comparison.paint(plane.faint, *axes, int(self.engine.background(slot).count.max(initial=1)))
        grid = answer.grids[slot]
        if isinstance(plane.scale, MeanScale):
            return paint(plane.faint, plane.scale.levels(grid.value))
        assert isinstance(plane.scale, CountScale)
        return paint(plane.faint, plane.scale.passing[np.minimum(grid.count, plane.scale.highest)])

    def _point_levels(self, plane: Plane, points: Points) -> np.ndarray:
        if self.comparison is not None:
            return self.comparison.point_levels(points.rows, FAINT_POINT)
        passing = self.passes(points.rows)
        strong: np.ndarray | int = STRONG_POINT
        if isinstance(plane.scale, MeanScale):
            assert plane.figure.value is not None
            strong = plane.scale.levels(np.asarray(self.catalogue.values(plane.figure.value)[points.rows], np.float64))
            strong = np.where(strong == 0, FAINT_POINT, strong)
        return np.where(passing, strong, FAINT_POINT).astype(np.uint8)

    def passes(self, rows: np.ndarray) -> np.ndarray:
        """Return which of these rows pass all cuts, a dragged one as it is now."""
        cuts = {**self._clauses, **self._moving}
        passing = np.ones(len(rows), bool)
        for cut in cuts.values():
            few = {name: self.catalogue.values(name)[rows] for name in cut.columns}
            passing &= cut.mask(few)
        return passing

    def point_levels(self, slot: str) -> np.ndarray:
        """Return the levels of a plane's single stars; raises KeyError where it is painted."""
        plane = self.planes[slot]
        if plane.points is None:
            raise KeyError(f"the plane {slot} is painted, not drawn star by star")
        return self._point_levels(plane, plane.points)

    def rows(self, limit: int, order_by: str | None = None, ascending: bool = True) -> tuple[np.ndarray, int]:
        """Return the first passing rows in the order of a column (or the table's), and how many pass in all."""
        answer = self.answer or self._answer()
        return self.engine.rows(limit, order_by, ascending), int(answer.count)

    def passing(self) -> np.ndarray:
        """Return one truth value a row: whether it passes."""
        return self.engine.mask()

    # ------------------------------------------------------------------ pointing

    def nearest(self, slot: str, x: float, y: float, reach: float = 12) -> int | None:
        """Return the row of the star nearest on the screen, passing stars first; None if none is near."""
        plane = self.planes.get(slot)
        if plane is None:
            return None
        found = self.engine.nearest(slot, x, y, *plane.pixel_size, passing=True, max_pixels=reach)
        return None if found is None else int(found[0])

    def count_at(self, slot: str, x: float, y: float) -> tuple[int, int, float | None]:
        """Return passing stars, all stars and the mean in the pixel at x, y."""
        plane = self.planes[slot]
        at = plane.pixel(x, y)
        if at is None or self.answer is None or slot not in self.answer.grids:
            return 0, 0, None
        grid = self.answer.grids[slot]
        mean = None if grid.value is None or not np.isfinite(grid.value[at]) else float(grid.value[at])
        return int(grid.count[at]), int(self.engine.background(slot).count[at]), mean

    def compared_at(self, slot: str, x: float, y: float) -> tuple[int, int, int] | None:
        """Return the stars only in the first, only in the second and in both selections in the pixel at x, y."""
        at = self.planes[slot].pixel(x, y)
        if at is None or self.comparison is None or not len(self.comparison.codes):
            return None
        one, two, both = (int(grid[at]) for grid in self.comparison.counts(*self.engine.grids[slot].axes))
        return one, two, both

    # ------------------------------------------------------------------ building a plane

    def _rebuild(self, slot: str) -> None:
        plane, window = self.planes[slot], self.planes[slot].window
        figure = plane.figure
        grid = Grid(
            slot,
            Axis(figure.x, window.x_low, window.x_high, window.width, figure.x_scale),
            Axis(figure.y, window.y_low, window.y_high, window.height, figure.y_scale),
            "count" if figure.value is None else "mean",
            figure.value,
        )
        if slot in self.engine.grids:
            self.engine.remove_grid(slot)
        self.engine.add_grid(grid)
        background = self.engine.background(slot)
        plane.total = int(background.count.sum())
        counts = count_scale(background.count, figure.colour_scale)
        plane.faint = counts.faint[background.count]
        if plane.means is None:
            plane.scale = counts
        plane.points = self._few_points(slot, plane) if plane.total <= POINT_LIMIT else None
        self.answer = None

    def _few_points(self, slot: str, plane: Plane) -> Points:
        figure = plane.figure
        rows = self.engine.inside(slot, *plane.window.bounds, POINT_LIMIT)

        def column(name: str) -> np.ndarray:
            return np.asarray(self.catalogue.values(name)[rows], np.float64)

        def error(name: str) -> np.ndarray | None:
            return column(f"{name}_error") if f"{name}_error" in self.catalogue.table.columns else None

        return Points(rows, column(figure.x), column(figure.y), error(figure.x), error(figure.y))

    def _column_of(self, name: str) -> str:
        cut = self._clauses.get(name)
        if isinstance(cut, Range):
            return cut.column
        return name.split(":", 1)[1]
