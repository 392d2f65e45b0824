"""Periods of many light-curve files: on all cores, resumable, and no bad file ends it."""

import csv
import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from analysis.light_curves.cleaning import clean
from analysis.light_curves.period import LightCurvePeriod, find_period
from analysis.light_curves.reading import read
from analysis.light_curves.series import SeriesError

ID_COLUMNS = ("source_id", "gaia_dr2_source_id", "tic", "kepler_id", "epic")
NUMBER_COLUMNS = (
    "orbital_period",
    "orbital_period_error",
    "epoch",
    "period",
    "power",
    "false_alarm",
    "signal_to_noise",
    "doubling_evidence",
)
PAIR_COLUMNS = ("ellipsoidal_amplitude", "o_connell", "minima_difference")
COLUMNS = (
    "path",
    "name",
    *ID_COLUMNS,
    "product",
    "time_scale",
    "points",
    "points_used",
    "kind",
    "configuration",
    "alternatives",
    *NUMBER_COLUMNS,
    *(column for pair in PAIR_COLUMNS for column in (pair, f"{pair}_error")),
    "primary_depth",
    "primary_depth_error",
    "primary_duration",
    "secondary_depth",
    "secondary_phase",
    "odd_even_difference",
    "odd_even_error",
    "reasons",
    "error",
)
WAITING_PER_PROCESS = 4

Row = dict[str, str]
Progress = Callable[[int, int, Path], None]


@dataclass(frozen=True)
class BatchSummary:
    """How a batch went: files searched now, those of them that failed, files already in the table."""

    out: Path
    searched: int
    failed: int
    already_done: int


def search_periods(
    paths: Iterable[str | Path],
    out: str | Path,
    processes: int | None = None,
    progress: Progress | None = None,
    retry_failed: bool = False,
) -> BatchSummary:
    """Clean, search and classify light-curve files into the CSV table `out`, one row a file.

    Rows are written as they come, so a run that was stopped goes on where it was; files with a row are not
    searched again (with `retry_failed`, those with an error are). A file that cannot be read or searched, or
    that kills its process, gets a row with its `error`. `processes` is the number of cores by default, 1
    works without further processes. `progress(done, total, path)` is called after each file. Days, relative
    flux; durations in phase. Raises SeriesError where `out` is another kind of table.
    """
    out = Path(out)
    done = _rows_done(out, retry_failed)
    wanted = list(dict.fromkeys(Path(path) for path in paths))
    todo = [path for path in wanted if str(path) not in done]
    failed = 0
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        if file.tell() == 0:
            writer.writeheader()
        for number, (path, row) in enumerate(_results(todo, processes or os.cpu_count() or 1), start=1):
            writer.writerow(row)
            file.flush()
            failed += bool(row["error"])
            if progress is not None:
                progress(number, len(todo), path)
    return BatchSummary(out, len(todo), failed, len(wanted) - len(todo))


def search_file(path: Path) -> Row:
    """Table row of one light-curve file; `error` says what went wrong, and is empty where nothing did."""
    row = dict.fromkeys(COLUMNS, "")
    row["path"] = str(path)
    try:
        curve = read(path)
        row |= {kind: str(value) for kind, value in curve.ids.items() if kind in ID_COLUMNS}
        row |= {"name": curve.name, "product": str(curve.meta["product"]), "time_scale": curve.time_scale}
        cleaned = clean(curve)
        row |= {"points": str(len(curve)), "points_used": str(len(cleaned))}
        row |= _numbers(find_period(cleaned))
    except Exception as error:  # one file must not end the batch; the row says what happened
        row["error"] = " ".join(f"{type(error).__name__}: {error}".split())
    return row


def _numbers(found: LightCurvePeriod) -> Row:
    row = {column: _text(getattr(found, column)) for column in NUMBER_COLUMNS}
    for pair in PAIR_COLUMNS:
        value, error = getattr(found, pair)
        row |= {pair: _text(value), f"{pair}_error": _text(error)}
    row |= {
        "kind": found.kind,
        "configuration": found.configuration or "",
        "alternatives": " ".join(found.alternatives),
        "reasons": "; ".join(found.reasons),
    }
    if found.eclipses is not None:
        primary, secondary = found.eclipses.primary, found.eclipses.secondary
        row |= {
            "primary_depth": _text(primary.depth),
            "primary_depth_error": _text(primary.depth_error),
            "primary_duration": _text(primary.duration),
            "odd_even_difference": _text(found.eclipses.odd_even_difference),
            "odd_even_error": _text(found.eclipses.odd_even_error),
        }
        if secondary is not None:
            row |= {"secondary_depth": _text(secondary.depth), "secondary_phase": _text(secondary.phase)}
    return row


def _text(value: float) -> str:
    return "" if value != value else repr(float(value))


def _rows_done(out: Path, retry_failed: bool) -> set[str]:
    """Paths that have a row; a row cut off at the end of the table, or one to be retried, is taken out."""
    if not out.exists() or out.stat().st_size == 0:
        return set()
    text = out.read_text(encoding="utf-8")
    complete = text[: text.rfind("\n") + 1]
    rows = list(csv.DictReader(complete.splitlines(keepends=True)))
    header = next(csv.reader(complete.splitlines()), [])
    if tuple(header) != COLUMNS:
        hint = "Choose another name for the result, or move this file away"
        raise SeriesError(out, "this file is not a table of periods", hint)
    keep = [row for row in rows if None not in row.values() and not (retry_failed and row["error"])]
    if complete != text or len(keep) != len(rows):
        partial = out.with_name(out.name + ".part")
        with partial.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows(keep)
        partial.replace(out)
    return {row["path"] for row in keep}


def _results(paths: list[Path], processes: int) -> Iterator[tuple[Path, Row]]:
    """Rows as they are ready; a file whose process dies is found by running the suspects one by one."""
    if processes == 1:
        yield from ((path, search_file(path)) for path in paths)
        return
    waiting = list(reversed(paths))
    while waiting:
        suspects: list[Path] = []
        with _pool(min(processes, len(waiting))) as pool:
            running: dict[Future[Row], Path] = {}
            while (waiting or running) and not suspects:
                while waiting and len(running) < WAITING_PER_PROCESS * processes:
                    path = waiting.pop()
                    running[pool.submit(search_file, path)] = path
                finished, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in finished:
                    path = running.pop(future)
                    try:
                        row = future.result()
                    except BrokenProcessPool:
                        suspects.append(path)
                        continue
                    yield path, row
            suspects.extend(running.values())
        for path in suspects:
            yield path, _search_alone(path)


def _search_alone(path: Path) -> Row:
    with _pool(1) as pool:
        try:
            return pool.submit(search_file, path).result()
        except BrokenProcessPool:
            died = "the process ended while it searched this file (out of memory, or a damaged file)"
            return dict.fromkeys(COLUMNS, "") | {"path": str(path), "error": died}


def _pool(processes: int) -> ProcessPoolExecutor:
    # Threads of OpenMP do not survive a fork.
    return ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn"))
