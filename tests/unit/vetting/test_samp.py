import threading
import time
import warnings
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy as np
import pandas as pd
import pytest
from examples import ATTACKS, stars

from analysis.catalogue import write
from analysis.vetting.samp import Message, SampError, SampLink, samp_module, understand

WAIT = 5.0


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    """A hub of the test's own: its lock file is not the user's, and it listens on this machine alone."""
    samp = samp_module()
    with samp.conf.set_temp("use_internet", False):
        lockfile = tmp_path_factory.mktemp("samp") / "lock"
        hub = samp.SAMPHubServer(web_profile=False, addr="127.0.0.1", lockfile=str(lockfile), mode="multiple")
        hub.start()
        yield hub
        hub.stop()


@pytest.fixture
def link(hub):
    with SampLink(timeout=WAIT, hub_params=hub.params) as link:
        yield link


@pytest.fixture
def topcat(hub):
    """Another program, written with the plain library."""
    client = samp_module().SAMPIntegratedClient(metadata={"samp.name": "other"}, addr="127.0.0.1")
    client.connect(hub_params=hub.params)
    client.heard = []
    for kind in ("table.load.votable", "table.highlight.row", "table.select.rowList", "coord.pointAt.sky"):
        client.bind_receive_notification(kind, lambda _k, _s, kind, params, _e: client.heard.append((kind, params)))
    yield client
    client.disconnect()


def _heard(client):
    until = time.monotonic() + WAIT
    while not client.heard and time.monotonic() < until:
        time.sleep(0.01)
    return client.heard.pop(0)


def _tell(client, kind, **params):
    client.notify_all({"samp.mtype": kind, "samp.params": {name.replace("_", "-"): v for name, v in params.items()}})


def test_a_table_arrives_at_another_program_with_every_row(link, topcat):
    link.send_table(stars(), "penumbra:passing", "Passing stars <b>")
    kind, params = _heard(topcat)
    assert (kind, params["table-id"], params["name"]) == ("table.load.votable", "penumbra:passing", "Passing stars <b>")
    found = SampLink().read_table(Message("table.load.votable", "x", url=params["url"]))
    pd.testing.assert_frame_equal(found, stars(), check_names=False)


def test_a_row_a_selection_and_a_place_arrive_as_text(link, topcat):
    link.highlight_row("t1", "file:///x.vot", np.int64(12))
    assert _heard(topcat) == ("table.highlight.row", {"table-id": "t1", "url": "file:///x.vot", "row": "12"})
    link.select_rows("t1", "", [0, 3])
    assert _heard(topcat)[1]["row-list"] == ["0", "3"]
    link.point_at(123.456789012345, -1e-7)
    _, params = _heard(topcat)
    assert (float(params["ra"]), float(params["dec"])) == (123.456789012345, -1e-7)


def test_rows_places_and_tables_of_others_are_received(link, topcat):
    assert link.receive() is None
    _tell(topcat, "table.highlight.row", table_id="penumbra:passing", url="u", row="4")
    found = link.receive(WAIT)
    assert (found.kind, found.table_id, found.rows) == ("table.highlight.row", "penumbra:passing", (4,))
    _tell(topcat, "table.select.rowList", table_id="t", row_list=["1", "2"])
    assert link.receive(WAIT).rows == (1, 2)
    _tell(topcat, "coord.pointAt.sky", ra="10.5", dec="-20.25")
    found = link.receive(WAIT)
    assert (found.ra, found.dec) == (10.5, -20.25)
    start = time.monotonic()
    assert link.receive(0.05) is None
    assert time.monotonic() - start < 2


@pytest.mark.parametrize(("suffix", "kind"), [("vot", "table.load.votable"), ("fits", "table.load.fits")])
def test_a_table_that_was_received_can_be_opened(link, topcat, tmp_path, suffix, kind):
    write(stars().drop(columns="subclass"), tmp_path / f"my table é.{suffix}")
    _tell(topcat, kind, url=(tmp_path / f"my table é.{suffix}").as_uri(), name="mine", table_id="t")
    found = link.receive(WAIT)
    assert (found.kind, found.name) == (kind, "mine")
    assert link.read_table(found)["source_id"].tolist() == stars()["source_id"].tolist()
    with pytest.raises(SampError, match="more than 100 bytes"):
        link.read_table(found, max_bytes=100)


