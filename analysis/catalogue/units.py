"""Units as files write them, turned into the schema's."""

from __future__ import annotations

import re
import warnings

from astropy import units as u

# Spellings that astropy's parsers do not know, folded to lower case.
_SPELLINGS = {
    "days": "d", "day": "d", "jd": "d", "bjd": "d", "years": "yr", "year": "yr", "hours": "h", "degrees": "deg",
    "degree": "deg", "°": "deg", "magnitude": "mag", "magnitudes": "mag", "mags": "mag", "kelvin": "K", "kms": "km/s",
    "km s-1": "km/s", "msun": "solMass", "m_sun": "solMass", "solar mass": "solMass", "solar masses": "solMass",
    "rsun": "solRad", "milliarcsec": "mas", "milliarcsecond": "mas", "angstroms": "Angstrom", "percent": "%",
    "e-/s": "electron / s", "e-.s**-1": "electron / s", "electron.s**-1": "electron / s", "dex": "dex",
}  # fmt: skip
_NO_UNIT = {"", "-", "--", "---", "none", "null", "nan", "unitless", "dimensionless"}
_LOGARITHM = re.compile(r"^(?:log|dex)\(?\[?(.*?)\]?\)?$")
_FORMATS = (None, "vounit", "cds", "fits")


def is_unit(text: str) -> bool:
    """Whether the text states a unit at all."""
    return text.strip().casefold() not in _NO_UNIT


def parse_unit(text: str) -> u.UnitBase | None:
    """The astropy unit that a file's text means, or None where it cannot be understood.

    Generic, VOUnit, CDS and FITS spellings, those of the Gaia archive ("'electron'.s**-1", "log(cm.s**-2)") and
    everyday words.
    """
    plain = text.strip().replace("'", "").replace('"', "")
    plain = _SPELLINGS.get(plain.casefold(), plain)
    logarithm = _LOGARITHM.match(plain)
    if logarithm and logarithm[1] and plain != "dex":
        inside = parse_unit(logarithm[1])
        return None if inside is None else u.dex(inside)
    for style in _FORMATS:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", u.UnitsWarning)
            try:
                return u.Unit(plain, format=style)
            except (ValueError, TypeError):
                continue
    return None


def plain_unit(text: str) -> str:
    """The unit in astropy's own spelling; as it is where it cannot be understood, "" where there is none."""
    if not is_unit(text):
        return ""
    parsed = parse_unit(text)
    return text.strip() if parsed is None else str(parsed)


def unit_text(text: str, style: str) -> str:
    """The unit as astropy's format `style` ("fits", "vounit") spells it; a logarithm as log(...).

    As it is where it cannot be understood or spelled, such as % in VOUnit.
    """
    parsed = parse_unit(text)
    if isinstance(parsed, u.LogUnit):
        return f"log({unit_text(str(parsed.physical_unit), style)})"
    try:
        return text if parsed is None else str(parsed.to_string(style))
    except (ValueError, TypeError):
        return text


def conversion(found: str, wanted: str) -> float | None:
    """Factor from the unit `found` in a file to the schema's unit `wanted`, or None where there is none.

    1 for logarithmic units of the same quantity. Raises LookupError where `found` cannot be understood.
    """
    source = parse_unit(found)
    if source is None:
        raise LookupError(found)
    target = u.Unit(wanted)
    if source == target:
        return 1.0
    if any(_is_logarithmic(unit) for unit in (source, target)):
        return _logarithmic(source, target)
    if not source.is_equivalent(target):
        return None
    return float(source.to(target))


def _is_logarithmic(unit: u.UnitBase) -> bool:
    return isinstance(unit, u.function.FunctionUnitBase) or unit in (u.mag, u.dex)


def _logarithmic(source: u.UnitBase, target: u.UnitBase) -> float | None:
    # A catalogue's "dex" says only that the number is a logarithm; magnitudes may name their system: mag(AB).
    names = {str(source).partition("(")[0], str(target).partition("(")[0]}
    return 1.0 if names in ({"dex"}, {"mag"}) else None
