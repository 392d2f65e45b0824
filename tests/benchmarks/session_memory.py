"""Prints, as JSON, the bytes that sessions take beside a table of so many million rows."""

import gc
import json
import sys
from itertools import pairwise

import psutil
from workload import GRIDS, HISTOGRAMS, MOVED, ranges

from analysis.selection import Crossfilter, Prepared, warm
from analysis.selection.benchmark_table import benchmark_table


def resident() -> int:
    """Bytes of memory that this process holds."""
    gc.collect()
    return psutil.Process().memory_info().rss


def session(prepared: Prepared, kind: str) -> Crossfilter:
    """A session with all views and cuts that has answered once."""
    engine = Crossfilter(prepared, GRIDS, HISTOGRAMS)
    engine.update(ranges(kind))
    engine.answer()
    return engine


def main(millions: float) -> dict[str, int]:
    """Bytes of the first session with what it shares, of a second one, of its drag, and after the drag."""
    warm()
    table = benchmark_table(round(millions * 1e6))
    sizes = [resident()]
    one = session(Prepared(table), "loose")
    sizes.append(resident())
    other = session(one.prepared, "tight")
    sizes.append(resident())
    one.begin_drag(one.prepare_drag(MOVED))
    one.move(5, 15)
    sizes.append(resident())
    one.end_drag()
    sizes.append(resident())
    assert other.answer().count < one.answer().count
    first, second, dragging, _ = (after - before for before, after in pairwise(sizes))
    return {"n_rows": len(table), "first": first, "second": second, "dragging": dragging, "after": sizes[-1] - sizes[2]}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(float(sys.argv[1]))))
