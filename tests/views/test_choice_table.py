"""Rows of a short table are chosen by number, and nonsense from a browser is passed over."""

import pandas as pd
import pytest

from components.choice_table import ChoiceTable
from components.views.velocity_panel import nearest_row


def test_a_chosen_row_is_told_by_its_number_and_nonsense_is_passed_over():
    chosen = []
    table = ChoiceTable("Candidate periods", "dark", chosen.append)
    assert not table.visible
    table.show(pd.DataFrame({"P (d)": ["0.2", "0.4"], "χ²": ["3", "5"]}))
    assert table.visible
    assert table.rows == [["0.2", "3"], ["0.4", "5"]]
    for message in (
        {"kind": "choose", "row": 1},
        {"kind": "choose", "row": 2},
        {"kind": "choose", "row": -1},
        {"kind": "choose", "row": "1"},
        {"kind": "else", "row": 0},
        "nonsense",
    ):
        table._handle_msg(message)
    assert chosen == [1]
    table.show(pd.DataFrame({"P (d)": [], "χ²": []}))
    assert not table.visible


@pytest.mark.parametrize(("period", "row"), [(0.2163541, 1), (0.2163542, None), (None, None), (0.43, 0)])
def test_the_period_that_is_folded_at_marks_its_row(period, row):
    assert nearest_row([0.43, 0.2163541 * (1 + 4e-8)], period) == row
