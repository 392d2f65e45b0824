"""What follows the cuts of a session: one answer in the making, the newest wish wins."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any

import param

from analysis.selection import Cut
from components.state.stage import Stage
from components.state.workspace import Workspace

log = logging.getLogger(__name__)
Progress = Callable[[float, str], None]


class Follower(param.Parameterized):
    """Answers anew whenever the cuts move, off the event loop, at most once in ``pause`` seconds."""

    active = param.Boolean(default=True, doc="whether anybody looks; else nothing is worked out")
    answer = param.Parameter(default=None, constant=True, doc="the last answer, or None")
    doing = param.String(default="", constant=True, doc="what is in progress")
    progress = param.Number(default=-1.0, constant=True, doc="share done, negative where unknown")
    complaint = param.String(default="", constant=True, doc="why there is no answer")

    pause = 0.12
    subject = "the answer"

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.workspace = workspace
        self._task: asyncio.Task[None] | None = None
        self._wish = False

    def follow(self, *names: str) -> None:
        """Start to follow the cuts, and the parameters of these names."""
        self.workspace.pump.on_frame(self.refresh)
        self.param.watch(lambda *_: self.refresh(), [*names, "active"])
        self.refresh()

    def work(self, cuts: Mapping[str, Cut]) -> Callable[[Progress], Any]:
        """Return what makes the answer for these cuts; it is called in a thread of its own."""
        raise NotImplementedError

    def refresh(self) -> None:
        """Answer anew soon; several calls close together count as one."""
        self._wish = True
        if not self.active or (self._task is not None and not self._task.done()):
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # no server yet: the first frame calls again
            return
        self._task = loop.create_task(self._follow())

    async def settled(self) -> None:
        """Wait until the newest wish is answered."""
        while self._task is not None and not self._task.done():
            await self._task

    async def _follow(self) -> None:
        pump, loop = self.workspace.pump, asyncio.get_running_loop()

        def progress(share: float, text: str) -> None:
            loop.call_soon_threadsafe(lambda: self._say(progress=share, doing=text))

        while self._wish and self.active and not pump.closed:
            self._wish = False
            try:
                cuts = await pump.ask(_clauses)
                answer = await loop.run_in_executor(None, self.work(cuts), progress)
            except (ValueError, KeyError, OSError, RuntimeError, MemoryError) as error:
                if not pump.closed:
                    log.warning("%s", self.subject, exc_info=error)
                    self._say(complaint=f"{self.subject} could not be worked out: {error}", doing="", progress=-1.0)
                return
            if not pump.closed:
                self._say(answer=answer, complaint="", doing="", progress=-1.0)
                await asyncio.sleep(self.pause)

    def _say(self, **values: object) -> None:
        with param.edit_constant(self):
            self.param.update(**values)


def _clauses(stage: Stage) -> dict[str, Cut]:
    return stage.engine.clauses
