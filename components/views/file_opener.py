"""Opens a catalogue from the visitor's own disk."""

from __future__ import annotations

from collections.abc import Callable

import panel as pn

from components.dropped_files import take_dropped
from components.state.session import Session
from components.state.uploads import UploadFolder
from components.theme import stylesheet

LIMIT_MB = 500
_STYLE = {
    "padding": "8px 14px",
    "background": "var(--pen-panel)",
    "border-bottom": "1px solid var(--pen-line)",
}


class FileOpener(pn.viewable.Viewer):
    """A drop area, shown on demand; what is dropped is stored outside the served tree and opened."""

    def __init__(self, session: Session, on_open: Callable[[str], None], limit_mb: int = LIMIT_MB) -> None:
        super().__init__()
        self._session = session
        self._on_open = on_open
        self._folder = UploadFolder()
        self._limit_mb = limit_mb
        self._dropper = pn.widgets.FileDropper(
            multiple=False,
            max_file_size=f"{limit_mb}MB",
            max_total_file_size=f"{limit_mb}MB",
            height=90,
            sizing_mode="stretch_width",
            margin=(4, 0),
            stylesheets=[stylesheet("dropper")],
        )
        self._dropper.param.watch(lambda *_: self._received(), "value")
        text = (
            "<p><b>Open a catalogue file</b>: FITS, VOTable, ECSV, CSV, Parquet, Arrow or Gaia JSON, up to "
            f"{limit_mb} MB. Larger ones: <code>penumbra serve FILE</code>.</p>"
        )
        self._layout = pn.Column(
            pn.pane.HTML(text, margin=0, stylesheets=[stylesheet("prose")], sizing_mode="stretch_width"),
            self._dropper,
            visible=False,
            margin=0,
            sizing_mode="stretch_width",
            styles=_STYLE,
        )

    def __panel__(self) -> pn.Column:
        return self._layout

    def toggle(self) -> None:
        """Show or hide the drop area."""
        self._layout.visible = not self._layout.visible

    def hide(self) -> None:
        """Hide the drop area."""
        self._layout.visible = False

    def close(self) -> None:
        """Remove what this session uploaded."""
        self._folder.close()

    def _received(self) -> None:
        for name, content in take_dropped(self._dropper):
            if len(content) > self._limit_mb * 1024 * 1024:
                text = f"{name} is larger than {self._limit_mb} MB. Start with: penumbra serve FILE"
                self._session.say(text, error=True)
                continue
            path = self._folder.keep(name, content)
            self._on_open(self._session.library.add_file(path, title=f"{path.name} (uploaded)"))
