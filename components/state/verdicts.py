"""What one reviewer says of the stars, and may see of what others said."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import param

from analysis.vetting import Record, StoreError, Verdict, app_version
from components.state.history import Act
from components.state.verdict_book import REFRESH_S, VerdictBook
from components.state.verdict_messages import context_of, draft_of, plain_record, verdict_of
from components.state.workspace import Workspace

log = logging.getLogger(__name__)


class Verdicts(param.Parameterized):
    """The verdicts of one session: given, taken back, and what stands for the star in focus."""

    reviewer = param.String(default="", constant=True, doc="who judges here; empty until a name was given")
    signed_in = param.Boolean(default=False, constant=True, doc="the name comes from the login")
    blind = param.Boolean(default=False, doc="others' verdicts are hidden until the reviewer's own is given")
    problem = param.String(default="", constant=True, doc="what is wrong with the store, in a sentence")
    star = param.Dict(default={}, constant=True, doc="what is known and visible of the star in focus")
    revision = param.Integer(default=0, constant=True, doc="counts changes of what stands")
    changed = param.ClassSelector(class_=frozenset, default=frozenset(), constant=True, doc="the stars of the last one")

    def __init__(self, book: VerdictBook, user: str = "") -> None:
        super().__init__(reviewer=user, signed_in=bool(user), blind=book.blind)
        self.book = book
        self.workspace: Workspace | None = None
        self.mine: dict[str, Record] = {}
        self.panels: tuple[str, ...] = ()
        self.advance: Callable[[], None] = lambda: None
        self.in_document: Callable[[Callable[[], Any]], None] = lambda action: action()
        self._turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        book.hear(self._hear)
        self.param.watch(lambda *_: self._recount(), "blind")

    # ------------------------------------------------------------------ who and where

    def follow(self, workspace: Workspace) -> None:
        """Judge the stars of this workspace from now on."""
        self.workspace = workspace
        workspace.focus.param.watch(lambda *_: self._look(), "row")
        self._recount()

    def call_reviewer(self, name: str) -> None:
        """Give the reviewer's name, where no login has done so. Raises ValueError for one that cannot be kept."""
        name = " ".join(name.split())
        if self.signed_in or name == self.reviewer:
            return
        if name:
            Verdict(source_id="0", verdict="check", reviewer=name)
        with param.edit_constant(self):
            self.reviewer = name
        self._recount()

    def read_anew(self) -> None:
        """Take in, soon, what other processes have stored."""
        self._start(self._read())

    def close(self) -> None:
        """Stop following the store."""
        self.book.unhear(self._hear)
        for task in self._tasks:
            task.cancel()
        self.workspace = None
        self.advance = lambda: None
        self.in_document = lambda action: None

    # ------------------------------------------------------------------ what stands

    def sees(self, star: str) -> bool:
        """Tell whether others' verdicts on a star may be shown."""
        return not (self.blind or self.book.blind) or star in self.mine

    def visible_records(self) -> tuple[Record, ...]:
        """Return the records that count for the open catalogue and may be shown, oldest first."""
        if self.workspace is None:
            return ()
        counting = self.book.counting(self.workspace.catalogue)
        return tuple(record for record in counting if record.reviewer == self.reviewer or self.sees(record.source_id))

    def summary(self, star: str) -> str:
        """Return in few words what stands for a star, as far as it may be shown; empty where nothing does."""
        if self.workspace is None:
            return ""
        label, own = self.book.vocabulary.label, self.mine.get(star)
        if not self.sees(star):
            return ""
        standing = self.book.standing(star, self.workspace.catalogue)
        if standing is None:
            return ""
        if standing.state == "conflict":
            return f"{label(own.verdict)}, disputed" if own is not None else "Disputed"
        word = label(standing.verdict or "")
        if standing.state == "resolved":
            return f"{word}, resolved"
        others = len({record.reviewer for record in standing.verdicts} - {self.reviewer})
        return word if own is not None and not others else f"{word} ({others + (own is not None)})"

    # ------------------------------------------------------------------ messages of the page

    async def receive(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """Store the verdict or draft of a message of the page; the answer says whether it is on the disk."""
        serve = self._give if message.get("kind") == "verdict" else self._keep_draft
        answer = {"kind": f"{message.get('kind')}_answer", "token": message.get("token"), "ok": False, "final": False}
        async with self._turn:
            workspace = self.workspace
            if workspace is None:
                return {**answer, "error": "Not saved yet: no catalogue is open."}
            try:
                await serve(message, workspace)
            except StoreError as error:
                log.warning("%s", error)
                self._tell_problem(f"{error.problem[:1].upper()}{error.problem[1:]}: {error.store}. {error.hint}.")
                return {**answer, "error": f"Not saved: {error.problem}. {error.hint}."}
            except (ValueError, KeyError, TypeError) as error:
                text = str(error.args[0]) if error.args else type(error).__name__
                return {**answer, "final": True, "error": f"Not saved: {text}."}
        self._tell_problem("")
        return {**answer, "ok": True}

    async def _give(self, message: Mapping[str, Any], workspace: Workspace) -> None:
        verdict = verdict_of(message, workspace, self.book.vocabulary, self._author(message), self.panels)
        await self.book.append(verdict)
        if verdict.kind == "verdict":
            place = verdict.reviewer, verdict.dataset_name, verdict.source_id
            await self.book.ask(lambda store: store.drafts.keep(*place, None))
        self.in_document(lambda: self._given(verdict, workspace, bool(message.get("advance"))))

    def _given(self, verdict: Verdict, workspace: Workspace, advance: bool) -> None:
        if workspace is not self.workspace or verdict.dataset_name != workspace.catalogue.name:
            return
        workspace.history.record_act(self._act(verdict, workspace))
        if advance and workspace.focus.identifier == verdict.source_id:
            self.advance()

    async def _keep_draft(self, message: Mapping[str, Any], _workspace: Workspace) -> None:
        place = self._author(message), str(message["dataset"]), str(message["star"])
        draft = draft_of(message.get("draft"))
        await self.book.ask(lambda store: store.drafts.keep(*place, draft))

    def _author(self, message: Mapping[str, Any]) -> str:
        author = " ".join(str(message.get("reviewer") or self.reviewer).split())
        if not author:
            raise ValueError("a verdict needs the reviewer's name")
        if self.signed_in and author != self.reviewer:
            raise ValueError(f"this was said by {author}, and {self.reviewer} is logged in")
        return author

    # ------------------------------------------------------------------ undo

    def _act(self, verdict: Verdict, workspace: Workspace) -> Act:
        standing = [verdict]

        def undo() -> None:
            self._start(self._take_back(standing[-1], act, workspace))

        def redo() -> None:
            standing.append(replace(verdict, token=uuid4().hex, time=datetime.now(UTC)))
            self._start(self._give_again(standing[-1], act, workspace))

        act = Act(undo, redo)
        return act

    async def _take_back(self, verdict: Verdict, act: Act, workspace: Workspace) -> None:
        place = verdict.reviewer, verdict.dataset_name, verdict.source_id
        draft = draft_of({**verdict.to_dict(), "at": datetime.now(UTC).timestamp() * 1000})
        try:
            async with self._turn:
                if verdict.kind == "verdict":
                    await self.book.ask(lambda store: store.drafts.keep(*place, draft))
                await self.book.withdraw(verdict.token, verdict.reviewer, app_version())
        except (StoreError, ValueError, KeyError) as error:
            log.warning("%s", error)
            self._tell_problem(f"The verdict could not be taken back. {error}")
            self.in_document(lambda: workspace.history.undo_failed(act))
        else:
            self.in_document(lambda: self._look_at(workspace, verdict.source_id))

    async def _give_again(self, verdict: Verdict, act: Act, workspace: Workspace) -> None:
        place = verdict.reviewer, verdict.dataset_name, verdict.source_id
        try:
            async with self._turn:
                await self.book.append(verdict)
                await self.book.ask(lambda store: store.drafts.keep(*place, None))
        except (StoreError, ValueError) as error:
            log.warning("%s", error)
            self._tell_problem(f"The verdict could not be given again. {error}")
            self.in_document(lambda: workspace.history.redo_failed(act))
        else:
            self.in_document(lambda: self._look_at(workspace, verdict.source_id))

    def _look_at(self, workspace: Workspace, star: str) -> None:
        if workspace is self.workspace and not workspace.focus.pick(star):
            log.info("the star %s is not in this catalogue any more", star)
        self._look()

    # ------------------------------------------------------------------ following

    def _hear(self, stars: frozenset[str]) -> None:
        self.in_document(lambda: self._recount(stars))

    def _recount(self, stars: frozenset[str] | None = None) -> None:
        """Count anew which stars the reviewer has judged: all, or these."""
        if self.workspace is None:
            return
        catalogue = self.workspace.catalogue
        if stars is None:
            counting = self.book.counting(catalogue)
            self.mine = {r.source_id: r for r in counting if r.reviewer == self.reviewer and r.kind == "verdict"}
        else:
            for star in stars:
                standing = self.book.standing(star, catalogue)
                own = [r for r in standing.verdicts if r.reviewer == self.reviewer] if standing is not None else []
                self.mine.pop(star, None)
                if own:
                    self.mine[star] = own[-1]
        with param.edit_constant(self):
            self.param.update(changed=frozenset() if stars is None else stars, revision=self.revision + 1)
        if stars is None or self.star.get("id") in stars:
            self._look()

    def _look(self) -> None:
        """Show what is known of the star in focus now, and what the store adds as soon as it answers."""
        self._show_star(None)
        self._start(self._read())

    async def _read(self) -> None:
        workspace = self.workspace
        star, reviewer = (workspace.focus.identifier, self.reviewer) if workspace is not None else ("", "")
        try:
            await self.book.refresh(REFRESH_S)
            if workspace is None or not star or not reviewer:
                return
            name = workspace.catalogue.name
            draft = await self.book.ask(lambda store: store.drafts.find(reviewer, name, star))
        except StoreError as error:
            self._tell_problem(f"Verdicts cannot be read. {error}")
            return
        if workspace is self.workspace and (star, reviewer) == (workspace.focus.identifier, self.reviewer):
            self.in_document(lambda: self._show_star(draft, read=True))

    def _show_star(self, draft: dict[str, Any] | None, read: bool = False) -> None:
        workspace = self.workspace
        if workspace is None or workspace.focus.row is None:
            shown: dict[str, Any] = {}
        else:
            star, catalogue = workspace.focus.identifier, workspace.catalogue
            own, sees, label = self.mine.get(star), self.sees(star), self.book.vocabulary.label
            records = [r for r in self.book.history(star, catalogue) if sees or r.reviewer == self.reviewer]
            withdrawn = {record.withdraws for record in records}
            shown = {
                "id": star,
                "name": catalogue.name_of(workspace.focus.row),
                "dataset": catalogue.name,
                "records": [plain_record(r, label(r.verdict), r.token in withdrawn) for r in records],
                "mine": None if own is None else plain_record(own, label(own.verdict), False),
                "hidden": not sees,
                "draft": draft,
                "read": read,
                "context": context_of(workspace, self.panels),
            }
        with param.edit_constant(self):
            self.star = shown

    def _tell_problem(self, text: str) -> None:
        if text != self.problem:
            self.in_document(lambda: self._set_problem(text))

    def _set_problem(self, text: str) -> None:
        with param.edit_constant(self):
            self.problem = text

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            task = asyncio.get_running_loop().create_task(work)
        except RuntimeError:  # no server: nobody waits for the answer
            work.close()
            return
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
