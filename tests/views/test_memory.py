"""Two sessions share what may be shared, and a closed one leaves nothing behind."""

import asyncio
import gc
import weakref

from components.state.library import Library
from components.state.session import Session
from components.state.verdict_book import VerdictBook


def test_two_sessions_share_the_table_and_its_prepared_codes(run_async) -> None:
    library = Library()

    async def two():
        sessions = [Session(library), Session(library)]
        for session in sessions:
            await session.open("mu2022")
        return sessions

    first, second = run_async(two())
    try:
        assert first.workspace.catalogue is second.workspace.catalogue
        assert first.workspace.stage.engine.prepared is second.workspace.stage.engine.prepared
        assert first.workspace.stage.engine is not second.workspace.stage.engine
    finally:
        first.close()
        second.close()


def test_a_closed_session_is_freed_while_the_book_of_verdicts_lives_on(run_async, tmp_path) -> None:
    book = VerdictBook(tmp_path / "verdicts.sqlite")
    library = Library(verdicts=book)

    async def visit() -> list[weakref.ref]:
        session = Session(library, user="anna")
        await session.open("mu2022")
        session.queue.show(True)
        session.queue.next()
        star = session.workspace.catalogue.identify(0)
        message = {"kind": "verdict", "token": "t", "star": star, "dataset": "mu2022", "word": "triple"}
        assert (await session.verdicts.receive(message))["ok"]
        for _ in range(40):
            await asyncio.sleep(0.02)
        alive = [weakref.ref(part) for part in (session, session.verdicts, session.queue, session.workspace)]
        session.close()
        return alive

    alive = run_async(visit())
    gc.collect()
    assert [part() for part in alive] == [None] * 4
    assert len(book.store.records()) == 1
    book.close()
