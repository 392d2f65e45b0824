"""The page's line to the server: frames out, wishes in."""

from __future__ import annotations

import asyncio
import base64
import logging
import math
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import panel as pn
import param
from panel.custom import JSComponent

from analysis.selection import Inside, Range
from components.browser_script import browser_script
from components.documents import run_in_document
from components.state.marks import black_hole_at
from components.state.offered_files import OfferedFiles
from components.state.planes import SLOTS
from components.state.session import Session
from components.state.workspace import Workspace
from components.theme import FONT, THEMES, format_value

log = logging.getLogger(__name__)
TIP_FONT = f"font:12px/1.4 {FONT}"
SendText = Callable[[dict[str, Any]], Awaitable[None]]
Serve = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]


class Stream(JSComponent):
    """Carries frames to the browser over a WebSocket of its own, or over Bokeh's where that is refused."""

    socket = param.String(default="")
    token = param.String(default="")
    slots = param.List(default=list(SLOTS))
    passing = param.List(default=[])
    diverging = param.List(default=[])
    difference = param.List(default=[])
    page_colour = param.String(default="")
    tip_style = param.String(default="")
    page_title = param.String(default="Penumbra")
    query = param.String(default="")

    _esm = browser_script("views/plane_painting.js", "views/limit_lines.js", "views/hover_tip.js", "views/stream.js")

    def __init__(self, session: Session, socket: str = "") -> None:
        super().__init__(socket=socket, token=session.token, width=0, height=0, margin=0)
        self._session = session
        self._say: SendText | None = None
        self._served: dict[str, Serve] = {}
        self._serving: set[asyncio.Task[None]] = set()
        self._document = pn.state.curdoc
        self._show_theme()
        session.param.watch(lambda *_: self._show_theme(), "theme")

    # ------------------------------------------------------------------ transport

    async def connect(self, send_frame: Callable[[bytes], Awaitable[None]], send_text: SendText) -> None:
        """Use this connection for frames and short messages from now on."""
        self._say = send_text
        self._send_frame = send_frame
        if self.workspace is not None:
            self.workspace.pump.connect(send_frame)

    def attach(self, workspace: Workspace) -> None:
        """Send the frames of this workspace over the connection that is open, if one is."""
        send = getattr(self, "_send_frame", None)
        if send is not None:
            workspace.pump.connect(send)

    @property
    def workspace(self) -> Workspace | None:
        """Return what is open in the session."""
        workspace: Workspace | None = self._session.workspace
        return workspace

    @property
    def files(self) -> OfferedFiles:
        """Return what this page may download."""
        return self._session.files

    def _handle_msg(self, data: Any) -> None:
        pn.state.execute(partial(self._receive_over_bokeh, data))

    async def _receive_over_bokeh(self, message: dict[str, Any]) -> None:
        if message.get("kind") == "hello":
            await self.connect(self._send_frame_over_bokeh, self._send_text_over_bokeh)
        else:
            await self.receive(message)

    async def _send_frame_over_bokeh(self, frame: bytes) -> None:
        self._send_msg({"frame": base64.b64encode(frame).decode()})

    async def _send_text_over_bokeh(self, message: dict[str, Any]) -> None:
        self._send_msg(message)

    # ------------------------------------------------------------------ messages

    async def receive(self, message: dict[str, Any]) -> None:
        """Act on a message of the browser; one that cannot be understood is logged and dropped."""
        kind = message.get("kind")
        if kind in self._served:
            task = asyncio.get_running_loop().create_task(self._answer(self._served[kind], message))
            self._serving.add(task)
            task.add_done_callback(self._serving.discard)
            return
        handler = getattr(self, f"_on_{kind}", None)
        if handler is None or self.workspace is None:
            return
        try:
            await handler(self.workspace, message)
        except (KeyError, TypeError, ValueError, IndexError) as error:
            log.warning("message %s could not be served: %s", message, error)

    def serve(self, kind: str, answer: Serve) -> None:
        """Answer messages of this kind, without keeping those after them waiting."""
        self._served[kind] = answer

    async def _answer(self, serve: Serve, message: dict[str, Any]) -> None:
        answer = await serve(message)
        if self._say is not None:
            await self._say(answer)

    def in_document(self, action: Callable[[], Any]) -> None:
        """Run a change of state where Panel can follow it to the page."""
        run_in_document(self._document, action)

    async def _on_painted(self, workspace: Workspace, _: dict[str, Any]) -> None:
        workspace.pump.acknowledge()

    async def _on_grab(self, workspace: Workspace, message: dict[str, Any]) -> None:
        clause = workspace.selection[message["name"]]
        if clause.column is not None and clause.enabled:
            workspace.pump.grab(clause.name)

    async def _on_leave(self, workspace: Workspace, message: dict[str, Any]) -> None:
        workspace.pump.release(message["name"])

    async def _on_move(self, workspace: Workspace, message: dict[str, Any]) -> None:
        if workspace.selection[message["name"]].enabled:
            low, high, stamp = (_number(message.get(part)) for part in ("low", "high", "stamp"))
            workspace.pump.move(message["name"], low, high, stamp)

    async def _on_drop(self, workspace: Workspace, message: dict[str, Any]) -> None:
        workspace.pump.release()
        low, high = _number(message["low"]), _number(message["high"])
        self.in_document(lambda: workspace.limit(message["name"], low, high))

    async def _on_enable(self, workspace: Workspace, message: dict[str, Any]) -> None:
        self.in_document(lambda: workspace.selection.enable(message["name"], bool(message["enabled"])))

    async def _on_reset(self, workspace: Workspace, message: dict[str, Any]) -> None:
        self.in_document(lambda: workspace.selection.reset(message["name"]))

    async def _on_remove(self, workspace: Workspace, message: dict[str, Any]) -> None:
        self.in_document(lambda: workspace.selection.remove(message["name"]))

    async def _on_reset_all(self, workspace: Workspace, _: dict[str, Any]) -> None:
        self.in_document(workspace.selection.reset_all)

    async def _on_add(self, workspace: Workspace, message: dict[str, Any]) -> None:
        self.in_document(lambda: workspace.add_slider(str(message["column"])))

    async def _on_expression(self, workspace: Workspace, message: dict[str, Any]) -> None:
        self.in_document(lambda: workspace.try_text(str(message["text"])))

    async def _on_complain(self, workspace: Workspace, message: dict[str, Any]) -> None:
        self.in_document(lambda: workspace.param.update(complaint=str(message["text"])[:300]))

    async def _on_window(self, workspace: Workspace, message: dict[str, Any]) -> None:
        bounds = tuple(float(end) for end in message["bounds"])
        present = message.get("figure") == workspace.figure_tag(message["slot"])
        if present and len(bounds) == 4 and all(map(math.isfinite, bounds)):
            width, height = int(message["width"]), int(message["height"])
            self.in_document(lambda: workspace.zoom(message["slot"], bounds, width, height))

    async def _on_hover(self, workspace: Workspace, message: dict[str, Any]) -> None:
        slot, x, y = message["slot"], float(message["x"]), float(message["y"])
        lines = await workspace.pump.ask(lambda stage: describe(workspace, slot, x, y))
        if self._say is not None:
            await self._say({"kind": "hover", "slot": slot, "number": message.get("number"), "lines": lines})

    def _show_theme(self) -> None:
        theme = THEMES[self._session.theme]
        self.param.update(
            passing=theme.palette(diverging=False),
            diverging=theme.palette(diverging=True),
            difference=theme.difference_palette(),
            tip_style=f"background:{theme.raised};color:{theme.text};border:1px solid {theme.line};{TIP_FONT}",
            page_colour=theme.page,
        )


