from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from examples import ATTACKS, IDS, clauses, stars, verdict

from analysis.selection import OneOf, Range
from analysis.vetting import (
    Picture,
    Provenance,
    VerdictStore,
    evidence_table,
    explain_all,
    gather_evidence,
    number_words,
    star_report,
)

TEXTS = {"pre", "h1", "h2", "p", "figcaption", "title"}
ALLOWED = TEXTS | {"html", "head", "meta", "style", "body", "table", "tr", "th", "td", "figure", "img"}
PNG = b"\x89PNG\r\n\x1a\n..."


class Page(HTMLParser):
    """What a browser would see: elements with their attributes, and the text of the page."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.elements, self.text, self._inside = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag in TEXTS:
            self._inside.append("")

    def handle_data(self, data):
        if self._inside:
            self._inside[-1] += data

    def handle_endtag(self, tag):
        if tag in TEXTS:
            self.text.append(self._inside.pop())


def _report_with(attack, tmp_path):
    """A report with the text in every place that takes one."""
    short = attack[:200]
    star = short.strip() or "star"
    with VerdictStore(tmp_path / "v.sqlite") as store:
        said = verdict(star, "own_" + short[:150], reviewer=short, comment=attack, tags=(short,))
        store.append(said)
        store.withdraw(store.append(verdict(star, reviewer=short, comment=attack)).token, short, comment=attack)
        records = store.records()
    cuts = clauses(OneOf("subclass", (attack,)), OneOf(short, (attack,)))
    return star_report(
        star,
        {"subclass": attack, short: 1.5},
        reasons=explain_all({c.name: c.cut for c in cuts}, stars(), 0),
        records=records,
        pictures=(Picture(attack, PNG, caption=attack), Picture("svg", attack.encode(), "image/svg+xml")),
        provenance=Provenance(attack, attack, cuts, app_version=attack),
        units={short: attack},
    )


@pytest.mark.parametrize("attack", ATTACKS)
def test_attack_strings_come_out_as_text_in_every_place(tmp_path, attack):
    report = _report_with(attack, tmp_path)
    page = Page(report)
    assert {tag for tag, _ in page.elements} <= ALLOWED
    for tag, attributes in page.elements:
        assert set(attributes) <= {"lang", "charset", "http-equiv", "content", "name", "class", "alt", "src"}, tag
        assert attributes.get("src", "data:image/").startswith("data:image/")
    # Parsers turn a carriage return into a line feed, as the standard asks.
    shown = attack.replace("\r\n", "\n").replace("\r", "\n")
    texts = [text.replace("\r\n", "\n").replace("\r", "\n") for text in page.text]
    # Comments of three records, the value and the dataset's name and hash, each whole and unchanged.
    assert texts.count(shown) >= 6
    if "<" in attack:
        assert attack not in report


def test_the_page_forbids_scripts_and_loading():
    policies = [attributes for tag, attributes in Page(star_report("1", {})).elements if "http-equiv" in attributes]
    assert policies == [
        {
            "http-equiv": "Content-Security-Policy",
            "content": "default-src 'none'; img-src data:; style-src 'unsafe-inline'",
        }
    ]


def test_a_report_shows_verdicts_evidence_reasons_and_values(tmp_path):
    table = stars().assign(half_delta_vr=124.0, half_delta_vr_error=4.0, semi_amplitude_limit=98.5)
    with VerdictStore(tmp_path / "v.sqlite") as store:
        store.append(verdict(IDS[1], "triple", confidence=0.9, priority="high", comment="see the residuals"))
        store.append(verdict(IDS[0], "single", comment="of another star"))
        records = store.records()
    report = star_report(
        str(IDS[1]),
        table.iloc[1],
        evidence=gather_evidence(table, 1),
        reasons=explain_all({"a": Range("ruwe", low=1.2)}, table, 1),
        records=records,
        provenance=Provenance("six stars", "c0ffee", clauses(Range("ruwe", low=1.2)), 6, 3, "0.1.0"),
        units={"ruwe": "not used: the schema knows it"},
    )
    texts = Page(report).text
    assert texts[0] == texts[1] == f"Star {IDS[1]}"
    assert "Triple (agreed)" in texts
    assert "see the residuals" in texts
    assert "of another star" not in texts
    assert "124.0 ± 4.0 km / s" in texts
    assert "ruwe >= 1.2" in texts
    assert "3 of 6" in texts
    assert "not used: the schema knows it" not in texts


def test_a_report_without_anything_says_what_is_missing():
    texts = Page(star_report("42", {"ruwe": np.nan, "subclass": None})).text
    assert "not judged" in texts
    for said in ("Nobody has judged this star yet.", "No cuts were set.", "The star has no values."):
        assert said in texts


def test_numbers_are_printed_with_the_digits_their_error_warrants():
    assert number_words(1.8346, 0.12, "km / s") == "1.83 ± 0.12 km / s"
    assert number_words(124.0, 4.0) == "124.0 ± 4.0"
    assert number_words(0.000123456) == "0.0001235"
    assert number_words(12.0) == "12"
    assert number_words(float("inf")) == "inf"
    assert number_words(1.5, float("nan")) == "1.5"
    assert number_words(1234.5, 210.0) == "1234 ± 210"


def test_only_images_can_be_pictures():
    with pytest.raises(ValueError, match="image/png"):
        Picture("x", b"<script>", "text/html")


def test_evidence_says_what_holds_and_what_cannot_be_judged():
    table = pd.DataFrame(
        {
            "source_id": [1, 2, 3],
            "half_delta_vr": [150.0, 90.0, np.nan],
            "half_delta_vr_error": [5.0, np.nan, np.nan],
            "semi_amplitude_limit": [100.0, 100.0, 100.0],
            "period": [0.3, 0.1, 0.3],
            "period_min": [0.2, 0.2, np.nan],
            "ruwe": np.array([1.25, 1.2500001, np.nan], dtype=np.float32),
        }
    )
    found = {row: {e.rule.name: e for e in gather_evidence(table, row)} for row in range(3)}
    assert [found[row]["velocity limit"].holds for row in range(3)] == [True, False, None]
    assert found[0]["velocity limit"].reason.margin == 50.0
    assert (found[0]["velocity limit"].value, found[0]["velocity limit"].error) == (150.0, 5.0)
    assert found[1]["velocity limit"].error is None
    assert [found[row]["astrometric noise"].holds for row in range(3)] == [False, True, None]
    assert "companion mass" not in found[0]
    counted = evidence_table(table, "source_id")
    assert counted["n_evidence"].tolist() == [1, 1, 0]
    np.testing.assert_array_equal(counted["evidence_period_above_the_Roche_limit"], [1, 0, np.nan])
    for row in range(3):
        for rule in found[row].values():
            value = counted.loc[row, f"evidence_{rule.rule.name.replace(' ', '_')}"]
            assert (None if np.isnan(value) else bool(value)) == rule.holds
