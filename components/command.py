"""The command ``penumbra``."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from components import command_judging, command_lessons, command_spectra


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status (0 done, 1 refused input, 2 wrong usage)."""
    parser = _parser()
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO if options.verbose else logging.WARNING, format="%(name)s: %(message)s")
    status: int = options.run(options)
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="penumbra", description="Find stars with unseen companions: a workbench in the browser."
    )
    parser.add_argument("--version", action="version", version=f"penumbra {version('penumbra-vetting')}")
    parser.add_argument("--verbose", action="store_true", help="log what is being done")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    serve = commands.add_parser("serve", help="start the dashboard", description="Start the dashboard.")
    serve.add_argument("files", nargs="*", type=Path, metavar="FILE", help="catalogues to offer; the first one opens")
    serve.add_argument("--port", type=int, default=5006, help="port to listen on (default 5006; 0 takes a free one)")
    serve.add_argument("--address", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    serve.add_argument("--show", action="store_true", help="open the page in a browser")
    serve.add_argument(
        "--allow-origin",
        action="append",
        default=[],
        metavar="HOST",
        help="another host the page may come from",
    )
    serve.add_argument(
        "--series", type=Path, metavar="FOLDER", help="folder, or index file, of the stars' light curves"
    )
    command_lessons.add_serve_options(serve)
    command_judging.add_serve_options(serve)
    command_spectra.add_serve_options(serve)
    serve.set_defaults(run=_serve)

    command_judging.add_commands(commands)
    command_spectra.add_commands(commands)

    check = commands.add_parser(
        "check", help="say what a file holds", description="Read a catalogue and say what was found."
    )
    check.add_argument("files", nargs="+", type=Path, metavar="FILE")
    check.set_defaults(run=_check)

    warm = commands.add_parser("warm", help="compile the engine and convert shipped catalogues once")
    warm.add_argument("--all", action="store_true", help="make the simulated survey too (half a minute)")
    warm.set_defaults(run=_warm)

    simulate = commands.add_parser("simulate", help="make a survey whose truth is known")
    simulate.add_argument("stars", type=int, metavar="N", help="number of stars")
    simulate.add_argument("out", type=Path, metavar="OUT", help="Arrow file to write; the truth goes beside it")
    simulate.add_argument("--seed", type=int, default=7)
    simulate.set_defaults(run=_simulate)

    periods = commands.add_parser("periods", help="search the periods of many light curves")
    periods.add_argument("files", nargs="+", type=Path, metavar="FILE")
    periods.add_argument("--out", type=Path, required=True, help="table to write; what it already holds is passed over")
    periods.add_argument("--processes", type=int, default=None, help="how many at once (default: all cores)")
    periods.set_defaults(run=_periods)
    command_lessons.add_commands(commands)
    return parser


def _serve(options: argparse.Namespace) -> int:
    absent = [str(path) for path in options.files if not path.is_file()]
    if absent:
        sys.stderr.write(f"penumbra: no such file: {', '.join(absent)}\n")
        return 1
    from analysis.catalogue import DataError
    from analysis.catalogue.simulated import survey_stars

    try:
        survey_stars()
    except ValueError as error:
        sys.stderr.write(f"penumbra: {error}\n")
        return 1
    try:
        verdicts, login = command_judging.verdict_book(options), command_judging.login_settings(options)
    except (DataError, ValueError) as error:
        sys.stderr.write(f"penumbra: {error}\n")
        return 1
    import app
    from components.server import serve

    def ready(url: str) -> None:
        sys.stdout.write(f"Penumbra is at {url}\nStop it with Ctrl+C.\n")
        sys.stdout.flush()

    lessons, spectra = command_lessons.shelf_of(options), command_spectra.source_of(options)
    if lessons is None or spectra is None:
        return 1
    try:
        serve(
            app.build, options.files, address=options.address, port=options.port, show=options.show,
            origins=options.allow_origin, series=options.series, spectra=spectra, lessons=lessons,
            first_lesson=options.lesson or "", verdicts=verdicts, login=login, on_ready=ready,
        )  # fmt: skip
    except OSError as error:
        place = f"{options.address}:{options.port}"
        sys.stderr.write(f"penumbra: cannot listen on {place}: {error.strerror}. Choose another --port.\n")
        return 1
    return 0


def _check(options: argparse.Namespace) -> int:
    from analysis.catalogue import COLUMNS, DataError, read

    status = 0
    for path in options.files:
        try:
            table = read(path)
        except DataError as error:
            sys.stderr.write(f"{error}\n")
            status = 1
            continue
        known = [name for name in table.columns if name in COLUMNS]
        lines = [f"{path}: {len(table)} rows, {len(table.columns)} columns, {len(known)} of them in the schema"]
        for name in table.columns:
            own = table.attrs.get("columns", {}).get(name, {})
            unit = COLUMNS[name].unit if name in COLUMNS else own.get("unit", "")
            missing = int(table[name].isna().sum())
            lines.append(
                f"  {name:34} {table[name].dtype!s:10} {unit or '-':14}"
                + (f" {missing} missing" if missing else "")
                + ("" if name in COLUMNS else "  (not in the schema)")
            )
        lines += [f"  note: {note}" for note in table.attrs.get("notes", ())]
        sys.stdout.write("\n".join(lines) + "\n")
    return status


def _warm(options: argparse.Namespace) -> int:
    from analysis.catalogue import load_dataset, shipped_datasets
    from analysis.selection import warm

    sys.stdout.write("Compiling the engine, converting the shipped catalogues.\n")
    sys.stdout.flush()
    warm()
    for dataset in shipped_datasets():
        if options.all or not dataset.simulated:
            load_dataset(dataset.name, _print_progress)
    _print_line("Ready.")
    return 0


def _print_progress(share: float, text: str) -> None:
    if sys.stdout.isatty():
        sys.stdout.write(f"\r\033[K{share:4.0%} {text}")
        sys.stdout.flush()


def _print_line(text: str) -> None:
    sys.stdout.write(("\r\033[K" if sys.stdout.isatty() else "") + text + "\n")
    sys.stdout.flush()


def _simulate(options: argparse.Namespace) -> int:
    from analysis.simulate import truth_path, write_survey

    if options.stars < 1:
        sys.stderr.write(f"penumbra: {options.stars} stars make no survey: give 1 or more\n")
        return 1
    try:
        path = write_survey(options.out, options.stars, options.seed, _print_progress)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"penumbra: {error}\n")
        return 1
    _print_line(f"{options.stars} stars in {path}, their truth in {truth_path(path)}")
    return 0


def _periods(options: argparse.Namespace) -> int:
    from analysis.light_curves import search_periods

    def progress(done: int, total: int, path: Path) -> None:
        _print_progress(done / total, f"{done} of {total} {path.name}")

    summary = search_periods(options.files, options.out, options.processes, progress)
    _print_line(
        f"{summary.searched} light curves searched, {summary.failed} of them failed, {summary.already_done} were in "
        f"{options.out} already."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
