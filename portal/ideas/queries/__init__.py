"""Everything that reads ideas."""

from portal.ideas.queries.authors import Beside, beside_of, coauthors, unanswered, writers
from portal.ideas.queries.cards import Card, public_of_author
from portal.ideas.queries.filters import Filters
from portal.ideas.queries.lists import SORTS, Page, fresh, newest, newest_of_each, page, top
from portal.ideas.queries.overview import Facts, busy_fields, facts, facts_of, field_counts
from portal.ideas.queries.own import LastSent, Mine, draft, drafts_of, edit_column, last_sent, of_author, written_by
from portal.ideas.queries.single import Happened, Shown, history, many, once_each, show, took_in_column
from portal.ideas.queries.stories import Story, stories
from portal.ideas.queries.versions import changed_column, kept_column, kept_texts, received, versions

__all__ = [
    "SORTS",
    "Beside",
    "Card",
    "Facts",
    "Filters",
    "Happened",
    "LastSent",
    "Mine",
    "Page",
    "Shown",
    "Story",
    "beside_of",
    "busy_fields",
    "changed_column",
    "coauthors",
    "draft",
    "drafts_of",
    "edit_column",
    "facts",
    "facts_of",
    "field_counts",
    "fresh",
    "history",
    "kept_column",
    "kept_texts",
    "last_sent",
    "many",
    "newest",
    "newest_of_each",
    "of_author",
    "once_each",
    "page",
    "public_of_author",
    "received",
    "show",
    "stories",
    "took_in_column",
    "top",
    "unanswered",
    "versions",
    "writers",
    "written_by",
]
