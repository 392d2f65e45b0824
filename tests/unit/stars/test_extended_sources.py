import numpy as np
import pytest

from analysis.stars import (
    blending_fraction,
    contaminated_transits,
    corrected_excess_factor,
    corrected_excess_factor_scatter,
    excess_noise_limit,
    extended_source_grade,
)

NAN = float("nan")

# Wu et al. 2024 (AJ 167; doi 10.3847/1538-3881/ad3e6b), Tables 1 and 2: number in the printed grade, IGHA,
# IFMP (per cent), RUWE.
CANDIDATES = np.array(
    [
        (1, 0.0538, 3, 1.5272),
        (2, 0.1010, 0, 1.4281),
        (2, 0.0522, 0, 5.7579),
        (2, 0.1048, 0, 1.7812),
        (1, 0.1652, 0, NAN),
        (1, 0.1483, 0, 1.7970),
        (1, 0.1316, 9, 1.6664),
        (1, 0.0446, 1, 1.8412),
        (0, 0.1854, 6, 2.0088),
        (0, 0.1647, 7, NAN),
        (0, 0.1455, 5, 1.2872),
        (2, 0.0312, 9, 1.2308),
        (1, 0.0227, 9, 1.4418),
        (1, 0.0328, 9, 5.4640),
        (1, 0.1292, 9, 1.6151),
        (1, 0.0947, 9, 1.4649),
        (1, 0.0790, 9, 1.6719),
        (1, 0.0982, 6, 1.9797),
        (1, 0.1224, 6, NAN),
        (1, 0.0632, 1, 4.4414),
        (1, 0.0384, 2, 1.5533),
        (1, 0.0336, 1, 6.3407),
        (1, 0.0486, 7, 1.7100),
        (1, 0.0717, 6, NAN),
        (1, 0.1124, 7, 1.3181),
        (0, 0.1998, 9, 1.6010),
        (0, 0.1661, 8, NAN),
        (0, 0.1567, 9, 1.5171),
        (0, 0.1892, 8, 1.4746),
        (0, 0.1925, 6, NAN),
        (3, 0.0545, 0, 1.1216),
        (2, 0.0312, 0, 2.0758),
        (2, 0.0168, 8, 1.1256),
        (2, 0.0462, 0, NAN),
        (1, 0.0197, 4, 1.2713),
        (1, 0.0938, 8, 2.2538),
        (1, 0.0972, 2, 5.1655),
        (1, 0.1983, 0, 2.6613),
        (1, 0.0990, 5, NAN),
        (1, 0.0569, 2, 1.8492),
        (1, 0.1220, 5, NAN),
        (1, 0.1263, 3, 9.2288),
        (0, 0.1643, 8, NAN),
        (0, 0.1564, 7, NAN),
    ]
)


def test_the_44_printed_grades_follow_from_the_rule():
    grades, amplitude, peaks, ruwe = CANDIDATES.T
    assert len(CANDIDATES) == 44
    assert extended_source_grade(amplitude, peaks, ruwe).tolist() == grades.tolist()


def test_missing_values_meet_no_criterion():
    assert extended_source_grade(NAN, NAN, NAN) == 0
    assert extended_source_grade(0.1, 0, NAN) == 2


@pytest.mark.parametrize(
    ("bp_rp", "excess", "corrected"),
    [(0.2, 1.2, 0.037595), (1.0, 1.3, 0.083156), (2.5, 1.5, 0.093352), (4.5, 1.8, 0.110012)],
)
def test_the_corrected_excess_meets_golden_values(bp_rp, excess, corrected):
    assert corrected_excess_factor(bp_rp, excess) == pytest.approx(corrected, abs=1e-6)


def test_the_corrected_excess_is_nearly_continuous_in_colour():
    for joint in (0.5, 4.0):
        before, after = corrected_excess_factor(np.array([joint - 1e-9, joint + 1e-9]), 1.3)
        assert before == pytest.approx(after, abs=0.006)
    assert np.isnan(corrected_excess_factor(NAN, 1.3))


@pytest.mark.parametrize(("g", "scatter"), [(10, 0.006356), (15, 0.01403), (18, 0.038238)])
def test_its_scatter_meets_golden_values(g, scatter):
    assert corrected_excess_factor_scatter(g) == pytest.approx(scatter, abs=1e-6)


@pytest.mark.parametrize(("g", "limit"), [(14, 0.3126), (17, 0.5252), (20, 3.6419)])
def test_the_recollected_noise_line_has_its_known_values_and_can_be_changed(g, limit):
    assert excess_noise_limit(g) == pytest.approx(limit, abs=1e-4)
    assert excess_noise_limit(g, floor=1.0, scale=0.0) == 1.0


def test_blending_counts_transits_of_both_photometers():
    assert blending_fraction(10, 5, 30, 20) == pytest.approx(0.3)
    assert np.isnan(blending_fraction(0, 0, 0, 0))
    assert contaminated_transits(2, 3) == 5
