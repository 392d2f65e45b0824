"""Reading, cleaning and searching light curves."""

from analysis.light_curves.series import LightCurve, SeriesError, stitch

__all__ = ["LightCurve", "SeriesError", "stitch"]
