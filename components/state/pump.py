"""Keeps the browser's picture up to date: one frame in flight, the newest wish wins, no queue.

The stage is computed in one worker thread of the session, so the event loop stays free for others.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from components.state.stage import Stage

log = logging.getLogger(__name__)

Move = tuple[str, float | None, float | None, float | None]
Send = Callable[[bytes], Awaitable[None]]
ACKNOWLEDGE_WITHIN_S = 2.0


class Pump:
    """Runs changes on the stage in order and sends frames as fast as the browser paints them."""

    def __init__(self, stage: Stage, on_error: Callable[[Exception], None] | None = None) -> None:
        self.stage = stage
        self._on_error = on_error
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="stage")
        self._builder = ThreadPoolExecutor(1, thread_name_prefix="drag-index")
        self._changes: list[Callable[[Stage], Any]] = []
        self._move: Move | None = None
        self._wanted = False
        self._send: Send | None = None
        self._task: asyncio.Task[None] | None = None
        self._painted = asyncio.Event()
        self._painted.set()
        self._dragged: str | None = None
        self._indexing: str | None = None
        self._closed = False
        self._after_frame: list[Callable[[], None]] = []

    @property
    def closed(self) -> bool:
        """Tell whether the session is over."""
        return self._closed

    def on_frame(self, callback: Callable[[], None]) -> None:
        """Call back, on the event loop, whenever the picture has changed."""
        self._after_frame.append(callback)

    def connect(self, send: Send) -> None:
        """Send frames here from now on, beginning with the present picture."""
        self._send = send
        self._painted.set()
        self.refresh()

    def disconnect(self, send: Send) -> None:
        """Stop sending there."""
        if self._send is send:
            self._send = None

    def refresh(self) -> None:
        """Send the present picture."""
        self._wanted = True
        self._kick()

    def change(self, change: Callable[[Stage], Any]) -> None:
        """Run ``change(stage)`` in the worker after those before it, then send the picture."""
        self._changes.append(change)
        self._wanted = True
        self._kick()

    async def ask(self, question: Callable[[Stage], Any]) -> Any:
        """Return ``question(stage)``, answered in the worker between frames."""
        return await asyncio.get_running_loop().run_in_executor(self._worker, question, self.stage)

    def acknowledge(self) -> None:
        """Hear that the browser has painted the last frame."""
        self._painted.set()

    def grab(self, name: str) -> None:
        """Prepare the drag of a slider on which the pointer rests, or that has just been taken hold of.

        Its index is made anew where other cuts or planes have changed since the last one.
        """
        if self._dragged == name and (self._indexing == name or self.stage.has_drag_index(name)):
            return
        self._dragged = self._indexing = name
        asyncio.get_running_loop().create_task(self._index(name))

    def move(self, name: str, low: float | None, high: float | None, stamp: float | None = None) -> None:
        """Follow a dragged slider; an older wish that was not yet served is forgotten.

        The frame that shows it carries the page's own ``stamp`` back.
        """
        if self._dragged != name:
            self.grab(name)
        self._move = (name, low, high, stamp)
        self._wanted = True
        self._kick()

    def release(self, name: str | None = None) -> None:
        """End the drag, where a name is given that of this slider only; the clause itself comes through `change`."""
        if name is not None and self._dragged != name:
            return
        self._dragged = self._indexing = None
        self._move = None
        self._changes.append(lambda stage: stage.end_drag())
        self._kick()

    async def settled(self) -> None:
        """Wait until all wishes are served."""
        self._kick()
        while self._task is not None and not self._task.done():
            await self._task

    def close(self) -> None:
        """Stop for good and free the threads."""
        self._closed = True
        self._send = None
        self._painted.set()
        self._changes.clear()
        self._after_frame.clear()
        self._worker.shutdown(wait=False, cancel_futures=True)
        self._builder.shutdown(wait=False, cancel_futures=True)

    async def _index(self, name: str) -> None:
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._worker, self.stage.start_drag, name)
            drag = await loop.run_in_executor(self._builder, self.stage.prepare_drag, name)
        except Exception as error:
            self._indexing = None
            if not self._closed and self.stage.has_slider(name):  # else it was removed meanwhile
                self._report(error)
            return
        if self._dragged == name and not self._closed:
            self._changes.append(partial(self._use_index, name, drag))
            self._kick()

    def _use_index(self, name: str, drag: Any, stage: Stage) -> None:
        if stage.has_slider(name):
            stage.begin_drag(drag)
        if self._indexing == name:
            self._indexing = None

    def _kick(self) -> None:
        if self._closed or (self._task is not None and not self._task.done()):
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # called before the server runs: the first connection kicks again
            return
        self._task = loop.create_task(self._run())

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while not self._closed and (self._changes or self._move or (self._wanted and self._send)):
            if self._send is not None:
                await self._wait_for_paint()
            changes, self._changes = self._changes, []
            move, self._move = self._move, None
            wanted, self._wanted = self._wanted or move is not None, False
            try:
                message = await loop.run_in_executor(self._worker, self._compute, changes, move, wanted)
            except RuntimeError:
                if self._closed:
                    return
                raise
            except Exception as error:
                self._report(error)
                continue
            if message is not None and self._send is not None:
                self._painted.clear()
                await self._deliver(message)
            for callback in self._after_frame:
                callback()

    def _compute(
        self,
        changes: list[Callable[[Stage], Any]],
        move: Move | None,
        wanted: bool,
    ) -> bytes | None:
        for change in changes:
            change(self.stage)
        stamp = None
        if move is not None:
            *wish, stamp = move
            self.stage.move(*wish)
        return self.stage.frame(stamp=stamp) if wanted and self._send is not None else None

    async def _wait_for_paint(self) -> None:
        try:
            await asyncio.wait_for(self._painted.wait(), ACKNOWLEDGE_WITHIN_S)
        except TimeoutError:
            self._painted.set()

    async def _deliver(self, message: bytes) -> None:
        send = self._send
        try:
            if send is not None:
                await send(message)
        except Exception as error:
            log.info("a frame could not be sent: %s", error)
            self._send = None
            self._painted.set()

    def _report(self, error: Exception) -> None:
        log.error("the picture could not be made", exc_info=error)
        if self._on_error is not None:
            self._on_error(error)
