"""Many files with progress: resumable, with the bad ones reported and passed over."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.spectra.spectrum import SpectrumError

Rows = list[dict[str, Any]]
Progress = Callable[[int, int, str], None]
ENDINGS = (".fits", ".fits.gz", ".fit", ".fit.gz", ".ecsv")


@dataclass(frozen=True, eq=False)
class BatchResult:
    """`rows` of the files that could be worked through, and `failures` (path, problem) of those that could not."""

    rows: pd.DataFrame
    failures: pd.DataFrame


def find_spectra(folder: str | Path) -> list[Path]:
    """Files of spectra in a folder and below it, sorted. Raises SpectrumError where there is none."""
    folder = Path(folder)
    if folder.is_file():
        return [folder]
    found = sorted(path for path in folder.rglob("*") if path.name.lower().endswith(ENDINGS))
    if not found:
        problem = "holds no spectra" if folder.is_dir() else "no such folder"
        raise SpectrumError(folder, problem, f"Give a folder with {', '.join(ENDINGS)}")
    return found


def run_batch(
    paths: Iterable[str | Path],
    work: Callable[[Path], Rows],
    output: str | Path | None = None,
    progress: Progress | None = None,
    save_every: int = 50,
) -> BatchResult:
    """Rows that `work` gives for each file, with the failures apart.

    With `output` (CSV) the rows are kept there, the failures in a file of that name with `_failures`; a second
    call passes over files that are in either, so that an interrupted batch goes on where it stopped: delete the
    failures to try them again. `progress` is told the number done, of how many, and the file. Only errors of a
    spectrum (SpectrumError, OSError) are passed over; anything else is raised.
    """
    files = [Path(path) for path in paths]
    kept, failed = _kept(output)
    rows, failures = _records(kept), _records(failed)
    done = {str(row["path"]) for row in (*rows, *failures)}
    for count, path in enumerate(files, start=1):
        if str(path) not in done:
            try:
                rows.extend({"path": str(path), **row} for row in work(path))
            except (SpectrumError, OSError) as error:
                failures.append({"path": str(path), "problem": str(error)})
            if output is not None and count % save_every == 0:
                _save(output, rows, failures)
        if progress is not None:
            progress(count, len(files), path.name)
    if output is not None:
        _save(output, rows, failures)
    return BatchResult(pd.DataFrame(rows), pd.DataFrame(failures, columns=["path", "problem"]))


def failures_path(output: str | Path) -> Path:
    """File beside `output` that lists what could not be worked through."""
    output = Path(output)
    return output.with_name(f"{output.stem}_failures.csv")


def _kept(output: str | Path | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    if output is None:
        return pd.DataFrame(), pd.DataFrame()
    return _table(Path(output)), _table(failures_path(output))


def _records(table: pd.DataFrame) -> Rows:
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def _table(path: Path) -> pd.DataFrame:
    if not path.is_file() or path.stat().st_size == 0:
        return pd.DataFrame()
    table = pd.read_csv(path, dtype={"path": str, "exposure_minutes": str})
    for name in table.columns:
        if table[name].dtype.kind not in "biuf":
            table[name] = table[name].fillna("")
    return table


def _save(output: str | Path, rows: Rows, failures: Rows) -> None:
    """Write beside and rename, so that an interruption leaves the last whole file."""
    for path, table in (
        (Path(output), pd.DataFrame(rows) if rows else pd.DataFrame(columns=["path"])),
        (failures_path(output), pd.DataFrame(failures, columns=["path", "problem"])),
    ):
        part = path.with_name(path.name + ".part")
        table.to_csv(part, index=False)
        part.replace(path)
