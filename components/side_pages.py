"""The pages of the right column, in the order of their tabs. The first is the star."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from components.errors_page import ErrorsPage
from components.judge_page import JudgePage
from components.learn_tab import LearnTab
from components.select_page import SelectPage
from components.star_panels import star_panels
from components.state.session import Session
from components.state.tuning import Tuning
from components.state.workspace import Workspace
from components.truth_page import TruthPage
from components.views.papers_page import PapersPage
from components.views.real_stars import RealStarPage
from components.views.star_page import Section, StarPage

STAY_WHEN_PICKED = frozenset({"Judge", "Select", "Papers", "Learn"})


def side_pages(session: Session, workspace: Workspace, tuning: Tuning | None) -> list[tuple[str, Callable[[str], Any]]]:
    """Return short name and maker of every tab this catalogue has; a page is made when it is first shown.

    A maker takes the appearance of that moment. ``tuning`` answers for the truth, None where that is not told.
    """
    sections: list[Section] = []  # filled when the star page makes its panels
    pages: list[tuple[str, Callable[[str], Any]]] = [
        ("Star", partial(_star, session, workspace, sections)),
        ("Judge", partial(JudgePage, session)),
        ("Select", partial(SelectPage, session, workspace, sections)),
        ("Papers", partial(PapersPage, session, workspace)),
    ]
    if tuning is not None:
        pages.append(("Truth", partial(TruthPage, workspace, tuning)))
    pages.append(("Errors", partial(ErrorsPage, session, workspace)))
    pages.append(("Learn", partial(LearnTab, session)))
    return pages


def _star(session: Session, workspace: Workspace, kept: list[Section], theme: str) -> Any:
    page = StarPage(workspace, partial(_sections, session, workspace, kept), theme)
    if workspace.real is None:
        return page
    return RealStarPage(session, workspace, page, theme, partial(_page_of, session))


def _page_of(session: Session, workspace: Workspace, theme: str) -> StarPage:
    return StarPage(workspace, partial(_sections, session, workspace, []), theme)


def _sections(session: Session, workspace: Workspace, kept: list[Section], theme: str) -> Iterator[Section]:
    for section in star_panels(session, workspace, theme):
        kept.append(section)
        if workspace is session.workspace:
            session.verdicts.panels = tuple(one.title for one in kept)
        yield section
