"""Sessions to keep by name, to open again, and to pass on as a short link or a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import param

from analysis.vetting import SavedSession, SessionShelf, parse_session, session_text
from components.state.saved_sessions import check_dataset
from components.state.session import Session
from components.state.workspace import Workspace
from components.tool_card import ToolCard, card_script

LONGEST_NAME = 80
LARGEST_FILE = 1024 * 1024


class SelectSessions(ToolCard):
    """Lists what was saved; ``on_open`` is called with a session that is to take the page's place."""

    sessions = param.List(default=[], doc="name, when, catalogue and number of cuts of each")

    _esm = card_script("select_sessions")

    def __init__(
        self, session: Session, workspace: Workspace, theme: str, shelf: SessionShelf,
        on_open: Callable[[SavedSession], None],
    ) -> None:  # fmt: skip
        super().__init__(session, theme)
        self._workspace, self._shelf, self._on_open = workspace, shelf, on_open
        self.refresh()

    def refresh(self) -> None:
        """List anew what the shelf holds."""
        titles = self._session.library.titles
        self.sessions = [
            {
                "name": saved.name,
                "when": saved.saved.isoformat(timespec="seconds"),
                "catalogue": titles.get(saved.dataset_name, saved.dataset_name),
                "here": saved.dataset_name in titles,
                "cuts": sum(clause.counts for clause in saved.clauses),
                "place": saved.place,
            }
            for saved in self._shelf.saved()
        ]
        broken = self._shelf.unreadable()
        if broken:
            self.complaint = f"Cannot be read and is not listed: {', '.join(broken)} in {self._shelf.folder}"

    def do_refresh(self, _: Mapping[str, Any]) -> None:
        """List anew, since another page may have saved one."""
        self.refresh()

    def do_save(self, message: Mapping[str, Any]) -> None:
        """Keep the page under a name; a name that is taken needs ``replace``."""
        name = self._name(message["name"])
        if name in self._shelf.names() and not message.get("replace"):
            raise ValueError(f"There is a session “{name}” already. Save again to replace it, or choose another name.")
        self._shelf.save(self._session.take(name))
        self.refresh()
        self.said = f"Saved as “{name}”."

    def do_open(self, message: Mapping[str, Any]) -> None:
        """Show a saved session in place of the page."""
        self._open(self._shelf.open(str(message["name"])))

    def do_rename(self, message: Mapping[str, Any]) -> None:
        """Give a saved session another name."""
        self._shelf.rename(str(message["name"]), self._name(message["new"]))
        self.refresh()

    def do_delete(self, message: Mapping[str, Any]) -> None:
        """Remove a saved session."""
        self._shelf.delete(str(message["name"]))
        self.refresh()
        self.said = f"“{message['name']}” was deleted."

    def do_link(self, message: Mapping[str, Any]) -> None:
        """Make a short link to a saved session, or to the page as it is."""
        name = message.get("name")
        saved = self._session.take("Linked") if name is None else self._shelf.open(str(name))
        self._send_msg({"kind": "link", "token": self._shelf.link(saved)})

    def do_download(self, message: Mapping[str, Any]) -> None:
        """Hand a saved session, or the page as it is, to the browser as TOML."""
        name = message.get("name")
        saved = self._session.take(self._workspace.catalogue.title) if name is None else self._shelf.open(str(name))
        path = self._session.files.place(f"{saved.name}.toml")
        path.write_text(session_text(saved), encoding="utf-8")
        self.hand_over(path)

    def do_upload(self, message: Mapping[str, Any]) -> None:
        """Open a session from a TOML file of the visitor's."""
        text = str(message["text"])
        if len(text) > LARGEST_FILE:
            raise ValueError("The file is larger than 1 MB and no session.")
        try:
            saved = parse_session(text)
        except ValueError as error:
            raise ValueError(f"{str(message.get('name', 'The file'))[:120]} is no session: {error}") from error
        self._open(saved)

    def _open(self, saved: SavedSession) -> None:
        check_dataset(saved, self._session.library)
        self._on_open(saved)

    def _name(self, given: object) -> str:
        name = " ".join(str(given).split())
        if not name:
            raise ValueError("Type a name for the session.")
        if len(name) > LONGEST_NAME:
            raise ValueError(f"A name has at most {LONGEST_NAME} characters.")
        return name
