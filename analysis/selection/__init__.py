"""Cuts as values, published presets, and the engine that answers them."""

from analysis.selection.adql import as_adql
from analysis.selection.crossfilter import Crossfilter
from analysis.selection.crossfilter_drag import Drag
from analysis.selection.crossfilter_views import Answer, Axis, Grid, Histogram, Planes
from analysis.selection.crossfilter_warm import warm
from analysis.selection.cuts import And, Cut, Missing, Not, OneOf, Or, Range, all_of, any_of
from analysis.selection.expression import Expression, parse
from analysis.selection.expression_tokens import SelectionTextError
from analysis.selection.funnel import FunnelStep, count_cuts, count_funnel
from analysis.selection.polygons import Inside
from analysis.selection.prepared import Prepared
from analysis.selection.preset import MARKS, Preset, Step
from analysis.selection.presets import PRESETS
from analysis.selection.python_code import as_python
from analysis.selection.replay import Change, differences, differences_text, present_cuts, step_names
from analysis.selection.saved import cut_from_dict
from analysis.selection.table_columns import MissingColumnError
from analysis.selection.topcat import as_topcat
from analysis.selection.tuning import Curve, Score, Truth, class_costs, curve_along, score, tuning_curve

__all__ = [
    "MARKS",
    "PRESETS",
    "And",
    "Answer",
    "Axis",
    "Change",
    "Crossfilter",
    "Curve",
    "Cut",
    "Drag",
    "Expression",
    "FunnelStep",
    "Grid",
    "Histogram",
    "Inside",
    "Missing",
    "MissingColumnError",
    "Not",
    "OneOf",
    "Or",
    "Planes",
    "Prepared",
    "Preset",
    "Range",
    "Score",
    "SelectionTextError",
    "Step",
    "Truth",
    "all_of",
    "any_of",
    "as_adql",
    "as_python",
    "as_topcat",
    "class_costs",
    "count_cuts",
    "count_funnel",
    "curve_along",
    "cut_from_dict",
    "differences",
    "differences_text",
    "parse",
    "present_cuts",
    "score",
    "step_names",
    "tuning_curve",
    "warm",
]
