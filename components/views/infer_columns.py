"""Infers companions for all stars of the open catalogue, with the user's own isochrone where one is given."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

import panel as pn

from components.state.error_columns import (
    FLUX_INPUTS,
    WITH_ISOCHRONE,
    Isochrone,
    base_of_inferred,
    has_error_columns,
    lacking_inputs,
    open_isochrone,
    with_error_columns,
)
from components.state.session import Session
from components.state.uploads import read_upload
from components.state.workspace import Workspace
from components.theme import escape, format_count, stylesheet

log = logging.getLogger(__name__)
ACCEPTED = ".dat,.gz,.iso,.cmd,.txt"


class InferColumns(pn.viewable.Viewer):
    """A button that opens the catalogue anew with RUWE_spec, RUWE_phot, P, q, M₂, ΔM_G and platings."""

    def __init__(
        self, session: Session, workspace: Workspace, _theme: str, open_catalogue: Callable[[str, str], None]
    ) -> None:
        super().__init__()
        self._session, self._workspace, self._open = session, workspace, open_catalogue
        self._isochrone: Isochrone | None = None
        self._lacking = lacking_inputs(workspace.catalogue)
        prose: dict[str, Any] = {"margin": 0, "stylesheets": [stylesheet("prose")], "sizing_mode": "stretch_width"}
        widget: dict[str, Any] = {"stylesheets": [stylesheet("widgets")], "sizing_mode": "stretch_width"}
        self._said = pn.pane.HTML("", **prose)
        self._file = pn.widgets.FileInput(accept=ACCEPTED, multiple=False, margin=(6, 0), **widget)
        self._age = pn.widgets.FloatInput(
            name="log₁₀ age (yr), for a file with several ages",
            value=None,
            placeholder="the first",
            margin=(4, 0),
            **widget,
        )
        self._button = pn.widgets.Button(name=self._name(), disabled=bool(self._lacking), margin=(6, 0), **widget)
        self._file.param.watch(lambda *_: self._received(), "value")
        self._age.param.watch(lambda *_: self._received(), "value")
        self._button.on_click(lambda *_: self._go())
        self._layout = pn.Column(
            pn.pane.HTML(self._head(), **prose), self._file, self._age, self._said, self._button, margin=0,
            sizing_mode="stretch_width", styles={"max-height": "none"},
        )  # fmt: skip
        for part in (self._file, self._age):
            part.visible = not self._lacking

    def __panel__(self) -> pn.Column:
        return self._layout

    def show_theme(self, name: str) -> None:
        """Take on an appearance (the stylesheet reads the page's own colours)."""

    def _name(self) -> str:
        catalogue = self._workspace.catalogue
        if not has_error_columns(catalogue):
            return f"Infer companions of all {format_count(len(catalogue))} stars"
        return "Infer anew" if self._isochrone is None else f"Infer anew, with {self._isochrone.name}"

    def _head(self) -> str:
        catalogue = self._workspace.catalogue
        if self._lacking:
            text = f"Companions cannot be inferred: the catalogue has no {escape(', '.join(self._lacking))}."
        elif has_error_columns(catalogue):
            text = (
                "Companions are inferred in this catalogue. ΔM_G is the height above mean dwarfs (Pecaut & Mamajek "
                "2013) unless you choose a MIST or PARSEC isochrone with Gaia magnitudes here; the catalogue then "
                "opens anew with it, and your cuts."
            )
        else:
            text = (
                "The errors of single stars are fitted to this catalogue; RUWE_spec, RUWE_phot, P, q, M₂ with their 16 "
                "and 84 % points, ΔM_G and platings become columns. Choose a MIST or PARSEC isochrone with Gaia "
                "magnitudes first, or ΔM_G is the height above mean dwarfs (Pecaut & Mamajek 2013)."
            )
            if not set(FLUX_INPUTS) <= catalogue.usable_columns:
                text += f" Without {' and '.join(FLUX_INPUTS)} there is no RUWE_phot, and so no gold."
        return f"<h3>Inferred columns</h3><p class=small>{text}</p>"

    def _received(self) -> None:
        name, content = str(self._file.filename or "isochrone"), self._file.value
        self._isochrone = None
        self._said.object = ""
        if content:
            try:
                self._isochrone = read_upload(name, content, partial(open_isochrone, log_age=self._age.value))
            except ValueError as error:
                log.info("isochrone %s: %s", name, error)
                self._said.object = f"<p class=warn>{escape(error)}</p>"
            else:
                line = self._isochrone.sequence
                self._said.object = (
                    f"<p class=small>{escape(self._isochrone.name)}: {line.bp_rp.size} points of the main sequence, "
                    f"BP−RP {line.bp_rp[0]:.2f} to {line.bp_rp[-1]:.2f}. Stars of other colours get no ΔM_G.</p>"
                )
        self._button.name = self._name()

    def _go(self) -> None:
        catalogue, isochrone, session = self._workspace.catalogue, self._isochrone, self._session
        base = base_of_inferred(catalogue.name) or catalogue.name
        if isochrone is None:
            name = session.library.add_inferred(base)
        else:
            title = f"{catalogue.title.split(', companions inferred')[0]}, companions inferred with {isochrone.name}"
            name = session.library.add_made(
                f"{base}{WITH_ISOCHRONE}", title, lambda progress: with_error_columns(catalogue, isochrone, progress)
            )
        self._open(name, self._workspace.query())
