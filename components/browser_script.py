"""The browser's side of a view: one script of several files."""

from pathlib import Path

HERE = Path(__file__).parent


def browser_script(*names: str) -> str:
    """Return what all views share, then these files of ``components``, as one script."""
    return "".join((HERE / name).read_text(encoding="utf-8") for name in ("node.js", *names))
