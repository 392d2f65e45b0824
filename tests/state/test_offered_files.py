"""Files offered to one page: found by their key alone, gone with the page; and the handler that sends them."""

import asyncio

import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPClientError
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application

from components.file_server import FILES_PATH, FileHandler
from components.state.offered_files import KEPT, OfferedFiles, plain_name


@pytest.fixture
def files():
    files = OfferedFiles()
    yield files
    files.close()


def offered(files: OfferedFiles, name: str, content: bytes) -> str:
    path = files.place(name)
    path.write_bytes(content)
    return files.offer(path)


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "..\\boot.ini", "/etc/x", "a\r\nSet-Cookie: b", '"; x="y', "..", ""]
)
def test_no_name_leaves_the_folder_or_breaks_a_header(files, name) -> None:
    path = files.place(name)
    assert path.resolve().parent.parent == path.parent.parent.resolve()
    assert path.name == plain_name(name)
    assert path.name and not set(path.name) & set('/\\"\r\n ;')


def test_closing_the_page_removes_its_files_and_offers_no_more(files) -> None:
    key = offered(files, "a.csv", b"1")
    path = files.find(key)
    files.close()
    assert files.find(key) is None
    assert not path.exists()
    with pytest.raises(RuntimeError):
        files.place("b.csv")


def test_the_oldest_files_make_room(files) -> None:
    keys = [offered(files, "a.csv", b"1") for _ in range(KEPT + 1)]
    assert files.find(keys[0]) is None
    assert files.find(keys[1]) is not None


def test_a_page_gets_its_own_files_and_nothing_else(files, run_async) -> None:
    content = b"0123456789" * 300_000
    key = offered(files, "stars.fits", content)
    other = OfferedFiles()
    strange = offered(other, "theirs.csv", b"secret")
    pages = {"mine": files, "theirs": other}

    async def ask() -> dict[str, object]:
        application = Application([(rf"/{FILES_PATH}/([\w-]+)/([\w-]+)/[\w.+-]*", FileHandler, {"find": pages.get})])
        socket, port = bind_unused_port()
        server = HTTPServer(application)
        server.add_sockets([socket])
        base, client = f"http://127.0.0.1:{port}/{FILES_PATH}", AsyncHTTPClient()
        got = await client.fetch(f"{base}/mine/{key}/stars.fits")
        refused = {}
        for path in (
            f"nobody/{key}/stars.fits", f"mine/{strange}/theirs.csv", f"mine/{key}x/stars.fits", "mine//x",
            f"mine/{key}/../../../../etc/passwd", f"mine/..%2f..%2fetc%2fpasswd/{key}", f"mine/{key}/%2e%2e/x",
        ):  # fmt: skip
            try:
                await client.fetch(f"{base}/{path}")
                refused[path] = 200
            except HTTPClientError as error:
                refused[path] = error.code
        server.stop()
        await asyncio.sleep(0)
        return {"got": got, "refused": refused}

    answer = run_async(ask())
    other.close()
    assert answer["got"].body == content
    headers = answer["got"].headers
    assert headers["Content-Disposition"] == 'attachment; filename="stars.fits"'
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert set(answer["refused"].values()) == {404}
