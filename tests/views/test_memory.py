"""Two sessions share what may be shared."""

from components.state.library import Library
from components.state.session import Session


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
