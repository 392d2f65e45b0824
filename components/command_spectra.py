"""What the command ``penumbra`` does with spectra: where pages find them, and whole folders at once."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from analysis.spectra import TemplateLibrary
    from components.state.spectra import SpectrumSource


def add_serve_options(serve: argparse.ArgumentParser) -> None:
    """Add what ``penumbra serve`` takes for spectra."""
    group = serve.add_argument_group("spectra")
    group.add_argument(
        "--spectra",
        type=Path,
        metavar="FOLDER",
        help="folder (or CSV index) of the stars' spectra: LAMOST, SDSS, ECSV, CSV",
    )
    group.add_argument("--pca", type=Path, metavar="FILE", help="PCA model to rebuild spectra with (see penumbra pca)")
    group.add_argument("--templates", type=Path, metavar="FOLDER", help="template spectra at rest, as folder or .npz")


def source_of(options: argparse.Namespace) -> SpectrumSource | None:
    """Return where pages find spectra; None, and what is wrong, for a path that is not there."""
    from components.state.spectra import SpectrumSource

    for path in (options.spectra, options.pca, options.templates):
        if path is not None and not path.exists():
            sys.stderr.write(f"penumbra: no such file or folder: {path}\n")
            return None
    return SpectrumSource(options.spectra, options.pca, options.templates)


def add_commands(commands: Any) -> None:
    """Add the commands that work through folders of spectra."""
    pca = commands.add_parser("pca", help="learn principal components from a folder of spectra")
    pca.add_argument("folder", type=Path, metavar="FOLDER")
    pca.add_argument("--out", type=Path, required=True, metavar="FILE", help="model to write (.npz)")
    pca.add_argument("--components", type=int, default=100, help="how many to keep at most (default 100)")
    pca.set_defaults(run=_pca)

    velocities = commands.add_parser("velocities", help="measure the velocities of a folder of spectra")
    velocities.add_argument("folder", type=Path, metavar="FOLDER")
    velocities.add_argument("--out", type=Path, required=True, metavar="FILE", help="CSV of epochs; continued if there")
    velocities.add_argument("--templates", type=Path, metavar="FOLDER", help="template spectra (default: from FOLDER)")
    velocities.add_argument("--catalogue", type=Path, metavar="FILE", help="catalogue that gets n_rv and ΔV_R per star")
    velocities.add_argument(
        "--systematic", type=float, default=3.0, metavar="KM_S", help="error added to each epoch (default 3)"
    )
    velocities.set_defaults(run=_velocities)

    types = commands.add_parser("types", help="find spectral types, and white dwarfs beside cool stars")
    types.add_argument("folder", type=Path, metavar="FOLDER")
    types.add_argument("--out", type=Path, required=True, metavar="FILE", help="CSV of types; continued if there")
    types.add_argument("--templates", type=Path, metavar="FOLDER", help="template spectra (default: from FOLDER)")
    types.set_defaults(run=_types)

    labels = commands.add_parser("labels", help="temperature and metallicity of M dwarfs by SLAM")
    labels.add_argument("folder", type=Path, metavar="FOLDER")
    labels.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="CSV with the columns of Li et al. 2021"
    )
    labels.add_argument(
        "--training",
        type=Path,
        metavar="CSV",
        help="path, teff, m_h of spectra with known labels (default: simulated, only to try it)",
    )
    labels.add_argument("--model", type=Path, metavar="FILE", help="trained model: read if there, else written")
    labels.add_argument("--least-snr", type=float, default=5.0, help="S/N in i that a spectrum needs (default 5)")
    labels.add_argument("--processes", type=int, default=1, help="how many train at once (default 1)")
    labels.set_defaults(run=_labels)

    luminosities = commands.add_parser("luminosities", help="M_Ks, distance and binary flag of hot stars")
    luminosities.add_argument("folder", type=Path, metavar="FOLDER")
    luminosities.add_argument(
        "catalogue", type=Path, metavar="CATALOGUE", help="stars with k_m, k_msigcom, parallax, parallax_error"
    )
    luminosities.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="CSV with the columns of Xiang et al."
    )
    luminosities.add_argument(
        "--model", type=Path, metavar="FOLDER", help="trained networks: read if there, else written"
    )
    luminosities.add_argument("--components", type=int, default=100, help="of the PCA (default 100)")
    luminosities.set_defaults(run=_luminosities)


def _pca(options: argparse.Namespace) -> int:
    from analysis.spectra import train_pca

    def run() -> int:
        model, flags, stack, failures = train_pca(
            options.folder, options.out, options.components, progress=_counter("read")
        )
        _line(
            f"{model.eigenvectors_.shape[0]} components of {model.provenance_['n_spectra']} spectra in {options.out}; "
            f"left out of {len(stack)}: {int(flags.emission.sum())} in emission, {int(flags.bad.sum())} bad. "
            f"{_passed_over(failures)}"
        )
        _list(failures)
        return 0

    return _told(run)


def _velocities(options: argparse.Namespace) -> int:
    from analysis.spectra import measure_velocities, star_velocities

    def run() -> int:
        done = measure_velocities(options.folder, _templates(options), options.out, progress=_counter("measured"))
        stars = star_velocities(done.rows, options.systematic)
        path = options.out.with_name(f"{options.out.stem}_stars.csv")
        if options.catalogue is not None:
            table = _beside_catalogue(options.catalogue, stars)
            table.to_csv(path, index=False)
        else:
            stars.to_csv(path, index=False)
        _line(
            f"{len(done.rows)} velocities in {options.out}, {len(stars)} stars with their ΔV_R in {path}. "
            f"{_passed_over(done.failures)} Open it: penumbra serve {path} --spectra {options.folder}"
        )
        _list(done.failures)
        return 0

    return _told(run)


def _types(options: argparse.Namespace) -> int:
    from analysis.spectra import classify_folder, white_dwarf_templates

    def run() -> int:
        library = _templates(options)
        done = classify_folder(options.folder, library, white_dwarf_templates(), options.out, _counter("typed"))
        composite = int((done.rows["white_dwarf_share"] > 0).sum()) if len(done.rows) else 0
        _line(
            f"{len(done.rows)} types in {options.out}, {composite} of them with a white dwarf. "
            f"{_passed_over(done.failures)}"
        )
        _list(done.failures)
        return 0

    return _told(run)


def _labels(options: argparse.Namespace) -> int:
    from analysis.spectra.label_folder import label_folder

    def run() -> int:
        done = label_folder(
            options.folder, options.out, options.training, options.model, options.least_snr, options.processes,
            _counter("done"),
        )  # fmt: skip
        kind = "simulated M dwarfs: only to try it" if options.training is None else options.training.name
        _line(f"{len(done.rows)} stars labelled in {options.out}, trained on {kind}. {_passed_over(done.failures)}")
        _list(done.failures)
        return 0

    return _told(run)


def _luminosities(options: argparse.Namespace) -> int:
    from analysis.catalogue import read
    from analysis.spectra.luminosity_folder import luminosity_folder

    def run() -> int:
        table, failures = luminosity_folder(
            options.folder, read(options.catalogue), options.out, options.model, options.components, _counter("done")
        )
        flagged = int((table["binary_flag"] == 1).sum())
        _line(
            f"{len(table)} stars in {options.out}: {int((table['em_flag'] == 1).sum())} in emission, {flagged} "
            f"over-luminous. {_passed_over(failures)}"
        )
        _list(failures)
        return 0

    return _told(run)


def _templates(options: argparse.Namespace) -> TemplateLibrary:
    from analysis.spectra import find_spectra, read_templates
    from analysis.spectra.folders import folder_templates

    if options.templates is not None:
        return read_templates(options.templates)
    library = folder_templates(find_spectra(options.folder), progress=_counter("read for templates"))
    _line(f"Templates: {library.source}.")
    return library


def _beside_catalogue(path: Path, stars: pd.DataFrame) -> pd.DataFrame:
    """The catalogue with n_rv, delta_vr and its error of the stars that were measured, matched as spectra are."""
    from analysis.catalogue import read
    from analysis.spectra import join_velocities

    table = read(path)
    joined = join_velocities(table, stars)
    _line(f"{int((joined['n_rv'] > 0).sum())} of {len(table)} stars of {path.name} have velocities.")
    return joined


def _told(run: Any) -> int:
    """Status of a command, with a refusal in words for input that cannot be used."""
    from analysis.catalogue import DataError
    from analysis.spectra import SpectrumError

    try:
        status: int = run()
    except (SpectrumError, DataError, ValueError, KeyError, OSError, ImportError) as error:
        _line("")
        sys.stderr.write(f"penumbra: {error.args[0] if isinstance(error, KeyError) and error.args else error}\n")
        return 1
    return status


def _passed_over(failures: pd.DataFrame) -> str:
    count = len(failures)
    return f"{count} {'file' if count == 1 else 'files'} passed over." if count else "No file was passed over."


def _list(failures: pd.DataFrame, most: int = 10) -> None:
    for _, row in failures.head(most).iterrows():
        sys.stderr.write(f"  {row['problem']}\n")
    if len(failures) > most:
        sys.stderr.write(f"  and {len(failures) - most} more\n")


def _counter(word: str) -> Any:
    def show(done: int, total: int, name: str) -> None:
        if sys.stdout.isatty():
            sys.stdout.write(f"\r\033[K{done / max(total, 1):4.0%} {done} of {total} {word}: {name}")
            sys.stdout.flush()

    return show


def _line(text: str) -> None:
    sys.stdout.write(("\r\033[K" if sys.stdout.isatty() else "") + (text + "\n" if text else ""))
    sys.stdout.flush()
