"""Many sessions judge, drag sliders and type at once: memory stays flat and the log holds no error.

PENUMBRA_SESSIONS and PENUMBRA_SESSION_SECONDS make the trial longer (20 and 600 for the full one).
"""

import asyncio
import os
import random
import sys
import time

import numpy as np
import pytest
from served import Served
from thin_client import ThinClient

from analysis.catalogue import load_dataset
from analysis.vetting import DEFAULT_VOCABULARY, VerdictStore

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc for the memory of the server")
SESSIONS = int(os.environ.get("PENUMBRA_SESSIONS", "3"))
SECONDS = float(os.environ.get("PENUMBRA_SESSION_SECONDS", "6"))
GROWTH_MB = 40.0


class Night:
    """What the sessions did."""

    def __init__(self, server: Served, stars: list[str]) -> None:
        self.server, self.stars = server, stars
        self.verdicts = self.drafts = self.moves = 0
        self.waits: list[float] = []
        self.memory: list[tuple[float, float]] = []

    async def vet(self, number: int, begin: asyncio.Event, ready: asyncio.Semaphore) -> None:
        chance = random.Random(number)
        client = await ThinClient(self.server.url).open("?dataset=mu2022")
        ready.release()
        await begin.wait()
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            common = {
                "token": f"{number}-{time.monotonic_ns()}", "dataset": "mu2022", "star": chance.choice(self.stars),
                "reviewer": f"reviewer {number}",
            }  # fmt: skip
            act = chance.random()
            begun = time.monotonic()
            if act < 0.3:
                word = chance.choice(DEFAULT_VOCABULARY.names)
                answer = await client.ask({"kind": "verdict", "word": word, "comment": "x" * 200, **common})
                self.verdicts += 1
            elif act < 0.6:
                draft = {"comment": "y" * chance.randrange(500), "tags": ["flagged"], "at": 1.0}
                answer = await client.ask({"kind": "draft", "draft": draft, **common})
                self.drafts += 1
            else:
                low = chance.uniform(0.8, 2.0)
                for kind in ("grab", "move", "drop"):
                    client.send({"kind": kind, "name": "slider:ruwe", "low": low, "high": None})
                answer = {"ok": True}
                self.moves += 1
            assert answer["ok"], answer
            self.waits.append(time.monotonic() - begun)
            await asyncio.sleep(chance.uniform(0.5, 1.5) * max(1.0, SESSIONS / 10))
        await client.close()

    async def run(self) -> None:
        begin, ready = asyncio.Event(), asyncio.Semaphore(0)
        vetting = [asyncio.create_task(self.vet(number, begin, ready)) for number in range(SESSIONS)]
        for _ in vetting:
            await ready.acquire()
        begin.set()
        begun = time.monotonic()
        while not all(task.done() for task in vetting):
            self.memory.append((time.monotonic() - begun, self.server.memory_mb()))
            await asyncio.sleep(min(5.0, SECONDS / 8))
        await asyncio.gather(*vetting)


def test_many_sessions_leave_memory_flat_and_the_log_clean(tmp_path, run_async) -> None:
    server = Served(tmp_path).start()
    night = Night(server, [str(star) for star in load_dataset("mu2022")["designation"]])
    try:
        run_async(night.run())
        assert not server.errors(), server.errors()
    finally:
        server.stop()
    with VerdictStore(tmp_path / "data" / "verdicts.sqlite") as store:
        assert len(store.records()) == night.verdicts > 0
    seconds, memory = np.array(night.memory).T
    late = seconds > 0.2 * SECONDS
    first, last = np.array_split(memory[late], 2)
    growth = float(np.median(last) - np.median(first))
    median, late = 1e3 * np.percentile(night.waits, [50, 99])
    sys.stdout.write(
        f"{SESSIONS} sessions, {SECONDS:.0f} s: {night.verdicts} verdicts, {night.drafts} drafts, {night.moves} moves; "
        f"memory {memory[0]:.0f} to {memory[-1]:.0f} MB, second half against first {growth:+.1f} MB; "
        f"answers: median {median:.0f} ms, 99 % within {late:.0f} ms\n"
    )
    assert growth < GROWTH_MB
