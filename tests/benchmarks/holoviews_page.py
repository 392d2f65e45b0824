"""The idiomatic HoloViews page with the same planes, histograms and slider: ``panel serve`` this file.

PENUMBRA_BENCHMARK_TABLE names the Arrow file of a simulated survey.
"""

import os

import datashader as ds
import holoviews as hv
import numpy as np
import pandas as pd
import panel as pn
from holoviews.operation.datashader import rasterize

from analysis.catalogue import add_derived
from analysis.simulate import open_survey

hv.extension("bokeh")
pn.extension()
HISTOGRAMS = ("delta_vr", "half_delta_vr", "period", "ruwe", "snrg", "parallax")
PLANES = (
    ("bp_rp", "absolute_g", None),
    ("log_period", "log_velocity", None),
    ("bp_rp", "absolute_g", "ruwe"),
    ("phot_g_mean_mag", "log_ruwe", None),
)


def load():
    table = add_derived(open_survey(os.environ["PENUMBRA_BENCHMARK_TABLE"]))
    columns = ("bp_rp", "absolute_g", "phot_g_mean_mag", *HISTOGRAMS)
    plain = {name: table[name].to_numpy().astype("f8") for name in columns}
    with np.errstate(divide="ignore", invalid="ignore"):
        plain["log_period"] = np.log10(plain["period"])
        plain["log_velocity"] = np.log10(plain["half_delta_vr"])
        plain["log_ruwe"] = np.log10(plain["ruwe"])
    return pd.DataFrame(plain)


data = pn.state.as_cached("benchmark-table", load)
slider = pn.widgets.FloatSlider(name="Least RUWE", start=0.8, end=11.5, step=0.01, value=0.8)


def plane(x, y, value):
    def points(low):
        return hv.Points(data[data["ruwe"] >= low], [x, y], ["ruwe"])

    drawn = hv.DynamicMap(points, streams={"low": slider.param.value})
    aggregator = "count" if value is None else ds.mean(value)
    return rasterize(drawn, aggregator=aggregator, width=280, height=220).opts(width=370, height=300)


def histogram(column):
    edges = np.linspace(*np.nanpercentile(data[column], (0.5, 99.5)), 61)

    def bars(low):
        return hv.Histogram(np.histogram(data.loc[data["ruwe"] >= low, column], edges), kdims=column)

    return hv.DynamicMap(bars, streams={"low": slider.param.value}).opts(width=250, height=100)


pn.Column(
    slider, pn.Row(pn.Column(*map(histogram, HISTOGRAMS)), pn.GridBox(*[plane(*spec) for spec in PLANES], ncols=2))
).servable()
