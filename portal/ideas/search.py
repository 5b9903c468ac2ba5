"""Finding ideas by words and by likeness, with the same answers on SQLite (FTS5) and PostgreSQL (tsvector).

Neither engine folds Vietnamese rightly, so Python makes the tokens and the engines only look them up:
single words, neighbouring pairs joined by zeros ("0moi0truong"), the same of the title alone behind "zt", and
the title with its accents, spelt in ASCII, behind "zx". No kind begins like another, so that looking for the
beginning of a word meets words only. Why: `docs/decisions/0011-search.md`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from rapidfuzz import fuzz
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    String,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    select,
    table,
    union_all,
    update,
)
from sqlalchemy import text as statement
from sqlalchemy.dialects.postgresql import TSQUERY

from portal import text
from portal.database import db
from portal.ideas import answers, frequent, states
from portal.ideas.models import Idea, IdeaRank, IdeaText

TITLE, ACCENTS = "zt", "zx"
WORD_MAX = 40
QUERY_WORDS = 12
TITLE_WORDS = 30
PREFIX_MIN = 2

COMMON = 400
"""A token in more titles than this says too little to look for likeness by."""
CANDIDATES = 100
IS_PUBLIC = Idea.status.in_(states.PUBLIC)
ALIKE = 65.0
"""The likeness, out of 100, from which two titles are shown to a person as close.

Vietnamese words are short, and any two titles have letters in common: among the demonstration's 49 ideas, no two of
which are the same, 141 pairs come to 55 and 2 to 65. Half a title with three other words added comes to 65 in 96 %.
"""

# words that stand in every other title: "for, of, in, at, a, the, with, by, from, and, is, not …"
_EMPTY_WORDS = frozenset(
    """cho cua trong o tai mot cac nhung voi bang tu va la khong den de co tren theo ve khi hay nguoi su
    the of in for a and to""".split()  # noqa: SIM905  # read as a text
)
_WORD = re.compile(r"[^\W_]+")
_TONES = {"\u0300": "2", "\u0301": "1", "\u0303": "4", "\u0309": "3", "\u0323": "5"}
_SHAPES = {"\u0302": "6", "\u031b": "7", "\u0306": "8"}

_PLAN = statement("EXPLAIN (FORMAT JSON) SELECT idea_id FROM idea_text WHERE words_search @@ CAST(:written AS tsquery)")
_fts5 = table("idea_search", column("rowid"), column("idea_search"))
_tsvector = table("idea_text", column("idea_id"), column("words_search"), column("phrases_search"))


# --- tokens -------------------------------------------------------------------------------------


def folded(source: str) -> list[str]:
    """'Rác NHỰA' -> ['rac', 'nhua']"""
    return [word[:WORD_MAX] for word in text.fold(source).split()]


def accented(source: str) -> list[str]:
    """The words of a text with their accents in digits, as typed in VNI, the tone last: 'hoà' and 'hòa' -> 'hoa2'."""
    return [_spell(word)[:WORD_MAX] for word in _WORD.findall(unicodedata.normalize("NFC", source).lower())]


def _spell(word: str) -> str:
    letters, tone = [], ""
    for mark in unicodedata.normalize("NFD", word.replace("đ", "d9")):
        if mark in _TONES:
            tone = _TONES[mark]
        else:
            letters.append(_SHAPES.get(mark, mark))
    return "".join(letters).encode("ascii", "ignore").decode() + tone


def pairs(words: list[str]) -> list[str]:
    """['rac', 'nhua', 'o'] -> ['0rac0nhua', '0nhua0o']"""
    return [f"0{one}0{two}" for one, two in pairwise(words)]


def tokens_of(idea: Idea) -> IdeaText:
    """The row an idea is found by; the engines' indexes follow it by trigger or generated column."""
    texts = (
        idea.title,
        idea.summary,
        idea.problem,
        idea.solution,
        idea.start,
        idea.impact,
        *answers.texts(idea.answers),
    )
    words = folded(" . ".join(texts))
    title, spelt = folded(idea.title), accented(idea.title)
    of_title = [TITLE + token for token in (*title, *pairs(title))]
    very = [ACCENTS + token for token in (*spelt, *pairs(spelt))]
    return IdeaText(idea_id=idea.id, words=_line(words + of_title), phrases=_line(pairs(words) + very))


def _line(tokens: list[str]) -> str:
    return " ".join(dict.fromkeys(tokens))


def index(idea: Idea) -> None:
    """Write the tokens of an idea anew, after its text has changed."""
    row = tokens_of(idea)
    change = update(IdeaText).where(IdeaText.idea_id == idea.id).values(words=row.words, phrases=row.phrases)
    db.session.execute(change.execution_options(synchronize_session=False))


# --- by words -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Terms:
    """Tokens that must all be there, the last one perhaps as a beginning; all in `words`, or all in `phrases`."""

    all_of: tuple[str, ...]
    prefix: bool = False
    phrases: bool = False

    def written(self) -> str:
        """In the language of the engine in use."""
        if db.engine.dialect.name == "sqlite":
            return " ".join(f'"{token}"' for token in self.all_of) + ("*" if self.prefix else "")
        return " & ".join(f"'{token}'" for token in self.all_of) + (":*" if self.prefix else "")


@dataclass(frozen=True)
class Wanted:
    """A reader's words: what must match, and what puts some of it first, best first."""

    match: Terms
    first: tuple[Terms, ...]


