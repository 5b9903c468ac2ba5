"""Lists of public ideas: filters, four sorts, words to find, and cursors instead of page numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import CTE, ColumnElement, Row, Select, Subquery, case, func, literal, select, tuple_, union_all

from portal.database import db
from portal.ideas import search, states
from portal.ideas.cursors import Cursor, decode, encode
from portal.ideas.models import Idea, IdeaEvent, IdeaRank
from portal.ideas.queries.cards import Card, card, select_cards
from portal.ideas.queries.filters import Filters
from portal.ideas.queries.overview import last_count, overview
from portal.units.queries import reference

PAGE = 20
MANY = 10_000
"""Totals are counted up to here; beyond, a page says "10.000+"."""
RANK_UP_TO = 5_000
"""Up to so many matches are counted and ranked exactly; of more, a sort index is walked until the page is full."""
UNSEEN_FOR = timedelta(days=90)
BIG = 200_000
"""Public ideas from which on counting the matches of common words costs more than all the rest of a search."""
SURE = 2
"""So many times a bound must a guess be, or a count that is a minute old, so that nobody counts up to the bound."""
NEAR = 8_000
"""Places of a sort that are looked at on the strength of a guess; if they fill no page, matches are counted after all."""


@dataclass(frozen=True)
class Page:
    """One page of a list. `after` is the cursor of the next, None on the last; the total may be a lower bound."""

    items: list[Card]
    after: str | None
    total: int
    total_capped: bool


@dataclass(frozen=True)
class Sort:
    column: Any
    descending: bool = True

    def order(self, *keys: Any) -> list[Any]:
        return [key.desc() if self.descending else key.asc() for key in keys]

    def beyond(self, keys: Sequence[Any], here: Sequence[Any]) -> ColumnElement[bool]:
        """Rows after a place. As a row value: the same said with OR is a hundred times slower far down a list."""
        row, place = tuple_(*keys), tuple_(*(literal(value, key.type) for key, value in zip(keys, here, strict=True)))
        return row < place if self.descending else row > place


SORTS = {
    "trending": Sort(IdeaRank.hot),
    "top": Sort(IdeaRank.votes),
    "new": Sort(IdeaRank.published_at),
    "unseen": Sort(IdeaRank.interest, descending=False),
}


def page(filters: Filters, sort: str = "trending", after: str | None = None, limit: int = PAGE) -> Page:
    """A page of public ideas. Raises BadCursor for an `after` that is not of this sort."""
    cursor = decode(after, sort) if after else None
    where = _conditions(filters, sort)
    if not filters.q:
        total, capped = (MANY, True) if last_count(filters, sort) > SURE * MANY else _count(where)
    elif (wanted := search.wanted(filters.q)) is None:
        return Page([], None, 0, total_capped=False)
    elif rows := _of_very_many(filters, wanted.match, sort, limit, cursor):
        return _cut(rows, sort, limit, RANK_UP_TO, capped=True)
    else:
        rows, total, capped = _best_matches(wanted, where, sort, limit + 1, cursor)
        if not capped:
            return _cut(rows, sort, limit, total, capped=False)
        where.append(search.matches(wanted.match, IdeaRank.idea_id))
    return _cut(_rows(where, sort, limit + 1, cursor), sort, limit, total, capped=capped)


def _cut(rows: Sequence[Row[Any]], sort: str, limit: int, total: int, *, capped: bool) -> Page:
    """A page of rows of which there is one more if it is not the last."""
    last = rows[limit - 1] if len(rows) > limit else None
    following = encode(Cursor(sort, last.tier, last.key, last.id)) if last else None
    return Page([card(row) for row in rows[:limit]], following, total, total_capped=capped)


def _of_very_many(
    filters: Filters, terms: search.Terms, sort: str, limit: int, cursor: Cursor | None
) -> Sequence[Row[Any]]:
    """A full page and one more of a big bank's matches that surely are more than can be ranked; else nothing.

    They are not counted: at two million ideas that took ten times as long as finding a page along the sort.
    """
    if filters != Filters(q=filters.q) or overview().by_status.total() < BIG:
        return ()
    if search.guess(terms) < SURE * RANK_UP_TO:
        return ()
    where, by = _conditions(filters, sort), SORTS[sort]
    keys = [by.column, IdeaRank.idea_id]
    if cursor:
        where.append(by.beyond(keys, [cursor.key, cursor.id]))
    edge = db.session.execute(select(*keys).where(*where).order_by(*by.order(*keys)).offset(NEAR).limit(1)).first()
    if edge:
        where.append(~by.beyond(keys, edge))
    rows = _rows([*where, search.matches(terms, IdeaRank.idea_id)], sort, limit + 1)
    return rows if len(rows) > limit else ()


def top(limit: int) -> list[Card]:
    """The public ideas with most support."""
    return [card(row) for row in _rows(_conditions(Filters(), "top"), "top", limit)]


def newest_of_each(statuses: Sequence[str], limit: int) -> dict[str, list[Card]]:
    """By status, the ideas published last that are in it. One query."""
    of_one = (
        select(
            select(IdeaRank)
            .where(IdeaRank.status == status)
            .order_by(IdeaRank.published_at.desc(), IdeaRank.idea_id.desc())
            .limit(limit)
            .subquery()
        )
        for status in statuses
    )
    ranked = union_all(*of_one).subquery()
    rows = db.session.execute(select_cards(ranked).order_by(ranked.c.published_at.desc(), ranked.c.idea_id.desc()))
    cards = [card(row) for row in rows]
    return {status: [one for one in cards if one.status == status] for status in statuses}


def newest(limit: int, filters: Filters | None = None) -> list[Card]:
    """The public ideas published last. One query: nothing is counted."""
    return [card(row) for row in _rows(_conditions(filters or Filters(), "new"), "new", limit)]


def fresh(filters: Filters, since: datetime, limit: int, *, but_by: int) -> list[int]:
    """Ids of what a list shows that came into it since, the newest first, but nothing by one author. One query.

    A list of what has come to a state takes in ideas that were published long before.
    """
    where = [*_conditions(filters, "new"), Idea.author_id != but_by]
    if filters.q:
        if (wanted := search.wanted(filters.q)) is None:
            return []
        where.append(search.matches(wanted.match, IdeaRank.idea_id))
    chosen = select(IdeaRank.idea_id).join(Idea, Idea.id == IdeaRank.idea_id)
    came: Any = IdeaRank.published_at
    if filters.status not in {None, "published"}:
        arrived = select(IdeaEvent.idea_id, func.max(IdeaEvent.at).label("at")).group_by(IdeaEvent.idea_id)
        lately = arrived.where(IdeaEvent.status == filters.status, IdeaEvent.at >= since).subquery()
        chosen, came = chosen.join(lately, lately.c.idea_id == IdeaRank.idea_id), lately.c.at
    newest_first = chosen.where(came >= since, *where).order_by(came.desc(), IdeaRank.idea_id.desc())
    return list(db.session.scalars(newest_first.limit(limit)))


def _conditions(filters: Filters, sort: str) -> list[ColumnElement[bool]]:
    where = [_on_the_way(IdeaRank.status).in_(states.PUBLIC)]
    if filters.status:
        where.append(IdeaRank.status == filters.status)
    if filters.unit_id is not None:
        where.append(IdeaRank.unit_id.in_(sorted(reference().covered(filters.unit_id))))
    for column, value in ((IdeaRank.field_id, filters.field_id), (IdeaRank.campaign_id, filters.campaign_id)):
        if value is not None:
            where.append(column == value)
    if filters.language is not None:
        where.append(_on_the_way(IdeaRank.language) == filters.language)
    if sort == "unseen":  # this machine's clock will do: a second more or less decides nothing
        where.append(IdeaRank.published_at > datetime.now(UTC) - UNSEEN_FOR)
    return where


def _on_the_way(column: Any) -> Any:
    """Nearly every row passes, so SQLite must check it on its way; it would rather look them up, then sort them all."""
    return column.concat("") if db.engine.dialect.name == "sqlite" else column


def _count(where: Sequence[ColumnElement[bool]]) -> tuple[int, bool]:
    some = select(IdeaRank.idea_id).where(*where).limit(MANY + 1).subquery()
    total = db.session.scalar(select(func.count()).select_from(some)) or 0
    return min(total, MANY), total > MANY


def _best_matches(
    wanted: search.Wanted, where: Sequence[ColumnElement[bool]], sort: str, limit: int, cursor: Cursor | None
) -> tuple[Sequence[Row[Any]], int, bool]:
    """Rows of a page, how many matches the list shows, and whether there are more matches than can be ranked.

    One query, unless it finds no row: the matches are looked up once, to be counted and to be ranked. If they are too
    many nobody asks which are the better ones.
    """
    by = SORTS[sort]
    found = _once(search.ids(wanted.match).limit(RANK_UP_TO + 1), "found")
    tier = case((_size(found) <= RANK_UP_TO, _tier(wanted.first, descending=by.descending)), else_=0)
    matching = select(IdeaRank, tier.label("tier"), by.column.label("key"))
    shown = _once(matching.join(found, found.c.idea_id == IdeaRank.idea_id).where(*where), "shown")
    counts: list[Any] = [_size(found).label("found"), _size(shown).label("shown")]
    chosen = select(shown, *counts)
    keys = [shown.c.tier, shown.c.key, shown.c.idea_id]
    if cursor:
        chosen = chosen.where(by.beyond(keys, [cursor.tier, cursor.key, cursor.id]))
    ranked = chosen.order_by(*by.order(*keys)).limit(limit).subquery()
    rows = _cards(ranked, by, ranked.c.found, ranked.c.shown)
    matches, total = (rows[0].found, rows[0].shown) if rows else db.session.execute(select(*counts)).one()
    return rows, min(total, RANK_UP_TO), matches > RANK_UP_TO


def _once(rows: Select[Any], name: str) -> CTE:
    """Rows that are read several times and must be found but once, also by SQLite."""
    return rows.cte(name).prefix_with("MATERIALIZED")


def _size(rows: CTE) -> ColumnElement[int]:
    return select(func.count()).select_from(rows).scalar_subquery()


def _tier(first: Sequence[search.Terms], *, descending: bool) -> ColumnElement[int]:
    """Better matches before the sort: the highest number in a descending list, the lowest in an ascending one."""
    best = len(first)
    numbers = range(best, 0, -1) if descending else range(best)
    whens = [(IdeaRank.idea_id.in_(search.ids(terms)), number) for terms, number in zip(first, numbers, strict=True)]
    return case(*whens, else_=0 if descending else best) if whens else literal(0)


def _rows(
    where: Sequence[ColumnElement[bool]], sort: str, limit: int, cursor: Cursor | None = None
) -> Sequence[Row[Any]]:
    """Choose on the narrow table first, then join what cards need for those few."""
    by = SORTS[sort]
    keys = [by.column, IdeaRank.idea_id]
    if cursor:
        where = [*where, by.beyond(keys, [cursor.key, cursor.id])]
    chosen = select(IdeaRank, literal(0).label("tier"), by.column.label("key")).where(*where)
    return _cards(chosen.order_by(*by.order(*keys)).limit(limit).subquery(), by)


def _cards(ranked: Subquery, by: Sort, *more: Any) -> Sequence[Row[Any]]:
    order = by.order(ranked.c.tier, ranked.c.key, ranked.c.idea_id)
    return db.session.execute(select_cards(ranked, ranked.c.tier, ranked.c.key, *more).order_by(*order)).all()
