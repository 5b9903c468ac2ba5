"""Everything that reads ideas."""

from portal.ideas.queries.cards import Card
from portal.ideas.queries.lists import SORTS, Filters, Page, newest, page, top
from portal.ideas.queries.overview import Facts, busy_fields, facts
from portal.ideas.queries.own import Mine, draft, drafts_of, of_author, written_by
from portal.ideas.queries.single import Shown, history, many, show
from portal.ideas.queries.stories import Story, stories

__all__ = [
    "SORTS",
    "Card",
    "Facts",
    "Filters",
    "Mine",
    "Page",
    "Shown",
    "Story",
    "busy_fields",
    "draft",
    "drafts_of",
    "facts",
    "history",
    "many",
    "newest",
    "of_author",
    "page",
    "show",
    "stories",
    "top",
    "written_by",
]
