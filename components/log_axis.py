"""Ticks of a logarithmic axis: 1–2–5 steps where the axis is short, powers of ten where it is long."""

from __future__ import annotations

from typing import Any

from bokeh.models import CustomJSTicker, CustomJSTickFormatter

_TICKS = """
const ends = [cb_data.range.start, cb_data.range.end]
const [low, high] = [Math.min(...ends), Math.max(...ends)]
const powers = []
for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) powers.push(power)
for (const mantissas of [[1], [1, 2, 5], [1, 2, 3, 5, 7], [1, 2, 3, 4, 5, 6, 7, 8, 9]]) {
  const ticks = powers.flatMap((p) => mantissas.map((m) => Number(`${m}e${p}`))).filter((t) => t >= low && t <= high)
  if (ticks.length >= 3) return ticks
}
const decade = 10 ** Math.ceil(Math.log10(high - low))
const steps = [1, 0.5, 0.2, 0.1].map((part) => part * decade)
const step = steps.find((size) => Math.floor(high / size) - Math.ceil(low / size) >= 2) ?? 0.1 * decade
const ticks = []
for (let tick = Math.ceil(low / step); tick <= high / step && ticks.length < 12; tick++)
  ticks.push(Number((tick * step).toPrecision(10)))
return ticks
"""
_MINOR_TICKS = """
const ends = [cb_data.range.start, cb_data.range.end]
const [low, high] = [Math.min(...ends), Math.max(...ends)]
const ticks = []
for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++)
  for (let m = 1; m < 10; m++) if (m * 10 ** power >= low && m * 10 ** power <= high) ticks.push(m * 10 ** power)
return ticks.length < 60 ? ticks : []
"""
_LABEL = """
if (tick >= 0.001 && tick < 1e5) return String(Number(tick.toPrecision(6)))
const raised = {"-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹"}
return `10${[...String(Math.round(Math.log10(tick)))].map((digit) => raised[digit]).join("")}`
"""


def use_log_ticks(axis: Any) -> None:
    """Give a Bokeh axis (or a list of them) readable logarithmic ticks, plain numbers where they are short."""
    axis.ticker = CustomJSTicker(major_code=_TICKS, minor_code=_MINOR_TICKS)
    axis.formatter = CustomJSTickFormatter(code=_LABEL)
