"""Whatever is asked of the engine, in whatever order, it answers as the slow twin does."""

import numpy as np
import pytest
from crossfilter_twin import NUMBERS, SlowTwin, axes, ends, grids, histograms, random_table, ranges
from cut_strategies import cuts
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from analysis.selection import Axis, Crossfilter, Grid, Histogram, Prepared, Range

SLIDERS = ("slider a", "slider b", "slider c")
OTHERS = ("lasso", "type")


class Session(RuleBasedStateMachine):
    @initialize(
        n=st.sampled_from((5000, 5000, 5000, 50, 2, 1, 0)),
        seed=st.integers(0, 9),
        dtype=st.sampled_from((np.float32, np.float64)),
        columns=st.lists(st.sampled_from(NUMBERS), min_size=len(SLIDERS), max_size=len(SLIDERS)),
        others=st.sampled_from((0, 4, 5, 12)),  # so that a new cut may find all bits of a word taken
    )
    def start(self, n, seed, dtype, columns, others):
        self.table = random_table(n, seed, dtype)
        self.twin = SlowTwin(self.table)
        self.engine = Crossfilter(Prepared(self.table, max_bytes=1 << 20))
        self.columns = dict(zip(SLIDERS, columns, strict=True))
        self.twin.clauses = {f"wide {k}": Range("odd name", 0.05 + 0.001 * k, None) for k in range(others)}
        self.engine.update(self.twin.clauses)
        self.drags = []
        self.dragged = None
        for name, column in self.columns.items():
            self.set_slider(name, -1.0, 3.0)
            self.add_histogram(Histogram(name, Axis(column, -2, 4, 12)))
        self.add_grid(Grid("first", Axis("bp_rp", -3, 3, 8), Axis("odd name", 0.1, 10, 8, "log10"), "mean", "ruwe"))

    @rule(name=st.sampled_from(SLIDERS), low=ends, high=ends)
    def set_slider(self, name, low, high):
        self.twin.clauses[name] = Range(self.columns[name], low, high)
        self.engine.set(name, self.twin.clauses[name])

    @rule(name=st.sampled_from(OTHERS), cut=st.one_of(ranges(), cuts()))
    def set_other(self, name, cut):
        with np.errstate(all="ignore"):
            self.engine.set(name, cut)
        self.twin.clauses[name] = cut

    @rule(clauses=st.dictionaries(st.sampled_from(OTHERS), st.one_of(st.none(), ranges())))
    def update(self, clauses):
        self.engine.update(clauses)
        for name, cut in clauses.items():
            self.twin.clauses.pop(name, None)
            if cut is not None:
                self.twin.clauses[name] = cut

    @rule(name=st.sampled_from((*SLIDERS, *OTHERS)))
    def remove(self, name):
        if self.dragged == name:
            self.end_drag()
        self.engine.set(name, None)
        self.twin.clauses.pop(name, None)

    @rule(grid=grids())
    def add_grid(self, grid):
        self.engine.add_grid(grid)
        self.twin.grids[grid.name] = grid

    @precondition(lambda self: self.twin.grids)
    @rule(data=st.data())
    def remove_grid(self, data):
        name = data.draw(st.sampled_from(sorted(self.twin.grids)))
        self.engine.remove_grid(name)
        del self.twin.grids[name]

    @precondition(lambda self: self.twin.grids)
    @rule(data=st.data(), low=st.sampled_from((0.1, 0.5)), high=st.sampled_from((0.7, 2.0)), lines=st.integers(1, 9))
    def zoom(self, data, low, high, lines):
        name = data.draw(st.sampled_from(sorted(self.twin.grids)))
        self.engine.zoom(name, (low, high), (low, 2 * high), (lines, 7))
        self.twin.grids[name] = self.engine.grids[name]
        assert self.twin.grids[name].shape == (lines, 7)

    @rule(histogram=histograms((*SLIDERS, "lasso", "of nothing")))
    def add_histogram(self, histogram):
        self.engine.add_histogram(histogram)
        self.twin.histograms[histogram.name] = histogram

    @precondition(lambda self: self.twin.histograms)
    @rule(data=st.data())
    def remove_histogram(self, data):
        name = data.draw(st.sampled_from(sorted(self.twin.histograms)))
        self.engine.remove_histogram(name)
        del self.twin.histograms[name]

    @rule(data=st.data())
    def prepare_drag(self, data):
        present = [name for name in SLIDERS if name in self.twin.clauses]
        if present:
            self.drags.append(self.engine.prepare_drag(data.draw(st.sampled_from(present))))

    @rule(data=st.data(), prepared=st.booleans(), moves=st.lists(st.tuples(ends, ends), min_size=1, max_size=4))
    def begin_drag(self, data, prepared, moves):
        present = [name for name in SLIDERS if name in self.twin.clauses]
        if present:
            name = data.draw(st.sampled_from(present))
            self.engine.begin_drag(self.engine.prepare_drag(name) if prepared else name)
            self.dragged = name
            self.move(moves)

    @precondition(lambda self: self.drags)
    @rule(data=st.data())
    def begin_an_old_drag(self, data):
        drag = data.draw(st.sampled_from(self.drags))
        if drag.name in self.twin.clauses:
            self.engine.begin_drag(drag)
            self.dragged = drag.name

    @precondition(lambda self: self.dragged)
    @rule(moves=st.lists(st.tuples(ends, ends), min_size=1, max_size=4))
    def move(self, moves):
        for low, high in moves:
            self.twin.clauses[self.dragged] = Range(self.columns[self.dragged], low, high)
            self.twin.check(self.engine.move(low, high))

    @rule()
    def end_drag(self):
        self.engine.end_drag()
        self.dragged = None

    @rule(limit=st.one_of(st.none(), st.integers(0, 30)), column=st.sampled_from(NUMBERS), ascending=st.booleans())
    def list_rows(self, limit, column, ascending):
        passes = self.twin.passes()
        np.testing.assert_array_equal(self.engine.mask(), passes)
        np.testing.assert_array_equal(self.engine.rows(limit), np.flatnonzero(passes)[:limit])
        ordered = self.table.loc[passes, column].sort_values(kind="stable", ascending=ascending)
        np.testing.assert_array_equal(self.engine.rows(limit, column, ascending), ordered.index[:limit])

    @rule(axis=axes())
    def ask_for_what_is_not_there(self, axis):
        before = self.engine.clauses
        with pytest.raises(KeyError, match="no column 'ruwee'; did you mean ruwe"):
            self.engine.update({"lasso": None, "slider a": Range("ruwee", 0, 1)})
        assert self.engine.clauses == before
        assert list(self.engine.clauses) == list(before)

    @invariant()
    def answers_as_the_twin(self):
        self.twin.check(self.engine.answer())
        assert self.engine.clauses == self.twin.clauses


Session.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestEverySequenceOfRequests = Session.TestCase
