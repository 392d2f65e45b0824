"""The selections of five papers as presets; no threshold of theirs is written anywhere else."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from analysis.selection.preset import MARKS, Preset, Step
from analysis.selection.preset_andrew2022 import ANDREW2022
from analysis.selection.preset_li2021 import LI2021
from analysis.selection.preset_mu2022 import MU2022
from analysis.selection.preset_wu2024 import WU2024
from analysis.selection.preset_xiang2021 import XIANG2021

__all__ = ["MARKS", "PRESETS", "Preset", "Step"]

PRESETS: Mapping[str, Preset] = MappingProxyType(
    {preset.name: preset for preset in (*MU2022, *ANDREW2022, *WU2024, *LI2021, *XIANG2021)}
)
