"""The command ``penumbra``."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path


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
    serve.set_defaults(run=_serve)

    check = commands.add_parser(
        "check", help="say what a file holds", description="Read a catalogue and say what was found."
    )
    check.add_argument("files", nargs="+", type=Path, metavar="FILE")
    check.set_defaults(run=_check)

    warm = commands.add_parser("warm", help="compile the engine and convert shipped catalogues once")
    warm.set_defaults(run=_warm)
    return parser


def _serve(options: argparse.Namespace) -> int:
    absent = [str(path) for path in options.files if not path.is_file()]
    if absent:
        sys.stderr.write(f"penumbra: no such file: {', '.join(absent)}\n")
        return 1
    import app
    from components.server import serve

    def ready(url: str) -> None:
        sys.stdout.write(f"Penumbra is at {url}\nStop it with Ctrl+C.\n")
        sys.stdout.flush()

    try:
        serve(
            app.build, options.files, address=options.address, port=options.port, show=options.show,
            origins=options.allow_origin, series=options.series, on_ready=ready,
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
    from analysis.selection import warm
    from components.state.library import Library

    warm()
    library = Library()
    for name in library.titles:
        library.open(name)
    sys.stdout.write("Ready: the engine is compiled and the shipped catalogues are converted.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
