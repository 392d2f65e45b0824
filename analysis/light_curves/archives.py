"""Light curves fetched from the MAST archive, into a folder that `SeriesIndex` reads."""

import hashlib
import importlib
import importlib.util
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass
from pathlib import Path

from analysis.light_curves.reading import read
from analysis.light_curves.series import SeriesError

TIMEOUT_SECONDS = 120.0
AUTHORS = ("SPOC", "TESS-SPOC", "QLP")

Download = Callable[[int, str, Path], None]


class ArchiveError(RuntimeError):
    """The archive could not be asked or did not answer; the message says what to do."""


@dataclass(frozen=True)
class FetchedFile:
    """A fetched light-curve file, who made it, and the SHA-256 of its bytes."""

    path: Path
    author: str
    sha256: str


def fetch_light_curves(
    tic: int,
    folder: str | Path,
    authors: tuple[str, ...] = AUTHORS,
    timeout: float = TIMEOUT_SECONDS,
    download: Download | None = None,
) -> list[FetchedFile]:
    """Light-curve files of one TIC star, from the first of `authors` who has any; [] if none has.

    Files are fetched beside `folder`, read once to see that they are whole, and only then moved into it; one
    that is there already with the same bytes stays. `download(tic, author, into)` puts files below a folder; by
    default lightkurve asks MAST. Raises ArchiveError without lightkurve, without an answer within `timeout`
    seconds, or for a damaged file.
    """
    fetch = download or _download_with_lightkurve
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for author in authors:
        with tempfile.TemporaryDirectory(prefix=".fetching-", dir=folder, ignore_cleanup_errors=True) as temporary:
            _within_time(fetch, tic, author, Path(temporary), timeout)
            files = sorted(Path(temporary).rglob("*.fits"))
            fetched = [_take(file, folder, author) for file in files]
        if fetched:
            return fetched
    return []


def _within_time(fetch: Download, tic: int, author: str, into: Path, timeout: float) -> None:
    pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="archive")
    try:
        pool.submit(fetch, tic, author, into).result(timeout)
    except TookTooLong as error:
        hint = "try again later, or put the files into the folder yourself"
        raise ArchiveError(f"MAST did not answer for TIC {tic} within {timeout:g} s: {hint}") from error
    except OSError as error:
        hint = "check the network, or put the files into the folder yourself"
        raise ArchiveError(f"MAST cannot be reached for TIC {tic} ({error}): {hint}") from error
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _take(file: Path, folder: Path, author: str) -> FetchedFile:
    """Move a whole file into the folder in one step."""
    try:
        read(file)
    except SeriesError as error:
        raise ArchiveError(f"the archive sent a file that cannot be read: {error}") from error
    checksum = hashlib.sha256(file.read_bytes()).hexdigest()
    target = folder / file.name
    if not target.exists() or hashlib.sha256(target.read_bytes()).hexdigest() != checksum:
        file.replace(target)
    return FetchedFile(target, author, checksum)


def _download_with_lightkurve(tic: int, author: str, into: Path) -> None:
    if importlib.util.find_spec("lightkurve") is None:
        install = "pip install 'penumbra-vetting[archives]'"
        raise ArchiveError(f"fetching light curves needs lightkurve: {install}, or put the files there yourself")
    lightkurve = importlib.import_module("lightkurve")
    found = lightkurve.search_lightcurve(f"TIC {tic}", author=author)
    if len(found):
        found.download_all(download_dir=str(into))
