"""Sizes to measure at, and the report that is printed at the end: `make bench` prints it as Markdown.

PENUMBRA_BENCH_MILLIONS names the sizes in millions of rows (default "0.6,6.25"; 34 is the whole Gaia sample).
"""

from __future__ import annotations

import datetime
import importlib.metadata
import os
import platform
from pathlib import Path

import pytest
from workload import markdown

SIZES = [float(size) for size in os.environ.get("PENUMBRA_BENCH_MILLIONS", "0.6,6.25").split(",")]
PACKAGES = ("numpy", "numba", "pandas", "datashader", "holoviews", "polars", "duckdb")


class Report:
    """Tables of what was measured, in the order in which it was."""

    def __init__(self) -> None:
        self.tables: dict[tuple[str, tuple[str, ...]], list[tuple[str, ...]]] = {}

    def add(self, title: str, **cells: object) -> None:
        """One line of the table of this title; the names of the cells are its head."""
        key = (title, tuple(name.replace("_", " ") for name in cells))
        self.tables.setdefault(key, []).append(tuple(map(str, cells.values())))

    @property
    def text(self) -> str:
        parts = [f"### {title}\n\n{markdown(head, rows)}" for (title, head), rows in self.tables.items()]
        return "\n\n".join([f"{machine()}", *parts])


def machine() -> str:
    """Processor, cores, Python, packages and date in one line."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [line.split(":")[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")]
        cpu = names[0] if names else cpu
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    today = datetime.datetime.now(datetime.UTC).date()
    return f"{today}, {cpu}, {cores} cores, Python {platform.python_version()}, {versions}"


_REPORT = pytest.StashKey[Report]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_REPORT] = Report()


def pytest_unconfigure(config: pytest.Config) -> None:
    report = config.stash[_REPORT]
    if report.tables:
        reporter = config.pluginmanager.get_plugin("terminalreporter")
        reporter.write_line("\n" + report.text)


@pytest.fixture(scope="session")
def report(request: pytest.FixtureRequest) -> Report:
    return request.config.stash[_REPORT]


@pytest.fixture(scope="module", params=SIZES, ids=lambda size: f"{size:g} million rows")
def millions(request: pytest.FixtureRequest) -> float:
    return request.param
