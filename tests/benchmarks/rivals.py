"""Other ways to answer one slider move: all planes and histograms after one of the eight cuts has changed."""

from __future__ import annotations

import datashader
import duckdb
import numpy as np
import pandas as pd
import polars
from workload import COLUMNS, GRIDS, HISTOGRAMS, bin_numbers

from analysis.selection import Range


class PandasDatashader:
    """The idiomatic way: boolean masks, datashader for each plane, numpy.histogram for each slider."""

    name = "pandas + datashader ×4 + np.histogram ×8"

    def __init__(self, table: pd.DataFrame, cuts: dict[str, Range]) -> None:
        self.table = table[list(COLUMNS)]
        self.cuts = dict(cuts)

    def answer(self, moved: Range) -> int:
        self.cuts[moved.column] = moved
        masks = {name: cut.mask(self.table) for name, cut in self.cuts.items()}
        failed = np.zeros(len(self.table), dtype=np.uint8)
        for mask in masks.values():
            failed += ~mask
        passes = failed == 0
        self.planes = [self._plane(grid, passes) for grid in GRIDS]
        for histogram in HISTOGRAMS:
            others = (failed - ~masks[histogram.name]) == 0
            values = self.table[histogram.axis.column].to_numpy()[others]
            np.histogram(values[np.isfinite(values)], histogram.axis.edges)
        return int(passes.sum())

    def _plane(self, grid, passes):
        columns = list(dict.fromkeys([grid.x.column, grid.y.column, *([grid.value] if grid.value else [])]))
        types = {"linear": "linear", "log10": "log"}
        canvas = datashader.Canvas(
            grid.x.bins, grid.y.bins, (grid.x.low, grid.x.high), (grid.y.low, grid.y.high),
            types[grid.x.scale], types[grid.y.scale],
        )  # fmt: skip
        reduction = datashader.mean(grid.value) if grid.value else datashader.count()
        return canvas.points(self.table.loc[passes, columns], grid.x.column, grid.y.column, reduction)


class Coded:
    """Columns of the cuts with the pixels and bins of every row made before: databases group by them."""

    def __init__(self, table: pd.DataFrame) -> None:
        self.columns = {name: table[name].to_numpy() for name in COLUMNS}
        for number, grid in enumerate(GRIDS):
            x, y = (bin_numbers(table[axis.column].to_numpy(), axis).astype(np.int32) for axis in grid.axes)
            self.columns[f"pixel{number}"] = np.where((x < 0) | (y < 0), -1, y * grid.x.bins + x).astype(np.int32)
        for number, histogram in enumerate(HISTOGRAMS):
            self.columns[f"bin{number}"] = bin_numbers(self.columns[histogram.axis.column], histogram.axis)


class Polars:
    """polars: one filter and group_by for each plane and histogram, run together on all its threads."""

    name = "polars"

    def __init__(self, coded: Coded, cuts: dict[str, Range]) -> None:
        self.frame = polars.DataFrame(coded.columns)
        self.cuts = dict(cuts)

    def answer(self, moved: Range) -> int:
        self.cuts[moved.column] = moved
        terms = {name: self._term(cut) for name, cut in self.cuts.items()}
        frame = self.frame.lazy()
        passing = frame.filter(*terms.values())
        queries = [passing.select(polars.len())]
        for number, grid in enumerate(GRIDS):
            total = polars.col(grid.value).mean() if grid.value else polars.len()
            queries.append(passing.group_by(f"pixel{number}").agg(total))
        for number, histogram in enumerate(HISTOGRAMS):
            others = [term for name, term in terms.items() if name != histogram.name]
            queries.append(frame.filter(*others).group_by(f"bin{number}").agg(polars.len()))
        return int(polars.collect_all(queries)[0].item())

    def _term(self, cut: Range):
        column = polars.col(cut.column)
        term = column.is_not_nan()
        if cut.low is not None:
            term &= column >= cut.low
        return term if cut.high is None else term & (column <= cut.high)


class DuckDB:
    """DuckDB: one GROUP BY for each plane and histogram."""

    name = "DuckDB"

    def __init__(self, coded: Coded, cuts: dict[str, Range]) -> None:
        self.base = duckdb.connect()
        frame = pd.DataFrame(coded.columns, copy=False)
        self.base.register("frame", frame)
        self.base.execute("CREATE TABLE stars AS SELECT * FROM frame")
        self.base.unregister("frame")
        self.cuts = dict(cuts)

    def answer(self, moved: Range) -> int:
        self.cuts[moved.column] = moved
        terms = {name: self._term(cut) for name, cut in self.cuts.items()}
        every = " AND ".join(terms.values())
        for number, grid in enumerate(GRIDS):
            total = f"avg({grid.value})" if grid.value else "count(*)"
            self._run(f"SELECT pixel{number}, {total} FROM stars WHERE {every} GROUP BY 1")
        for number, histogram in enumerate(HISTOGRAMS):
            others = " AND ".join(term for name, term in terms.items() if name != histogram.name)
            self._run(f"SELECT bin{number}, count(*) FROM stars WHERE {others} GROUP BY 1")
        return int(self._run(f"SELECT count(*) AS n FROM stars WHERE {every}")["n"][0])

    def _run(self, query: str):
        return self.base.execute(query).fetchnumpy()

    def _term(self, cut: Range) -> str:
        tests = [f"NOT isnan({cut.column})"]
        if cut.low is not None:
            tests.append(f"{cut.column} >= {cut.low}::FLOAT")
        if cut.high is not None:
            tests.append(f"{cut.column} <= {cut.high}::FLOAT")
        return " AND ".join(tests)
