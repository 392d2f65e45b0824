"""Reading, cleaning and searching light curves."""

from analysis.light_curves.reading import read
from analysis.light_curves.series import LightCurve, SeriesError, stitch
from analysis.light_curves.series_index import SeriesFile, SeriesIndex, SeriesMatch

__all__ = ["LightCurve", "SeriesError", "SeriesFile", "SeriesIndex", "SeriesMatch", "read", "stitch"]
