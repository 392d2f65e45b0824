"""What the companion's panel says of a star against the limits of Mu et al. 2022."""

import pytest

from analysis.binaries import limit_verdict
from components.views.companion_panel import verdict_html


@pytest.mark.parametrize(
    ("period", "words"),
    [
        (0.4552, "fits in its Roche lobe"),
        (0.3055, "just fills its Roche lobe"),
        (0.21, "would overfill its Roche lobe"),
    ],
)
def test_the_roche_lobe_is_spoken_of_as_the_two_periods_show(period, words) -> None:
    """No. 7: 0.74 solar masses, whose least period is 0.3057 d by eq. 6; the paper's own differ by up to a per cent."""
    text = verdict_html(limit_verdict(156.0, period, 0.74, "K3"))
    assert words in text
    assert "P_min = 0.3057 d" in text
