"""A small survey that several tests look at."""

import pandas as pd
import pytest

from analysis.simulate import survey, truth

N, SEED = 60_000, 20


@pytest.fixture(scope="session")
def table() -> pd.DataFrame:
    return survey(N, SEED)


@pytest.fixture(scope="session")
def known() -> pd.DataFrame:
    return truth(N, SEED)
