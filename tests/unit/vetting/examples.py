"""Stars, verdicts and hostile texts that several tests share."""

import numpy as np
import pandas as pd

from analysis.vetting import SavedClause, Verdict

# Real identifiers: the second is not the double nearest to it, so a float on the way would change it.
IDS = (4373465352415301632, 3425577610762832385, 5870569352746779008, 6281177228434199296, 1635, 2000**5 + 1)

ATTACKS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'; DROP TABLE verdicts; --",
    "Robert'); DELETE FROM verdicts;--",
    "{{7*7}} ${7*7} #{7*7} <%= 7*7 %>",
    "javascript:alert(1)",
    "</style></title></textarea><svg onload=alert(1)>",
    "<!-- --> ]]> <![CDATA[ x ]]>",
    '=HYPERLINK("http://example.invalid";"x")',
    "&lt;b&gt; &amp; &#60;",
    "tab\tline\nreturn\r\nend",
    "\x01\x0b\x1b[31mred\x7f",
    "ΔV_R/2 ≈ 150 km/s, 星 🌟 \u202eright to left\u202c \ufeff",
    "\\u003cscript\\u003e \\n %s %(x)s :name ?",
    "a" * 5000,
)


def verdict(source_id=IDS[0], word="compact_object", reviewer="anna", **more):
    return Verdict(source_id=source_id, verdict=word, reviewer=reviewer, **more)


def stars():
    """Six stars with floats of both widths, an integer, a truth value and text, each with a missing value if it can."""
    table = pd.DataFrame(
        {
            "source_id": np.array(IDS, dtype=np.int64),
            "ruwe": np.array([1.01, 1.2500001, 3.5, np.nan, 0.7, 1.4], dtype=np.float32),
            "phot_g_mean_mag": np.array([12.1, 13.5, 11.0, 14.2, 9.9, 15.0]),
            "bp_rp": np.array([0.9, 1.8, 2.2, 1.1, 0.7, np.nan]),
            "absolute_g": np.array([5.0, 8.5, 9.9, 6.2, 4.4, 7.0]),
            "rv_nb_transits": np.array([10, 3, 25, 7, 12, 4], dtype=np.int16),
            "subclass": pd.Series(["K7", "M0", None, "M3 <b>", "M0", "K5 Δ"]),
            "blended": np.array([True, False, False, True, False, False]),
        }
    )
    table.attrs = {"id_column": "source_id", "title": "six stars"}
    return table


def clauses(*cuts):
    return tuple(SavedClause(f"cut:{number}", cut) for number, cut in enumerate(cuts, start=1))
