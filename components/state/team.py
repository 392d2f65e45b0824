"""What the reviewers of a team agree on, as far as one of them may see it."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

from analysis.vetting import agreement, conflicts, standings
from components.state.verdicts import Verdicts

LISTED_CONFLICTS = 200


def team_summary(verdicts: Verdicts) -> dict[str, Any]:
    """Return counts by verdict and reviewer, kappa of all and of each pair, and the conflicts, as plain values.

    In blind mode only stars that the reviewer has judged count. A kappa is None where it is not defined.
    """
    workspace = verdicts.workspace
    if workspace is None:
        return {}
    catalogue, label = workspace.catalogue, verdicts.book.vocabulary.label
    records = verdicts.visible_records()
    given = [record for record in records if record.kind == "verdict"]
    found, disputed = agreement(records), conflicts(records)
    counts = Counter((record.verdict, record.reviewer) for record in given)
    names = [*verdicts.book.vocabulary.names, *sorted({r.verdict for r in given} - set(verdicts.book.vocabulary.names))]
    reviewers = sorted({record.reviewer for record in given})
    return {
        "dataset": catalogue.name,
        "reviewer": verdicts.reviewer,
        "reviewers": reviewers,
        "counts": [
            {"word": name, "label": label(name), "by": [counts[name, reviewer] for reviewer in reviewers]}
            for name in names
        ],
        "judged": len({record.source_id for record in given}),
        "shared": found.n_stars,
        "resolved": sum(standing.state == "resolved" for standing in standings(records).values()),
        "fleiss": _number(found.fleiss),
        "pairs": [[a, b, _number(kappa), n] for (a, b), (kappa, n) in found.pairs.items()],
        "n_conflicts": len(disputed),
        "conflicts": [
            {
                "star": standing.source_id,
                "said": [
                    {
                        "reviewer": record.reviewer, "label": label(record.verdict), "confidence": record.confidence,
                        "comment": record.comment,
                    }
                    for record in standing.verdicts
                ],
            }
            for standing in disputed[:LISTED_CONFLICTS]
        ],
    }  # fmt: skip


def _number(kappa: float) -> float | None:
    return None if math.isnan(kappa) else kappa
