"""One visitor: what is open, how it looks, and what was said to them."""

from __future__ import annotations

import asyncio
import logging
import secrets
from pathlib import Path
from urllib.parse import parse_qs, urlencode

import param

from analysis.catalogue import DataError
from analysis.vetting import Provenance, SavedSession, SessionShelf
from components.state.catalogue import Catalogue
from components.state.challenge import Challenges
from components.state.exports import read_origin
from components.state.learning import Learning
from components.state.library import FALLBACK, FILE_NAME, Library, names_file
from components.state.offered_files import OfferedFiles
from components.state.queue import Queue
from components.state.real_stars import CANDIDATES
from components.state.saved_sessions import changed_data, check_dataset, session_now, session_query, user_shelf
from components.state.site import Site
from components.state.verdicts import Verdicts
from components.state.workspace import Workspace

log = logging.getLogger(__name__)


class Session(param.Parameterized):
    """The state of one browser page."""

    workspace = param.ClassSelector(class_=Workspace, default=None, allow_None=True, constant=True)
    theme = param.Selector(default="dark", objects=["dark", "light"])
    layout = param.Selector(default="planes", objects=["planes", "star"], doc="what fills the middle of the page")
    page = param.String(default="", doc="the page of the right column that is in front")
    address = param.Dict(default={}, doc="more that the address holds, by name")
    notice = param.String(default="")
    notice_is_error = param.Boolean(default=False)
    doing = param.String(default="", doc="what is in progress")
    progress = param.Number(default=-1.0, doc="share done, negative where unknown")

    def __init__(
        self,
        library: Library,
        query: str = "",
        site: Site | None = None,
        shelf: SessionShelf | None = None,
        user: str = "",
    ) -> None:
        super().__init__()
        self.library = Library(parent=library)
        self.site = site or Site()
        self.shelf = shelf or user_shelf()
        self.files = OfferedFiles()
        self.verdicts = Verdicts(library.verdicts, user)
        self.queue = Queue(self.verdicts)
        self.first_query = query
        self.learning = Learning(self, library.lessons)
        self.challenges = Challenges(self)
        self.token = secrets.token_urlsafe(24)
        self._openings = 0
        self._waiting: list[str] = []
        # Address of a file that was not at hand: it is followed when the visitor gives the file again.
        self._missed: tuple[str, str] | None = None
        self.origin: Provenance | None = None
        asked = parse_qs(query.lstrip("?"))
        if "s" in asked:
            self.first_query = self._follow(asked["s"][-1])
        if asked.get("theme", [""])[-1] in ("dark", "light"):
            self.theme = asked["theme"][-1]
        if asked.get("layout", [""])[-1] in ("planes", "star"):
            self.layout = asked["layout"][-1]

    @property
    def asked_dataset(self) -> str:
        """Return the catalogue named in the address, or the first of the library."""
        return parse_qs(self.first_query.lstrip("?")).get("dataset", [self.library.first])[-1]

    async def open_first(self) -> None:
        """Open what the address asks for, or the first catalogue; where that fails, one that cannot, with a message."""
        if await self.open(self.asked_dataset, self.first_query):
            return
        if self.asked_dataset.startswith(FILE_NAME):
            self._missed = self.asked_dataset, self.first_query
        said = [self.notice]
        for name in dict.fromkeys((self.library.first, FALLBACK)):
            if name == self.asked_dataset:
                continue
            if await self.open(name):
                self.say("\n".join([*said, f"{self.library.titles[name]} is open instead."]), error=True)
                return
            said.append(self.notice)

    async def open(self, name: str, query: str = "") -> bool:
        """Open a catalogue in place of the present one; False, with a notice, when it cannot be used.

        Of several openings at once the last asked for wins; the others end without a word.
        """
        loop = asyncio.get_running_loop()
        self._openings += 1
        opening = self._openings

        def show_progress(share: float, text: str) -> None:
            if opening == self._openings and self.doing:
                self._show_progress(share, text)

        def progress(share: float, text: str) -> None:
            loop.call_soon_threadsafe(show_progress, share, text)

        title, path = self.library.titles.get(name, name), self.library.path(name)
        self._show_progress(-1.0, f"Opening {title}")
        missed = self._missed
        comes_back = missed is not None and path is not None and not query and names_file(missed[0], path)
        if missed is not None and comes_back:
            query = missed[1]
        try:
            catalogue = await loop.run_in_executor(None, self.library.open, name, progress)
            real = await self._candidates_beside(catalogue)
            workspace = await loop.run_in_executor(None, Workspace, catalogue, query, self.library.series, real)
            origin = None if path is None else await loop.run_in_executor(None, read_origin, path)
        except (DataError, OSError, KeyError, ValueError, MemoryError) as error:
            log.warning("catalogue %s could not be opened: %s", name, error)
            self.library.forget(name)
            if opening != self._openings:
                return True
            self.say(f"{title} could not be opened. {_sentence(error, path)}", error=True)
            self._show_progress(-1.0, "")
            return False
        if opening != self._openings:
            workspace.close()
            return True
        old, self.origin = self.workspace, origin
        self.param.update(doing="", progress=-1.0)
        self.verdicts.follow(workspace)
        self.queue.follow(workspace)
        with param.edit_constant(self):
            self.workspace = workspace
        if old is not None:
            old.close()
        complaints = [*self._waiting, *workspace.notices]
        self._waiting = []
        said = list(complaints)
        if comes_back:
            self._missed = None
            said.append(f"{title} is open as the address asked for it, with its cuts and planes.")
        if origin is not None:
            said.append(
                f"This table was exported by Penumbra. The page Select brings its cuts back ({_cuts_of(origin)})."
            )
        elif name in self.library.files and catalogue.notes:
            said.append(f"{title}: {_first_of(catalogue.notes)}")
        self.say("\n".join(said), error=bool(complaints))
        return True

    # ------------------------------------------------------------------ kept sessions

    def take(self, name: str) -> SavedSession:
        """Return the page as a session to keep; raises ValueError while no catalogue is open."""
        if self.workspace is None:
            raise ValueError("No catalogue is open yet.")
        draft = self.verdicts.star.get("draft") or {}
        return session_now(
            self.workspace, name, reviewer=self.verdicts.reviewer, draft=str(draft.get("comment") or ""),
            order=self.queue.order,
        )  # fmt: skip

    async def open_saved(self, saved: SavedSession) -> bool:
        """Show a kept session in place of the page; False, with a notice, where that cannot be."""
        try:
            check_dataset(saved, self.library)
        except DataError as error:
            self.say(str(error), error=True)
            return False
        if not await self.open(saved.dataset_name, session_query(saved)):
            return False
        if saved.order is not None and (saved.order.kind == "random" or saved.order.column in self.queue.columns):
            self.queue.choose(saved.order)
        changed = changed_data(saved, self.workspace)
        if changed:
            self.say("\n".join(filter(None, (self.notice, changed))), error=True)
        return True

    def _follow(self, token: str) -> str:
        try:
            saved = self.shelf.follow(token)
            check_dataset(saved, self.library)
        except DataError as error:
            self._waiting = [f"The link could not be followed: {error}"]
            return ""
        return session_query(saved)

    async def _candidates_beside(self, catalogue: Catalogue) -> Catalogue | None:
        """Return the catalogue of real candidates that is drawn over a simulated one."""
        if not catalogue.is_simulated:
            return None
        return await asyncio.get_running_loop().run_in_executor(None, self.library.open, CANDIDATES)

    def say(self, text: str, error: bool = False) -> None:
        """Show a message until it is dismissed; an empty one takes the last away."""
        self.param.update(notice=text, notice_is_error=error)

    def tell_about(self) -> None:
        """Show, or take away, what there is to know of the open catalogue."""
        if self.workspace is None:
            return
        catalogue = self.workspace.catalogue
        citation = str(catalogue.attrs.get("citation") or "")
        lines = [f"{catalogue.title}: {len(catalogue)} stars, {len(catalogue.table.columns)} columns."]
        lines += [citation] if citation else []
        text = "\n".join([*lines, *catalogue.notes])
        self.say("" if self.notice == text else text)

    def query(self) -> str:
        """Return the whole state as the query part of an address."""
        if self.workspace is None:
            return ""
        look = {"theme": (self.theme, "dark"), "layout": (self.layout, "planes")}
        changed = "".join(f"&{name}={value}" for name, (value, usual) in look.items() if value != usual)
        more = f"&{urlencode(self.address)}" if self.address else ""
        return self.workspace.query() + changed + more

    def close(self) -> None:
        """Free everything of this session."""
        self.files.close()
        self.queue.close()
        self.verdicts.close()
        if self.workspace is not None:
            self.workspace.close()
        with param.edit_constant(self):
            self.workspace = None

    def _show_progress(self, share: float, text: str) -> None:
        self.param.update(progress=float(share), doing=text)


def _cuts_of(origin: Provenance) -> str:
    number = sum(clause.counts for clause in origin.clauses)
    return "it has none" if number == 0 else "one cut" if number == 1 else f"{number} cuts"


def _first_of(notes: list[str]) -> str:
    more = f" ({len(notes) - 1} more under About)" if len(notes) > 1 else ""
    return notes[0] + more


def _sentence(error: BaseException, path: Path | None) -> str:
    """What an error says, of a file by its name only: where it lies is no visitor's concern."""
    text = str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
    return (text if path is None else text.replace(str(path), path.name)) or type(error).__name__
