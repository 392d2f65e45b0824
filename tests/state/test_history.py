"""Every change of cuts and planes can be taken back and made again."""

from hypothesis import given
from hypothesis import strategies as st

from analysis.selection import Range
from components.state.history import History
from components.state.planes import custom_figure
from components.state.selection import Clause, Selection
from components.state.workspace import Planes

CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("publish"), st.sampled_from("abc"), st.floats(-5, 5)),
        st.tuples(st.just("enable"), st.sampled_from("abc"), st.booleans()),
        st.tuples(st.just("remove"), st.sampled_from("abc"), st.none()),
        st.tuples(st.just("figure"), st.sampled_from(["first", "second"]), st.sampled_from("xyz")),
    ),
    max_size=25,
)


def make(change, selection, planes) -> None:
    kind, name, value = change
    if kind == "publish":
        selection.publish(name, Range("ruwe", value))
    elif kind == "enable":
        selection.enable(name, value)
    elif kind == "remove":
        selection.remove(name)
    else:
        planes.show(name, custom_figure("ra", value))


@given(CHANGES)
def test_undoing_all_and_redoing_all_passes_through_the_same_states(changes) -> None:
    history = History()
    selection, planes = Selection(history), Planes(history, {})
    states = [(selection.clauses, planes.figures)]
    for change in changes:
        make(change, selection, planes)
        if (selection.clauses, planes.figures) != states[-1]:
            states.append((selection.clauses, planes.figures))
    for state in states[-2::-1]:
        assert history.can_undo
        history.undo()
        assert (selection.clauses, planes.figures) == state
    assert not history.can_undo
    for state in states[1:]:
        history.redo()
        assert (selection.clauses, planes.figures) == state
    assert not history.can_redo


def test_a_new_change_forgets_what_was_undone() -> None:
    history = History()
    selection = Selection(history)
    selection.publish("a", Range("ruwe", 1.0))
    history.undo()
    selection.publish("b", Range("ruwe", 2.0))
    assert not history.can_redo
    assert [clause.name for clause in selection.clauses] == ["b"]


def test_a_change_to_the_same_is_no_step() -> None:
    history = History()
    selection = Selection(history, [Clause("a", Range("ruwe", 1.0))])
    selection.publish("a", Range("ruwe", 1.0))
    assert not history.can_undo


def test_opening_all_keeps_the_sliders_and_takes_the_rest_away() -> None:
    selection = Selection(History(), [Clause("slider:ruwe", Range("ruwe", 1.0, 2.0), enabled=False)])
    selection.publish("typed:1", Range("ra", 1.0) & Range("dec", 2.0))
    selection.reset_all()
    assert [(clause.name, clause.cut, clause.enabled) for clause in selection.clauses] == [
        ("slider:ruwe", Range("ruwe"), True)
    ]


def test_the_text_of_the_selection_names_the_active_cuts_only() -> None:
    selection = Selection(History(), [Clause("slider:ra", Range("ra"))])
    selection.publish("slider:ruwe", Range("ruwe", 1.25, 3.0))
    selection.publish("slider:dec", Range("dec", 0.0, None))
    selection.enable("slider:dec", False)
    assert selection.text == "(1.25 <= ruwe <= 3)"


def test_a_clause_survives_being_saved() -> None:
    clause = Clause("typed:1", Range("ruwe", 1.25) | ~Range("bp_rp", None, 0.7), "odd ones", False)
    assert Clause.from_dict(clause.to_dict()) == clause