def test_a_call_is_answered(link, topcat):
    (answerer,) = [key for key in topcat.get_subscribed_clients("coord.pointAt.sky") if key != topcat.get_public_id()]
    message = {"samp.mtype": "coord.pointAt.sky", "samp.params": {"ra": "1", "dec": "2"}}
    assert topcat.call_and_wait(answerer, message, str(int(WAIT)))["samp.status"] == "samp.ok"
    assert link.receive(WAIT).ra == 1.0


def test_a_message_without_sense_is_logged_and_the_next_one_heard(link, topcat, caplog):
    for params in ({"row": "four"}, {"row": "-1"}, {}):
        _tell(topcat, "table.highlight.row", **params)
    _tell(topcat, "coord.pointAt.sky", ra="400", dec="0")
    _tell(topcat, "coord.pointAt.sky", ra="nan", dec="0")
    _tell(topcat, "table.highlight.row", row="7")
    assert link.receive(WAIT).rows == (7,)
    # A hub hands messages over side by side: some of those before may come after the last one.
    ends = time.monotonic() + WAIT
    while caplog.text.count("was not understood") < 5 and time.monotonic() < ends:
        time.sleep(0.02)
    assert caplog.text.count("was not understood") == 5


def test_attack_strings_pass_as_text():
    for attack in ATTACKS:
        found = understand("table.load.votable", "x", {"url": attack, "name": attack, "table-id": attack})
        assert (found.url, found.name, found.table_id) == (attack, attack, attack)


def test_only_files_and_web_addresses_are_fetched(link):
    for url in ("ftp://host/x", "file://otherhost/x", "javascript:alert(1)", ""):
        with pytest.raises(SampError, match="cannot be fetched"):
            link.read_table(Message("table.load.votable", "x", url=url))
    with pytest.raises(SampError, match="Send it again"):
        link.read_table(Message("table.load.votable", "x", url="file:///no/such/table.vot"))


class _Web(BaseHTTPRequestHandler):
    body = b""
    delay = 0.0

    def do_GET(self):
        time.sleep(self.delay)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_):
        pass


@pytest.fixture
def web():
    server = HTTPServer(("127.0.0.1", 0), type("Web", (_Web,), {}))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def test_a_table_on_a_web_address_is_fetched_within_size_and_time(hub, web, tmp_path):
    write(stars(), tmp_path / "t.vot")
    web.RequestHandlerClass.body = (tmp_path / "t.vot").read_bytes()
    message = Message("table.load.votable", "x", url=f"http://127.0.0.1:{web.server_port}/t")
    with SampLink(timeout=1.0, hub_params=hub.params) as link:
        assert len(link.read_table(message)) == 6
        with pytest.raises(SampError, match="more than 50 bytes"):
            link.read_table(message, max_bytes=50)
    web.RequestHandlerClass.delay = 0.6
    with SampLink(timeout=0.2, hub_params=hub.params) as link, pytest.raises(SampError, match="cannot be fetched"):
        link.read_table(message)


def test_without_a_hub_the_error_says_what_to_start(tmp_path, monkeypatch):
    monkeypatch.setenv("SAMP_HUB", f"std-lockurl:{(tmp_path / 'none').as_uri()}")
    with pytest.raises(SampError, match="Start TOPCAT or Aladin"):
        SampLink(timeout=2.0).connect()
    link = SampLink()
    for act in (lambda: link.highlight_row("t", "u", 1), lambda: link.send_table(stars(), "t", "n")):
        with pytest.raises(SampError, match="no connection"):
            act()
    link.close()


def test_a_hub_that_hangs_is_given_up_in_time(web):
    web.RequestHandlerClass.do_POST = lambda self: time.sleep(1.0)
    params = {"samp.hub.xmlrpc.url": f"http://127.0.0.1:{web.server_port}/", "samp.secret": "s"}
    start = time.monotonic()
    with pytest.raises(SampError, match=r"waited 0\.2 s"):
        SampLink(timeout=0.2, hub_params=params).connect()
    assert time.monotonic() - start < 0.9


def test_a_link_can_be_closed_twice_and_opened_again(hub, topcat):
    link = SampLink(timeout=WAIT, hub_params=hub.params)
    for _ in range(2):
        link.connect()
        assert link.is_connected
        link.connect()
        link.highlight_row("t", "u", 1)
        assert _heard(topcat)[0] == "table.highlight.row"
        link.close()
        link.close()
        assert not link.is_connected


def test_loading_the_module_warns_of_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert samp_module().SAMPIntegratedClient
