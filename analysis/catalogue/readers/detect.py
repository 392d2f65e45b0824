"""Which reader a file needs, judged from its content."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from analysis.catalogue.errors import DataError
from analysis.catalogue.raw import Progress, RawTable
from analysis.catalogue.readers.arrow import read_arrow, read_parquet
from analysis.catalogue.readers.astropy_tables import read_ecsv, read_votable
from analysis.catalogue.readers.fits import read_fits
from analysis.catalogue.readers.gaia_json import read_gaia_json
from analysis.catalogue.readers.packed import open_unpacked
from analysis.catalogue.readers.text import read_text

Reader = Callable[[Path, Progress], RawTable]

READERS: Mapping[str, Reader] = MappingProxyType(
    {
        "FITS": read_fits,
        "Parquet": read_parquet,
        "Arrow": read_arrow,
        "VOTable": read_votable,
        "ECSV": read_ecsv,
        "JSON": read_gaia_json,
        "text": read_text,
    }
)
KNOWN = "FITS, VOTable, ECSV, CSV or text, Parquet, Arrow, or the Gaia archive's JSON"
_BINARY = {
    ".fits": "FITS",
    ".fit": "FITS",
    ".parquet": "Parquet",
    ".pq": "Parquet",
    ".arrow": "Arrow",
    ".feather": "Arrow",
}
_MAGIC = {b"PAR1": "Parquet", b"ARROW1": "Arrow", b"FEA1": "Arrow", b"\xff\xff\xff\xff": "Arrow", b"SIMPLE  =": "FITS"}
_PACKED = {b"PK\x03\x04": "zip", b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"\x28\xb5\x2f\xfd": "zstd"}
_HEAD = 4096


def detect(path: Path) -> str:
    """Name in `READERS` of the reader that the file needs.

    Raises DataError for a missing, empty or unknown file and for text under the name of a binary format.
    """
    head = _head(path)
    for magic, packer in _PACKED.items():
        if head.startswith(magic):
            raise DataError(f"the file is packed by {packer}", path=path, hint="Unpack it first, or pack it with gzip")
    kind = next((found for magic, found in _MAGIC.items() if head.startswith(magic)), None) or _text_kind(head, path)
    claimed = _BINARY.get(_suffix(path))
    if claimed is not None and kind in ("text", "ECSV", "VOTable", "JSON"):
        start = head.decode("utf-8", "replace").split("\n", 1)[0][:60].strip()
        content = "plain text" if kind == "text" else kind
        raise DataError(
            f"the file is named {_suffix(path)} but holds {content}, starting {start!r}",
            path=path,
            hint=f"Rename it to {_proper_suffix(kind)}, or fetch the {claimed} file again",
        )
    return kind


def _head(path: Path) -> bytes:
    if not path.exists():
        raise DataError("there is no such file", path=path, hint=_similar(path))
    if path.is_dir():
        raise DataError("this is a folder, not a file", path=path, hint="Name one of the files in it")
    try:
        with open_unpacked(path) as file:
            head = file.read(_HEAD)
    except PermissionError as error:
        raise DataError("the file may not be read", path=path, hint="Give yourself the right to read it") from error
    except (OSError, EOFError) as error:
        raise DataError(f"the file cannot be unpacked ({error})", path=path, hint="Fetch it again") from error
    if not head.strip():
        raise DataError("the file is empty", path=path, hint="Fetch or write it again")
    return head


def _text_kind(head: bytes, path: Path) -> str:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    folded = start[:1000].lower()
    if b"\0" in head:
        raise DataError("the content is of no known format", path=path, hint=f"Give {KNOWN}")
    if folded.startswith((b"<!doctype html", b"<html")):
        raise DataError(
            "the file is a web page, not a table",
            path=path,
            hint="It may be a login or an error page: fetch the file itself",
        )
    if folded.startswith((b"<?xml", b"<votable")):
        return "VOTable"
    if start.startswith(b"# %ECSV"):
        return "ECSV"
    return "JSON" if start.startswith((b"{", b"[")) else "text"


def _suffix(path: Path) -> str:
    plain = path.with_suffix("") if path.suffix.casefold() == ".gz" else path
    return plain.suffix.casefold()


def _proper_suffix(kind: str) -> str:
    return {"ECSV": ".ecsv", "VOTable": ".vot", "JSON": ".json"}.get(kind, ".csv or .txt")


def _similar(path: Path) -> str:
    folder = path.parent
    if not folder.is_dir():
        return f"There is no folder {folder} either"
    same = sorted(
        other.name for other in folder.iterdir() if other.name.casefold().startswith(path.stem.casefold()[:4])
    )
    return f"In the same folder there is {', '.join(same[:3])}" if same else f"Look into the folder {folder}"
