"""The difference of two selections on the planes, against masks and histograms of plain numpy."""

import numpy as np
import pandas as pd
import pytest

from analysis.selection import Range, parse
from components.state.catalogue import Catalogue
from components.state.comparison import difference_levels
from components.state.frame import unpack_frame
from components.state.plane_window import Window
from components.state.planes import custom_figure
from components.state.stage import Stage
from components.theme import THEMES

N = 30_000
WINDOW = Window(0, 3, 0, 10, 60, 50)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    draw = np.random.default_rng(11)
    table = pd.DataFrame({"source_id": np.arange(N), "x": draw.uniform(0, 3, N), "y": draw.gamma(3, 1, N)})
    table["ruwe"] = draw.lognormal(0, 0.3, N).astype(np.float32)
    table.loc[::11, "ruwe"] = np.nan
    return Catalogue(table, "test", "Test stars")


@pytest.fixture
def stage(catalogue) -> Stage:
    stage = Stage(catalogue)
    stage.show_figure("first", custom_figure("x", "y"), WINDOW)
    return stage


def masks(table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    ruwe = table["ruwe"].to_numpy().astype(float)
    with np.errstate(invalid="ignore"):
        return ruwe > 1.2, (table["x"] < 2).to_numpy() & (ruwe < 1.5)


def histogram(table: pd.DataFrame, mask: np.ndarray) -> np.ndarray:
    return np.histogram2d(table["y"][mask], table["x"][mask], (50, 60), ((0, 10), (0, 3)))[0].astype(int)


def frame(stage: Stage) -> tuple[dict, dict]:
    return unpack_frame(stage.frame())


def test_counts_and_pixels_are_those_of_plain_masks(stage, catalogue) -> None:
    stage.compare({"first": Range.above("ruwe", 1.2), "second": parse("x < 2 and ruwe < 1.5")}, ("a", "b"))
    header, arrays = frame(stage)
    one, two = masks(catalogue.table)
    parts = one & ~two, two & ~one, one & two
    told = header["comparison"]
    assert [told[name] for name in ("only_first", "only_second", "both")] == [int(part.sum()) for part in parts]
    grids = [histogram(catalogue.table, part) for part in parts]
    for got, expected in zip(stage.comparison.counts(*stage.engine.grids["first"].axes), grids, strict=True):
        np.testing.assert_array_equal(got, expected)
    at = np.argwhere(grids[2] > 0)[0]
    x, y = (at[1] + 0.5) * 3 / 60, (at[0] + 0.5) * 10 / 50
    assert stage.compared_at("first", x, y) == tuple(int(grid[tuple(at)]) for grid in grids)
    everything = sum(grids)
    image = arrays["first.image"]
    np.testing.assert_array_equal((image >= 64)[everything > 0], True)
    assert header["planes"]["first"]["palette"] == "difference"


def test_one_side_may_be_the_cuts_as_they_move(stage, catalogue) -> None:
    stage.apply({"slider:x": Range("x", None, 2.0)})
    stage.compare({"first": "now", "second": None}, ("now", "all"))
    assert frame(stage)[0]["comparison"]["only_second"] == int((catalogue.table["x"] > 2).sum())
    stage.begin_drag(stage.prepare_drag("slider:x"))
    stage.move("slider:x", None, 1.0)
    header, _ = frame(stage)
    assert header["comparison"]["only_second"] == int((catalogue.table["x"] > 1).sum())
    assert header["comparison"]["only_first"] == 0
    stage.end_drag()
    stage.compare(None)
    header, _ = frame(stage)
    assert header["comparison"] is None
    assert "palette" not in header["planes"]["first"]


def test_few_stars_are_told_apart_one_by_one(catalogue) -> None:
    few = Catalogue(catalogue.table.iloc[:300].reset_index(drop=True), "few", "Few")
    stage = Stage(few)
    stage.show_figure("first", custom_figure("x", "y"), WINDOW)
    stage.compare({"first": Range.above("ruwe", 1.2), "second": parse("x < 2 and ruwe < 1.5")}, ("a", "b"))
    _, arrays = frame(stage)
    one, two = (mask[arrays["first.rows"]] for mask in masks(few.table))
    levels = arrays["first.level"]
    wanted = {int(level) for level in difference_levels(*np.eye(3, dtype=int), 1)}
    assert len(wanted) == 3
    for mask in (one & ~two, two & ~one, one & two):
        assert len(set(levels[mask].tolist())) == 1
        assert set(levels[mask].tolist()) <= wanted
    assert (levels[~one & ~two] < 64).all()


def test_the_hue_is_of_the_larger_side_and_one_star_that_differs_shows() -> None:
    one, two, both = np.array([5, 1, 0, 1, 0]), np.array([2, 3, 0, 0, 0]), np.array([0, 0, 7, 500, 0])
    levels = difference_levels(one, two, both, 1000).astype(int)
    steps = (levels - 64) // 12
    assert steps[0] == 7  # all differ, more of the first
    assert steps[1] == 14  # all differ, more of the second
    assert steps[2] == 0
    assert steps[3] == 1
    assert levels[4] == 0
    assert levels.max() < 64 + 15 * 12


@pytest.mark.parametrize("name", sorted(THEMES))
def test_the_three_colours_differ_in_hue_and_lightness_for_every_eye(name) -> None:
    theme = THEMES[name]
    palette = theme.difference_palette()
    assert len(palette) == 256
    strongest = [palette[64 + step * 12 + 11] for step in (7, 14, 0)]
    assert strongest == [colour + "ff" for colour in theme.difference]
    # Viénot, Brettel & Mollon 1999, eq. for deuteranopes and protanopes, in linear RGB.
    deutan = np.array([[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]])
    protan = np.array([[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]])
    rgb = np.array([[int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)] for colour in theme.difference]) ** 2.2
    for seen in (rgb, rgb @ deutan.T, rgb @ protan.T):
        shown = np.clip(seen, 0, 1) ** (1 / 2.2)
        apart = [np.linalg.norm(shown[i] - shown[j]) for i, j in ((0, 1), (0, 2), (1, 2))]
        assert min(apart) > 0.15