def wanted(query: str) -> Wanted | None:
    """What to look for; None if nothing is left of the query once folded."""
    words = folded(query)[:QUERY_WORDS]
    if not words:
        return None
    prefix = len(words[-1]) >= PREFIX_MIN
    first = []
    spelt = accented(query)[:QUERY_WORDS]
    if spelt and "".join(spelt) != "".join(words):  # the reader typed accents: titles with these very words lead
        very = tuple(ACCENTS + token for token in pairs(spelt) or spelt)
        first.append(Terms(very, prefix=prefix, phrases=True))
    if len(words) > 1:  # then texts where the words stand side by side
        first.append(Terms(tuple(pairs(words)), prefix=prefix, phrases=True))
    return Wanted(Terms(tuple(words), prefix=prefix), tuple(first))


def ids(terms: Terms) -> Select[Any]:
    """SELECT idea_id of whatever matches, public or not."""
    return _look_up(terms.written(), phrases=terms.phrases)


def _look_up(written: str | BindParameter[str], *, phrases: bool = False) -> Select[Any]:
    if db.engine.dialect.name == "sqlite":
        return select(_fts5.c.rowid.label("idea_id")).where(_fts5.c.idea_search.op("MATCH")(written))
    column_ = _tsvector.c.phrases_search if phrases else _tsvector.c.words_search
    return select(_tsvector.c.idea_id).where(column_.op("@@")(cast(written, TSQUERY)))


def guess(terms: Terms) -> int:
    """How many texts match, as PostgreSQL's statistics guess without reading the index; 0 on SQLite, which has none."""
    if db.engine.dialect.name == "sqlite":
        return 0
    plan = db.session.execute(_PLAN, {"written": terms.written()}).scalar_one()
    rows: int = plan[0]["Plan"]["Plan Rows"]
    return rows


def matches(terms: Terms, idea_id: Any) -> ColumnElement[bool]:
    """Whether one idea matches, asked idea by idea along a sort index."""
    one = ids(terms)
    if db.engine.dialect.name == "sqlite":  # FTS5 reads a list of matches once; the sum keeps it from leading the way
        return (idea_id + 0).in_(one)
    return one.where(_tsvector.c.idea_id == idea_id).offset(0).exists()  # the offset keeps the planner from joining


# --- by likeness --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Twin:
    """An idea with a title like another; `score` is 0 to 100."""

    id: int
    title: str
    status: str
    votes: int
    author_id: int
    language: str
    score: float

    @property
    def slug(self) -> str:
        return text.slug(self.title)


TWIN = (Idea.id, Idea.title, Idea.status, func.coalesce(IdeaRank.votes, 0), Idea.author_id, Idea.language)
"""The columns of a Twin, all but its score."""


def similar(
    title: str, limit: int = 5, *, leave_out: int | None = None, which: ColumnElement[bool] = IS_PUBLIC
) -> list[Twin]:
    """The ideas whose titles are most like this one, best first. One query, then arithmetic.

    `which` says who reads the titles: public ones for everybody, and what else the reader may know of.
    """
    probes = _probes(title)
    if not probes:
        return []
    # Not even the desk is told of what waits for a guardian.
    rows = _twins(len(probes), COMMON, db.engine.dialect.name).where(which, Idea.status != "waiting_guardian")
    if leave_out is not None:
        rows = rows.where(Idea.id != leave_out)
    asked = {f"probe_{number}": terms.written() for number, terms in enumerate(probes)}
    folded = text.fold(title)
    found = db.session.execute(rows, asked)
    twins = [Twin(*row, likeness(folded, text.fold(row.title))) for row in found]
    alike = sorted((twin for twin in twins if twin.score >= ALIKE), key=lambda twin: (-twin.score, twin.id))
    return alike[:limit]


def likeness(one: str, two: str) -> float:
    """Of two folded titles: half for saying the same, half for one saying all that the other says; order is nothing."""
    return (fuzz.token_sort_ratio(one, two) + fuzz.token_set_ratio(one, two)) / 2


def _probes(title: str) -> list[Terms]:
    """What to look candidates up by: each pair and telling word that is not everywhere, and all those words at once."""
    words = folded(title)[:TITLE_WORDS]
    telling = [word for word in words if word not in _EMPTY_WORDS]
    everywhere = frequent.tokens(TITLE, COMMON)
    single = (TITLE + token for token in dict.fromkeys([*pairs(words), *telling]))
    probes = [Terms((token,)) for token in single if token not in everywhere]
    if len(telling) > 1:
        probes.append(Terms(tuple(TITLE + token for token in dict.fromkeys(telling))))
    return probes


@lru_cache(maxsize=128)
def _twins(probes: int, most: int, _engine: str) -> Select[int, str, str, int, int, str]:
    """The rows of `Twin` without its score, of the candidates. Kept, because making it takes longer than asking it.

    The probes are bound as `probe_0`, `probe_1` …
    """
    candidates = _candidates(probes, most).subquery()
    rows = select(*TWIN).join(candidates, candidates.c.idea_id == Idea.id)
    return rows.join(IdeaRank, IdeaRank.idea_id == Idea.id, isouter=True)


def _candidates(probes: int, most: int) -> Select[Any]:
    """Titles that share the most telling tokens first; a token that is everywhere is not followed at all."""
    arms: list[Select[Any]] = []
    for number in range(probes):
        found = _look_up(bindparam(f"probe_{number}", type_=String)).limit(most + 1).subquery()
        arms.append(select(literal_column(str(number)).label("probe"), found.c.idea_id))
    shared = union_all(*arms).subquery()
    spread = func.count().over(partition_by=shared.c.probe).label("spread")
    counted = select(shared.c.idea_id, spread).subquery()
    return (
        select(counted.c.idea_id)
        .where(counted.c.spread <= most)
        .group_by(counted.c.idea_id)
        .order_by(func.sum(literal_column("1.0") / counted.c.spread).desc(), counted.c.idea_id.desc())
        .limit(CANDIDATES)
    )
