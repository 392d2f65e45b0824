"""The cuts as text to read and edit, and edited text as cuts under the names they had."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from analysis.catalogue import COLUMNS
from analysis.selection import And, Cut, Or, Range, as_adql, as_python, as_topcat, parse
from analysis.vetting import SavedClause, combined_cut
from components.state.selection import Clause, Selection

FORMS = ("text", "python", "adql", "topcat")
OFF = "# off: "


@dataclass(frozen=True)
class Written:
    """The selection in every form, each with what a reader should know of it."""

    text: str
    python: str
    adql: str
    topcat: str
    notes: dict[str, str]


def saved_clauses(selection: Selection) -> tuple[SavedClause, ...]:
    """Return the clauses as files keep them."""
    return tuple(SavedClause(c.name, c.cut, c.label, c.enabled) for c in selection.clauses)


def selected_cut(selection: Selection) -> Cut | None:
    """Return the one cut that all clauses make together; None where nothing is cut."""
    return combined_cut(saved_clauses(selection))


def write_selection(selection: Selection) -> Written:
    """Return the present cuts as text, Python, ADQL and TOPCAT expression."""
    cut = selected_cut(selection)
    text = editable_text(selection)
    if cut is None:
        every = "Nothing is cut: every star passes."
        adql = "SELECT *\nFROM gaiadr3.gaia_source"
        return Written(text, "selected = table\n", adql, "true", dict.fromkeys(FORMS, every))
    notes = {
        "text": "Edit and apply. Lines are joined by “and”; lines that begin with # count for nothing.",
        "python": "Runs on a DataFrame named table, such as analysis.catalogue.read gives.",
        "adql": _adql_note(cut.columns),
        "topcat": "For TOPCAT’s row subsets, or STILTS: tpipe cmd='select …'.",
    }
    forms = {}
    for name, write in (("python", as_python), ("adql", as_adql), ("topcat", as_topcat)):
        try:
            forms[name] = write(cut)
        except ValueError as error:  # not every language can say everything
            forms[name], notes[name] = "", str(error)
    return Written(text, **forms, notes=notes)


def editable_text(selection: Selection) -> str:
    """Return one line a cut, joined by `and`; cuts that are switched off stand behind a #."""
    lines = []
    for clause in selection.clauses:
        if _is_open(clause.cut):
            continue
        if not clause.enabled:
            lines.append(OFF + clause.cut.text.replace("\n", " "))
            continue
        text = f"({clause.cut.text})" if isinstance(clause.cut, Or) else clause.cut.text
        started = any(not line.startswith("#") for line in lines)
        lines.append(f"and {text}" if started else text)
    return "\n".join(lines)


def clauses_from_text(selection: Selection, text: str, columns: Collection[str]) -> tuple[Clause, ...]:
    """Return the clauses that the text asks for.

    A cut that was there keeps its name and label, a range of one column goes to that column's slider, sliders that the
    text does not mention are opened, cuts that are switched off stay. Raises SelectionTextError, which knows the
    position in the text.
    """
    plain = without_comments(text)
    wanted = list(_terms(parse(plain, columns))) if plain.strip() else []
    kept: list[Clause] = []
    for clause in selection.clauses:
        own = list(_terms(clause.cut))
        if not clause.enabled:
            kept.append(clause)
        elif not _is_open(clause.cut) and all(term in wanted for term in own):
            kept.append(clause)
            wanted = [term for term in wanted if term not in own]
        elif clause.column is not None:
            kept.append(replace(clause, cut=Range(clause.column)))
    names = {clause.name for clause in kept}
    for term in wanted:
        place = next((i for i, c in enumerate(kept) if _takes(c, term)), None)
        if place is not None:
            kept[place] = replace(kept[place], cut=term)
            continue
        name = f"slider:{term.column}" if isinstance(term, Range) else ""
        if not name or name in names:
            name = _fresh(names)
        kept.append(Clause(name, term, "" if name.startswith("slider:") else "Typed cut"))
        names.add(name)
    return tuple(kept)


def without_comments(text: str) -> str:
    """Return the text with lines that begin with # blanked, so that positions stay."""
    return "\n".join(" " * len(line) if line.lstrip().startswith("#") else line for line in text.split("\n"))


def _adql_note(columns: Collection[str]) -> str:
    own = sorted(name for name in columns if name not in COLUMNS or not COLUMNS[name].origin.startswith("Gaia DR3"))
    start = "For the Gaia archive and other TAP services."
    if not own:
        return start
    return f"{start} gaiadr3.gaia_source has no {', '.join(own)}: name a table of your own that has."


def _terms(cut: Cut) -> Iterator[Cut]:
    yield from cut.terms if isinstance(cut, And) else (cut,)


def _takes(clause: Clause, term: Cut) -> bool:
    return (
        isinstance(term, Range) and clause.enabled and clause.column == term.column
        and _is_open(clause.cut) and clause.name == f"slider:{term.column}"
    )  # fmt: skip


def _is_open(cut: Cut) -> bool:
    return isinstance(cut, Range) and cut.is_open


def _fresh(names: Collection[str]) -> str:
    number = 1
    while f"typed:{number}" in names:
        number += 1
    return f"typed:{number}"