def describe(workspace: Workspace, slot: str, x: float, y: float) -> list[str]:
    """Return what a hover says: the counts of the pixel, and the nearest star when one is close."""
    stage, catalogue = workspace.stage, workspace.catalogue
    plane = stage.planes.get(slot)
    if plane is None:
        return []
    lines = []
    candidate = None if workspace.real is None else workspace.real.nearest(plane, x, y)
    if candidate is not None and workspace.real is not None:
        return [f"Real star: {workspace.real.name_of(candidate)} of Mu et al. 2022", "Click it to see its page"]
    known = black_hole_at(plane, x, y)
    if known is not None:
        return [
            f"{known['name']}: an X-ray binary with a black hole",
            f"P {format_value(known['period'], 4)} d, K₂ {format_value(known['semi_amplitude'], 4)} km/s",
            str(known["source"]),
        ]
    if plane.points is None:
        passing, total, mean = stage.count_at(slot, x, y)
        compared = stage.compared_at(slot, x, y)
        if compared is not None and total:
            one, two, both = compared
            lines.append(f"{one} only in A, {two} only in B, {both} in both, of {total} stars in this pixel")
        elif total:
            lines.append(f"{passing} of {total} stars in this pixel pass")
        if mean is not None and plane.figure.value is not None:
            lines.append(f"mean {catalogue.label(plane.figure.value).short} {format_value(mean, 4)}")
    row = stage.nearest(slot, x, y, reach=8)
    if row is not None:
        figure = plane.figure
        lines.append(catalogue.name_of(row))
        for name in dict.fromkeys(figure.columns):
            label = catalogue.label(name)
            lines.append(f"{label.short} {format_value(catalogue.cell(name, row))} {label.printed_unit}".rstrip())
    return lines


def shape_cut(workspace: Workspace, slot: str, geometry: dict[str, Any]) -> Any:
    """Return the cut of a box or lasso drawn on a plane, in data units; None for an empty one."""
    figure = workspace.planes.figures[slot]
    if geometry["type"] == "rect":
        x = sorted((float(geometry["x0"]), float(geometry["x1"])))
        y = sorted((float(geometry["y0"]), float(geometry["y1"])))
        if x[0] == x[1] or y[0] == y[1]:
            return None
        return Range(figure.x, *x) & Range(figure.y, *y)
    vertices = list(zip(map(float, geometry["x"]), map(float, geometry["y"]), strict=True))
    if len(vertices) < 3:
        return None
    return Inside(figure.x, figure.y, tuple(vertices), figure.x_scale, figure.y_scale)


def _number(value: Any) -> float | None:
    if value is None:
        return None
    number = float(value)
    if not math.isfinite(number):
        raise ValueError("a limit must be a finite number")
    return number
