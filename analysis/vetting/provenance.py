"""Where an exported table came from, kept inside the file itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from io import BytesIO
from itertools import takewhile
from pathlib import Path
from types import MappingProxyType
from xml.sax.saxutils import quoteattr

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from astropy.io import fits
from astropy.io.votable.exceptions import VOTableSpecError
from astropy.table.meta import YamlParseError, get_header_from_yaml
from astropy.utils.xml.iterparser import get_xml_iterator

from analysis.catalogue.arrow_tables import described
from analysis.catalogue.errors import DataError
from analysis.selection import Cut
from analysis.vetting.clauses import SavedClause, combined_cut

FORMAT = 1
NAME = "penumbra_provenance"
_EXTENSION = "PROVENANCE"
_CSV_START = f"# {NAME}: "


@dataclass(frozen=True)
class Provenance:
    """What was selected from what, with which version, and when (UTC).

    `n_rows_dataset` counts the rows of the whole dataset, `n_rows` those that were exported. `columns` holds unit, UCD,
    description and dtype of each column, for formats that have no place of their own for them. `escaped` names text
    columns that the format could not hold as they are; `read_export` gives them back.
    """

    dataset_name: str
    dataset_hash: str = ""
    clauses: tuple[SavedClause, ...] = ()
    n_rows_dataset: int = 0
    n_rows: int = 0
    app_version: str = ""
    exported: datetime = field(default_factory=lambda: datetime.now(UTC))
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    escaped: tuple[str, ...] = ()
    paper: str = ""
    differences: tuple[str, ...] = ()

    @property
    def cut(self) -> Cut | None:
        """The selection that the rows passed; None where all rows did."""
        return combined_cut(self.clauses)

    @property
    def cut_text(self) -> str:
        """The selection as text that `parse` reads; empty where nothing was cut."""
        return "" if self.cut is None else self.cut.text

    def to_json(self) -> str:
        """All of it as one line of plain ASCII."""
        about = {
            "format": FORMAT,
            "app": "Penumbra",
            "app_version": self.app_version,
            "exported": self.exported.isoformat(),
            "dataset_name": self.dataset_name,
            "dataset_hash": self.dataset_hash,
            "n_rows_dataset": self.n_rows_dataset,
            "n_rows": self.n_rows,
            "cut_text": self.cut_text,
            "clauses": [clause.to_dict() for clause in self.clauses],
            "columns": {name: dict(facts) for name, facts in self.columns.items()},
            "escaped": list(self.escaped),
            "paper": self.paper,
            "differences": list(self.differences),
        }
        return json.dumps(about)

    @classmethod
    def from_json(cls, text: str) -> Provenance:
        """What `to_json` wrote. Raises ValueError for anything else."""
        saved = json.loads(text)
        if not isinstance(saved, dict) or saved.get("format") != FORMAT:
            raise ValueError(f"this Penumbra reads provenance of format {FORMAT}")
        try:
            return cls(
                dataset_name=str(saved["dataset_name"]),
                dataset_hash=str(saved["dataset_hash"]),
                clauses=tuple(SavedClause.from_dict(clause) for clause in saved["clauses"]),
                n_rows_dataset=int(saved["n_rows_dataset"]),
                n_rows=int(saved["n_rows"]),
                app_version=str(saved["app_version"]),
                exported=datetime.fromisoformat(saved["exported"]),
                columns={str(name): dict(facts) for name, facts in saved["columns"].items()},
                escaped=tuple(saved["escaped"]),
                paper=str(saved.get("paper", "")),
                differences=tuple(map(str, saved.get("differences", ()))),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"the provenance lacks a field or has a wrong one: {error}") from error


def app_version() -> str:
    """The version of Penumbra that runs; empty where it is not installed."""
    try:
        return version("penumbra-vetting")
    except PackageNotFoundError:
        return ""


def stamp(path: Path, provenance: Provenance) -> None:
    """Put the provenance into a table file just written: a second FITS table, a VOTable INFO, an entry of ECSV's meta,
    comment lines of CSV, metadata of Parquet. Raises ValueError for another format."""
    _pair(path)[0](path, provenance)


def read_stamp(path: Path) -> Provenance:
    """The provenance inside a file. Raises DataError where there is none."""
    read = _pair(path)[1]
    try:
        text = read(path)
    except (OSError, ValueError, KeyError, pa.ArrowException, VOTableSpecError, YamlParseError) as error:
        raise DataError(f"the provenance cannot be read ({error})", path=path, hint="Export the table again") from error
    if text is None:
        raise DataError("the file holds no provenance", path=path, hint="Only tables exported by Penumbra have one")
    try:
        return Provenance.from_json(text)
    except ValueError as error:
        raise DataError(f"the provenance is broken ({error})", path=path, hint="Export the table again") from error


def _stamp_fits(path: Path, provenance: Provenance) -> None:
    values = np.array([provenance.to_json().encode("ascii")])
    column = fits.Column("json", f"{values.dtype.itemsize}A", array=values)
    hdu = fits.BinTableHDU.from_columns([column], name=_EXTENSION)
    hdu.header["COMMENT"] = "Where the table before this one came from: dataset, cuts, version."
    with fits.open(path, mode="append") as file:
        file.append(hdu)


def _read_fits(path: Path) -> str | None:
    with fits.open(path) as file:
        if _EXTENSION not in file:
            return None
        return str(file[_EXTENSION].data["json"][0])


def _stamp_votable(path: Path, provenance: Provenance) -> None:
    content = path.read_bytes()
    place = content.index(b"<RESOURCE")
    info = f"<INFO name={quoteattr(NAME)} value={quoteattr(provenance.to_json())}/>\n ".encode("ascii")
    path.write_bytes(content[:place] + info + content[place:])


def _read_votable(path: Path) -> str | None:
    with get_xml_iterator(str(path)) as events:
        for start, tag, data, _place in events:
            if start and tag == "INFO" and data.get("name") == NAME:
                return str(data["value"])
            if start and tag == "RESOURCE":
                return None
    return None


def _stamp_ecsv(path: Path, provenance: Provenance) -> None:
    # A text that JSON spells is also a text that YAML reads.
    entry = f"# - {{{NAME}: {json.dumps(provenance.to_json())}}}\n"
    start = "# meta: !!omap\n"
    content = path.read_text(encoding="utf-8")
    place = content.index(start) + len(start)
    path.write_text(content[:place] + entry + content[place:], encoding="utf-8", newline="\n")


def _read_ecsv(path: Path) -> str | None:
    with path.open(encoding="utf-8") as file:
        header = [line.removeprefix("#").removeprefix(" ") for line in takewhile(lambda line: line[0] == "#", file)]
    found = dict(get_header_from_yaml(header[1:]).get("meta") or {})
    return None if NAME not in found else str(found[NAME])


def _stamp_csv(path: Path, provenance: Provenance) -> None:
    words = [f"# Candidates from {provenance.dataset_name!r}, exported by Penumbra {provenance.app_version}"]
    words += [f"# Cuts: {provenance.cut_text!a}", _CSV_START + provenance.to_json()]
    with path.open(encoding="utf-8", newline="") as file:
        content = file.read()
    path.write_text("\n".join(words) + "\n" + content, encoding="utf-8", newline="")


def _read_csv(path: Path) -> str | None:
    with path.open(encoding="utf-8") as file:
        comments = takewhile(lambda line: line[0] == "#", file)
        return next((line.removeprefix(_CSV_START) for line in comments if line.startswith(_CSV_START)), None)


def _stamp_parquet(path: Path, provenance: Provenance) -> None:
    table = pq.read_table(path)
    metadata = {**(table.schema.metadata or {}), NAME.encode(): provenance.to_json().encode()}
    sink = BytesIO()
    pq.write_table(table.replace_schema_metadata(metadata), sink)
    path.write_bytes(sink.getvalue())


def _read_parquet(path: Path) -> str | None:
    found = (pq.read_schema(path).metadata or {}).get(NAME.encode())
    return None if found is None else found.decode()


_Stamp = tuple[Callable[[Path, Provenance], None], Callable[[Path], str | None]]
FORMATS: Mapping[str, _Stamp] = MappingProxyType(
    {
        ".fits": (_stamp_fits, _read_fits),
        ".vot": (_stamp_votable, _read_votable),
        ".xml": (_stamp_votable, _read_votable),
        ".ecsv": (_stamp_ecsv, _read_ecsv),
        ".csv": (_stamp_csv, _read_csv),
        ".parquet": (_stamp_parquet, _read_parquet),
    }
)


def _pair(path: Path) -> _Stamp:
    if path.suffix.casefold() not in FORMATS:
        raise DataError(
            f"exports do not come in the format {path.suffix!r}",
            path=path,
            hint=f"End its name in {', '.join(FORMATS)}",
        )
    return FORMATS[path.suffix.casefold()]


def described_columns(table: pd.DataFrame) -> dict[str, dict[str, str]]:
    """Unit, UCD, description and type of each column of a table, without the empty ones."""
    found = {str(name): described(table, str(name)) | {"dtype": str(table[name].dtype)} for name in table.columns}
    return {name: {key: text for key, text in facts.items() if text} for name, facts in found.items()}
