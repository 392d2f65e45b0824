"""Composes one page: header, cuts on the left, planes and table in the middle, the star on the right."""

from __future__ import annotations

from functools import partial
from typing import Any

import panel as pn

from components.side_pages import STAY_WHEN_PICKED, side_pages
from components.state.planes import shown_slots, slot_rows
from components.state.session import Session
from components.state.tuning import Tuning
from components.state.workspace import Workspace
from components.theme import THEMES, css_variables
from components.views.candidate_table import CandidateTable
from components.views.connection import Connection
from components.views.cut_sliders import CutSliders
from components.views.file_opener import FileOpener
from components.views.header import Header
from components.views.inference_overlays import INFERENCE_OVERLAYS
from components.views.keys import Keys
from components.views.lesson_callout import LessonCallout
from components.views.plane import Plane
from components.views.plane_access import PlaneAccess
from components.views.plane_bar import PlaneBar
from components.views.real_stars import real_star_layers
from components.views.side_panel import SidePanel
from components.views.spectra_overlays import SPECTRA_OVERLAYS
from components.views.stream import Stream, shape_cut
from components.views.triage_overlays import TRIAGE_OVERLAYS
from components.views.velocity_period import OVERLAYS

LEFT_WIDTH, RIGHT_WIDTH, TABLE_HEIGHT = 292, 404, 208
_BOX = {
    "background": "var(--pen-panel)",
    "border": "1px solid var(--pen-line)",
    "border-radius": "10px",
    "overflow": "hidden",
}
_BODY = {"gap": "8px", "padding": "8px", "box-sizing": "border-box"}


