"""The server is killed at random moments while several pages judge; nothing that was acknowledged may be lost.

PENUMBRA_SERVER_KILLS and PENUMBRA_SERVER_VERDICTS make the trial longer (50 and 2000 for the full one).
"""

import asyncio
import os
import random
import sqlite3
import sys
import time

import pytest
from served import Served
from thin_client import Lost, ThinClient

from analysis.catalogue import load_dataset
from analysis.vetting import DEFAULT_VOCABULARY, VerdictStore

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kills with a POSIX signal")
KILLS = int(os.environ.get("PENUMBRA_SERVER_KILLS", "1"))
VERDICTS = int(os.environ.get("PENUMBRA_SERVER_VERDICTS", "40"))
CLIENTS = 4 if KILLS > 1 else 2


class Trial:
    """Four clients judge until all is said; a killer takes the server down and up again."""

    def __init__(self, server: Served, stars: list[str]) -> None:
        self.server, self.stars = server, stars
        self.acknowledged: list[str] = []
        self.sent: set[str] = set()
        self.kills = 0
        self.refused: list[str] = []

    async def judge(self, number: int, count: int) -> None:
        """Give this many verdicts; one that was not answered is sent again, as the page does it."""
        chance, client, name = random.Random(number), None, f"reviewer {number}"
        for said in range(count):
            message = {
                "kind": "verdict", "token": f"{number}-{said}", "star": chance.choice(self.stars), "dataset": "mu2022",
                "reviewer": name, "word": chance.choice(DEFAULT_VOCABULARY.names), "comment": f"no. {said}",
                "tags": [], "retried": False,
            }  # fmt: skip
            while True:
                try:
                    if client is None:
                        client = await ThinClient(self.server.url).open("?dataset=mu2022")
                    self.sent.add(message["token"])
                    answer = await client.ask(message)
                except (Lost, OSError, TimeoutError):
                    message["retried"] = True
                    if client is not None:
                        await client.close()
                    client = None
                    await asyncio.sleep(chance.uniform(0.05, 0.3))
                    continue
                if answer["ok"]:
                    self.acknowledged.append(message["token"])
                    break
                self.refused.append(answer["error"])
                assert not answer["final"], answer
            await asyncio.sleep(chance.uniform(0, 0.02))
        if client is not None:
            await client.close()

    async def kill(self) -> None:
        chance = random.Random(7)
        for number in range(KILLS):
            # Spread over the whole trial, and each time at a random moment of the traffic.
            least = VERDICTS * (number + chance.random()) / (KILLS + 1)
            while len(self.acknowledged) < least:
                await asyncio.sleep(0.003)
            await asyncio.sleep(chance.uniform(0, 0.05))
            self.server.kill()
            self.kills += 1
            await asyncio.to_thread(self.server.start)

    async def run(self) -> None:
        judging = [self.judge(number, VERDICTS // CLIENTS) for number in range(CLIENTS)]
        await asyncio.gather(self.kill(), *judging)


def test_every_acknowledged_verdict_survives_a_server_that_is_killed(tmp_path, run_async) -> None:
    server = Served(tmp_path).start()
    table = load_dataset("mu2022")
    trial = Trial(server, [str(star) for star in table["designation"]])
    begun = time.monotonic()
    try:
        run_async(trial.run())
        assert trial.kills == KILLS
    finally:
        server.stop()
    with VerdictStore(tmp_path / "data" / "verdicts.sqlite") as store:
        stored = [record.token for record in store.records()]
    assert len(stored) == len(set(stored))
    assert set(trial.acknowledged) <= set(stored)
    assert len(trial.acknowledged) == len(set(trial.acknowledged)) == CLIENTS * (VERDICTS // CLIENTS)
    assert set(stored) <= trial.sent
    connection = sqlite3.connect(tmp_path / "data" / "verdicts.sqlite")
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()
    assert not trial.refused
    assert not server.errors(), server.errors()
    sys.stdout.write(f"{trial.kills} kills, {len(stored)} verdicts, {time.monotonic() - begun:.0f} s\n")
