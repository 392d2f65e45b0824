"""The page and another program on a hub of the test's own."""

import asyncio
import time

import numpy as np
import pandas as pd
import pytest

from analysis.selection import Range
from analysis.vetting.samp import SampError, SampLink, samp_module
from components.state.library import Library
from components.state.samp_desk import SampDesk
from components.state.session import Session
from components.state.site import Site

WAIT = 5.0


@pytest.fixture
def hub(tmp_path):
    samp = samp_module()
    with samp.conf.set_temp("use_internet", False):
        hub = samp.SAMPHubServer(web_profile=False, addr="127.0.0.1", lockfile=str(tmp_path / "lock"), mode="multiple")
        hub.start()
        yield hub
        hub.stop()


@pytest.fixture
def topcat(hub):
    client = samp_module().SAMPIntegratedClient(metadata={"samp.name": "other"}, addr="127.0.0.1")
    client.connect(hub_params=hub.params)
    client.heard = {}
    for kind in ("table.load.votable", "table.highlight.row", "coord.pointAt.sky"):
        client.bind_receive_notification(kind, lambda _k, _s, kind, params, _e: client.heard.update({kind: params}))
    yield client
    client.disconnect()


@pytest.fixture
def library(tmp_path):
    draw = np.random.default_rng(4)
    columns = {"ra": draw.uniform(0, 360, 40), "dec": draw.uniform(-90, 90, 40), "ruwe": np.linspace(1, 2, 40)}
    path = tmp_path / "stars.csv"
    pd.DataFrame({"source_id": 4373465352415301632 + np.arange(40), **columns}).to_csv(path, index=False)
    return Library([path])


async def until(told) -> None:
    end = time.monotonic() + WAIT
    while not told() and time.monotonic() < end:
        await asyncio.sleep(0.02)
    assert told()


def test_stars_go_out_and_a_row_picked_there_is_picked_here(hub, topcat, library, tmp_path, run_async) -> None:
    from astropy.table import Table

    sent = tmp_path / "sent.vot"
    Table({"ra": [1.0, 2.0], "dec": [3.0, 4.0]}).write(sent, format="votable")

    def tell(kind: str, **params: str) -> None:
        topcat.notify_all({"samp.mtype": kind, "samp.params": {key.replace("_", "-"): v for key, v in params.items()}})

    async def talk() -> None:
        session = Session(library, site=Site(is_local=True))
        await session.open("file-stars")
        workspace = session.workspace
        workspace.selection.publish("slider:ruwe", Range("ruwe", 1.5))
        await workspace.pump.settled()
        opened: list[str] = []
        link = SampLink(timeout=WAIT, hub_params=hub.params)
        desk = SampDesk(session, workspace, opened.append, lambda action: action(), link)
        await desk.connect()
        assert desk.connected
        with pytest.raises(SampError, match="Pick a star"):
            await desk.send_star()
        await desk.send_table()
        await until(lambda: "table.load.votable" in topcat.heard)
        told = topcat.heard["table.load.votable"]
        assert "20 passing" in told["name"]
        tell("table.highlight.row", table_id=told["table-id"], url=told["url"], row="3")
        await until(lambda: workspace.focus.row is not None)
        assert workspace.focus.row == 23
        tell("table.highlight.row", table_id="another", url="x", row="5")
        await until(lambda: "did not come from this page" in desk.said)
        assert workspace.focus.row == 23
        workspace.focus.pick_row(30)
        await until(lambda: topcat.heard.get("table.highlight.row", {}).get("row") == "10")
        tell("table.load.votable", table_id="t", url=sent.as_uri(), name="two <b>stars</b>")
        await until(lambda: bool(opened))
        assert await session.open(opened[0])
        assert len(session.workspace.catalogue) == 2
        desk.close()
        session.close()

    run_async(talk())


def test_samp_is_off_where_other_machines_reach_the_server(library, run_async) -> None:
    async def ask() -> str:
        session = Session(library, site=Site("penumbra/files", is_local=False))
        await session.open("file-stars")
        desk = SampDesk(session, session.workspace, lambda _: None, lambda action: action())
        with pytest.raises(SampError) as refused:
            await desk.connect()
        session.close()
        return str(refused.value)

    assert "SAMP is off" in run_async(ask())


def test_without_a_hub_the_page_says_what_to_start(library, run_async) -> None:
    async def ask() -> str:
        session = Session(library, site=Site(is_local=True))
        await session.open("file-stars")
        nowhere = {"samp.secret": "x", "samp.hub.xmlrpc.url": "http://127.0.0.1:9/"}
        link = SampLink(timeout=WAIT, hub_params=nowhere)
        desk = SampDesk(session, session.workspace, lambda _: None, lambda action: action(), link)
        with pytest.raises(SampError) as refused:
            await desk.connect()
        session.close()
        return str(refused.value)

    assert "Start TOPCAT or Aladin" in run_async(ask())