class Page(pn.viewable.Viewer):
    """The whole page of one session."""

    def __init__(self, session: Session, socket: str = "") -> None:
        super().__init__()
        self.session = session
        self.stream = Stream(session, socket)
        self._header = Header(session)
        self._header.on_msg(lambda event: self._asked(event.data))
        self._connection = Connection(session.theme)
        self._keys = Keys(session.library.verdicts.vocabulary, session.theme)
        self._keys.on_msg(lambda event: self._asked(event.data))
        session.verdicts.in_document = self.stream.in_document
        for kind in ("verdict", "draft"):
            self.stream.serve(kind, session.verdicts.receive)
        self._opener = FileOpener(session, self._open)
        self._body = pn.Row(sizing_mode="stretch_both", margin=0, styles=_BODY, css_classes=["pen-body"])
        self._root = pn.Column(
            self.stream, self._connection, self._keys, self._header, self._opener, self._body, LessonCallout(session),
            PlaneAccess(session),
            sizing_mode="stretch_both", margin=0, styles={"height": "100vh", "overflow": "hidden"},
        )  # fmt: skip
        self._views: dict[str, Any] = {}
        self._show_theme()
        session.param.watch(lambda *_: self._show_theme(), "theme")
        session.param.watch(lambda *_: self._show_workspace(), "workspace")
        session.param.watch(lambda *_: self._change_layout(), "layout")
        session.param.watch(lambda *_: self._show_address(), "address")

    def __panel__(self) -> pn.Column:
        return self._root

    def close(self) -> None:
        """Free everything of this page."""
        self._opener.close()
        self.session.close()

    def start(self) -> None:
        """Open the catalogue named in the address once the page is there."""
        pn.state.onload(self._first)

    async def _first(self) -> None:
        if not await self.session.learning.begin_asked():
            await self.session.open_first()

    def _open(self, name: str) -> None:
        pn.state.execute(partial(self._replace, name))

    async def _replace(self, name: str) -> None:
        self._opener.hide()
        if not await self.session.open(name):
            self._header.param.trigger("dataset")

    def _asked(self, message: dict[str, Any]) -> None:
        session, kind = self.session, message.get("kind")
        workspace = session.workspace
        if kind == "dataset":
            self._open(str(message["name"]))
        elif kind == "open_file":
            self._opener.toggle()
        elif kind == "about":
            session.tell_about()
        elif kind == "theme":
            session.theme = "light" if session.theme == "dark" else "dark"
        elif kind == "layout" and "name" not in message:
            session.layout = "planes" if session.layout == "star" else "star"
        elif kind == "layout" and message.get("name") in session.param.layout.objects:
            session.layout = message["name"]
        elif kind == "mark" and session.challenges.open is not None:
            session.challenges.toggle()
        elif kind == "dismiss":
            session.say("")
        elif workspace is not None and kind in ("undo", "redo"):
            getattr(workspace.history, kind)()
        elif workspace is not None and kind in ("next", "previous"):
            getattr(session.queue, kind)()
        elif workspace is not None and kind == "judge":
            session.layout = "star"
            self._views["side"].bring("Judge")
        elif workspace is not None and kind in ("double", "halve"):
            getattr(workspace.folding, kind)()

    # ------------------------------------------------------------------ one workspace

    def _show_workspace(self) -> None:
        session, workspace = self.session, self.session.workspace
        if workspace is None:
            return
        for name in ("side", "table"):
            if name in self._views:
                self._views[name].close()
        self._views = {}
        theme = session.theme
        told = workspace.catalogue.has_truth and session.challenges.open is None
        tuning = Tuning(workspace, looked_at=False) if told else None
        sliders = CutSliders(workspace, theme, tuning)
        table = CandidateTable(workspace, TABLE_HEIGHT, session.verdicts)
        side = SidePanel(session, workspace, side_pages(session, workspace, tuning), RIGHT_WIDTH, stay=STAY_WHEN_PICKED)
        self._cells: dict[str, pn.Column] = {}
        self._planes = pn.Column(
            sizing_mode="stretch_both", margin=0, styles={"gap": "8px"}, css_classes=["pen-planes"]
        )
        self._arrange(workspace)
        self._views.update(sliders=sliders, table=table, side=side)
        self._left = pn.Column(sliders, width=LEFT_WIDTH, sizing_mode="stretch_height", margin=0, styles=_BOX)
        self._middle = pn.Column(
            self._planes,
            pn.Column(
                table, height=TABLE_HEIGHT, sizing_mode="stretch_width", margin=0, styles=_BOX,
                css_classes=["pen-table"],
            ),
            sizing_mode="stretch_both", margin=0, styles={"gap": "8px", "min-width": "0"},
        )  # fmt: skip
        self._right = pn.Column(side, margin=0, styles=_BOX, css_classes=["pen-side"])
        self._show_layout()
        self._body[:] = [self._left, self._middle, self._right]
        self.stream.attach(workspace)
        workspace.history.param.watch(lambda *_: self._header.follow_history(), ["can_undo", "can_redo"])
        self._header.follow_history()
        workspace.planes.param.watch(self._show_figures, "figures")
        for state, names in (
            (workspace.selection, ["clauses"]),
            (workspace.planes, ["figures"]),
            (workspace.focus, ["row"]),
            (workspace.replay, ["applied"]),
            (workspace, ["windows"]),
            *([(workspace.real, ["row"])] if workspace.real is not None else []),
        ):
            state.param.watch(lambda *_: self._show_address(), names)
        self._show_address()

    def _arrange(self, workspace: Workspace) -> None:
        """Lay the planes out in two rows of two or three."""
        rows = []
        for slots in slot_rows(workspace.planes.figures):
            for slot in slots:
                if slot not in self._cells:
                    self._cells[slot] = self._plane(workspace, slot, self.session.theme)
            cells = [self._cells[slot] for slot in slots]
            rows.append(pn.Row(*cells, sizing_mode="stretch_both", margin=0, styles={"gap": "8px"}))
        self._planes[:] = rows
        self.stream.slots = list(shown_slots(workspace.planes.figures))

    def _plane(self, workspace: Workspace, slot: str, theme: str) -> pn.Column:
        lines = {**OVERLAYS, **SPECTRA_OVERLAYS, **INFERENCE_OVERLAYS, **TRIAGE_OVERLAYS}
        plane = Plane(workspace, slot, theme, lines, partial(self._shaped, workspace), real_star_layers(workspace))
        bar = PlaneBar(workspace, slot, theme, plane.go_home)
        self._views[f"plane:{slot}"], self._views[f"bar:{slot}"] = plane, bar
        return pn.Column(
            bar, plane, sizing_mode="stretch_both", margin=0, styles={**_BOX, "min-width": "0"},
            css_classes=[f"pen-plane-{slot}"],
        )  # fmt: skip

    def _shaped(self, workspace: Workspace, slot: str, geometry: dict[str, Any]) -> None:
        cut = shape_cut(workspace, slot, geometry)
        if cut is not None:
            workspace.cut_by_shape(slot, cut)

    def _show_figures(self, event: Any) -> None:
        made, regrouped = list(self._cells), shown_slots(event.old) != shown_slots(event.new)
        for slot in made:
            if event.old.get(slot) != event.new.get(slot):
                self._views[f"plane:{slot}"].rebuild()
            if regrouped or event.old.get(slot) != event.new.get(slot):
                self._views[f"bar:{slot}"].show_figure()
        if regrouped and self.session.workspace is not None:
            self._arrange(self.session.workspace)

    def _change_layout(self) -> None:
        if self._views:
            self._show_layout()
            self._show_address()

    def _show_layout(self) -> None:
        wide = self.session.layout == "star"
        self._left.visible = self._middle.visible = not wide
        if wide:
            self._right.param.update(width=None, sizing_mode="stretch_both")
        else:
            self._right.param.update(width=RIGHT_WIDTH, sizing_mode="stretch_height")

    def _show_address(self) -> None:
        self.stream.query = self.session.query()

    def _show_theme(self) -> None:
        theme = THEMES[self.session.theme]
        self._keys.show_theme(theme.name)
        self._connection.show_theme(theme.name)
        self._root.stylesheets = [f":host{{{css_variables(theme)}background:var(--pen-page);}}"]
        for name, view in self._views.items():
            if name.startswith("plane:"):
                view.rebuild(theme.name)
            else:
                view.show_theme(theme.name)
        if self._views:
            self._show_address()
