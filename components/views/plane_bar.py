"""The title line of a plane."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import param
from panel.custom import JSComponent

from components.browser_script import browser_script
from components.state.planes import figures_not_for, shown_slots
from components.state.workspace import Workspace
from components.theme import THEMES, css_variables

_CSS = Path(__file__).with_name("plane_bar.css")


class PlaneBar(JSComponent):
    """Chooses the figure, the axes and the colours of one slot, and shows the colour bar."""

    slot = param.String(default="")
    figures = param.List(default=[])
    absent = param.List(default=[])
    key = param.String(default="")
    columns = param.List(default=[])
    axes = param.Dict(default={})
    value_label = param.String(default="")
    number = param.Integer(default=4)
    sheet = param.String(default="")

    _esm = browser_script("views/plane_bar.js")

    def __init__(self, workspace: Workspace, slot: str, theme: str, go_home: Callable[[], None]) -> None:
        super().__init__(slot=slot, sizing_mode="stretch_width", height=30, margin=0)
        self._workspace = workspace
        self._go_home = go_home
        catalogue = workspace.catalogue
        self.columns = [
            [name, catalogue.label(name).text] for name in catalogue.numeric_columns if name in catalogue.usable_columns
        ]
        self.absent = [
            [figure.key, f"{figure.title} (needs {', '.join(missing)})"]
            for figure, missing in figures_not_for(catalogue.usable_columns)
            if not figure.key.startswith(("ruwe_map_", "ruwe_spec_map_", "ruwe_phot_map_", "fit_map_", "hr_"))
        ]
        self.show_theme(theme)
        self.show_figure()

    def show_theme(self, name: str) -> None:
        """Take on an appearance."""
        self.sheet = f":host{{{css_variables(THEMES[name])}}}" + _CSS.read_text()

    def show_figure(self) -> None:
        """Show the slot's present figure in the controls."""
        catalogue = self._workspace.catalogue
        figure = self._workspace.planes.figures.get(self.slot)
        figures = [[known.key, known.title] for known in catalogue.figures]
        self.number = len(shown_slots(self._workspace.planes.figures))
        if figure is None:
            self.param.update(figures=[["", "Nothing to draw"], *figures], key="", axes={})
            return
        if figure.key == "custom":
            x, y = (catalogue.label(name).short for name in (figure.x, figure.y))
            mean = f"Mean {catalogue.label(figure.value).short}: " if figure.value else ""
            figures = [["custom", f"{mean}{y} against {x}"], *figures]
        self.param.update(
            figures=figures,
            key=figure.key,
            value_label=f"mean {catalogue.label(figure.value).short}" if figure.value else "",
            axes={
                "x": figure.x,
                "y": figure.y,
                "value": figure.value or "",
                "x_log": figure.x_scale == "log10",
                "y_log": figure.y_scale == "log10",
                "scale": figure.colour_scale,
                "centre": "" if figure.centre is None else f"{figure.centre:g}",
                "limit_lines": "limit_lines" in figure.overlays,
                "mass_ratio": figure.mass_ratio,
            },
        )

    def _handle_msg(self, data: Any) -> None:
        workspace, kind = self._workspace, data.get("kind")
        try:
            if kind == "figure" and data["key"] not in ("", "custom"):
                workspace.choose_figure(self.slot, data["key"])
            elif kind == "home":
                self._go_home()
            elif kind == "planes":
                workspace.show_planes(int(data["number"]))
            elif kind == "mass_ratio":
                workspace.choose_mass_ratio(self.slot, float(data["value"]))
            elif kind == "axes":
                centre = str(data["centre"]).strip()
                workspace.choose_axes(
                    self.slot, data["x"], data["y"], data["value"], bool(data["x_log"]), bool(data["y_log"]),
                    data["scale"], float(centre) if centre else None,
                )  # fmt: skip
            workspace.complaint = ""
        except (ValueError, KeyError, TypeError) as error:
            workspace.complaint = f"The axes stay as they were: {error}"
            self.show_figure()
