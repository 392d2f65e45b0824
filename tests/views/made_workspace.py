"""Stars for the tests of views that need a workspace."""

import numpy as np
import pandas as pd

from components.state.catalogue import Catalogue
from components.state.workspace import Workspace


def made(n: int = 6000) -> Workspace:
    draw = np.random.default_rng(2)
    columns = {"bp_rp": draw.uniform(0, 3, n), "absolute_g": draw.normal(6, 2, n), "ruwe": draw.lognormal(0, 0.3, n)}
    table = pd.DataFrame({"source_id": np.arange(n) + 4373465352415301632, **columns})
    return Workspace(Catalogue(table, "test", "Test stars"))
