"""What the tests of selections share."""

import pytest

from analysis.selection import crossfilter_counting, crossfilter_drag, crossfilter_workers


@pytest.fixture
def many_threads(monkeypatch):
    """Let three threads share even a small table, in slices of 2048 rows."""
    monkeypatch.setattr(crossfilter_workers, "SERIAL_BELOW", 0)
    monkeypatch.setattr(crossfilter_counting, "_SERIAL_BELOW", 0)
    monkeypatch.setattr(crossfilter_drag, "_SERIAL_BELOW", 0)
    monkeypatch.setattr(crossfilter_drag, "_PIECE", 700)
    return 3
