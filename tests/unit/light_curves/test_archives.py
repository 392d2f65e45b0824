import hashlib
import importlib.util
import time

import pytest
from made_files import qlp

from analysis.light_curves import SeriesIndex
from analysis.light_curves.archives import ArchiveError, fetch_light_curves

NAME = "hlsp_qlp_tess_ffi_s0014-0000000277554109_tess_v01_llc.fits"


def only_qlp(tic, author, into):
    if author == "QLP":
        (into / "mastDownload").mkdir()
        qlp(into / "mastDownload" / NAME)


def test_files_of_the_first_author_with_any_land_in_the_folder(tmp_path):
    (one,) = fetch_light_curves(277554109, tmp_path / "series", download=only_qlp)
    assert one.author == "QLP"
    assert one.path == tmp_path / "series" / NAME
    assert one.sha256 == hashlib.sha256(one.path.read_bytes()).hexdigest()
    assert [path.name for path in one.path.parent.iterdir()] == [NAME]
    assert SeriesIndex.from_folder(tmp_path / "series").load(tic=277554109).sectors == (14,)


def test_a_star_without_files_gives_none(tmp_path):
    assert fetch_light_curves(1, tmp_path, ("SPOC",), download=only_qlp) == []


def test_a_damaged_file_never_reaches_the_folder(tmp_path):
    def damaged(tic, author, into):
        qlp(into / NAME)
        (into / NAME).write_bytes((into / NAME).read_bytes()[:6000])

    with pytest.raises(ArchiveError, match="cannot be read"):
        fetch_light_curves(277554109, tmp_path, download=damaged)
    assert list(tmp_path.iterdir()) == []


def test_an_archive_that_does_not_answer_is_given_up(tmp_path):
    with pytest.raises(ArchiveError, match=r"within 0\.05 s"):
        fetch_light_curves(1, tmp_path, timeout=0.05, download=lambda *_: time.sleep(0.5))


def test_no_network_is_said_plainly(tmp_path):
    def offline(tic, author, into):
        raise ConnectionError("Name or service not known")

    with pytest.raises(ArchiveError, match="check the network"):
        fetch_light_curves(1, tmp_path, download=offline)


@pytest.mark.skipif(importlib.util.find_spec("lightkurve") is not None, reason="lightkurve is installed")
def test_without_lightkurve_the_extra_is_named(tmp_path):
    with pytest.raises(ArchiveError, match="archives"):
        fetch_light_curves(1, tmp_path)
