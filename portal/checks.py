"""What must always be true of the database, each as one query for the rows of which it is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select

from portal.accounts.events import ConsentChanged, MemberErased
from portal.accounts.models import Member
from portal.accounts.terms import ages
from portal.audit import queries as audit
from portal.audit.models import IS_STAGED, AuditEntry
from portal.database import db, take_time
from portal.discussion.models import Comment, Follow
from portal.ideas import rank
from portal.ideas.events import IdeaSubmitted, IdeaWithdrawn
from portal.ideas.models import Idea, IdeaRank, IdeaText
from portal.ideas.states import PUBLIC
from portal.moderation.models import Case
from portal.notifications import pausing
from portal.notifications.health import BULK_LATE
from portal.notifications.models import BULK, LIVE, URGENT, Letter, LetterPause
from portal.outbox.models import DEAD, OPEN, Fact
from portal.settings import Settings
from portal.units.models import Unit
from portal.units.queries import WIDE
from portal.voting.models import HeldVote, Vote

EXAMPLES = 10
STUCK = timedelta(minutes=5)
HOT_TOLERANCE = 0.0001

Question = Callable[[datetime], Select[Any]]


@dataclass(frozen=True)
class Result:
    """The answer to one question: how many rows break the rule, and the ids of some."""

    name: str
    rule: str
    count: int
    examples: list[int]
    note: str = ""

    @property
    def ok(self) -> bool:
        return self.count == 0

    def as_dict(self) -> dict[str, Any]:
        return {"ok": self.ok, **asdict(self)}

    def in_words(self) -> str:
        if self.ok:
            return f"ok      {self.name}: {self.rule}"
        ids = ", ".join(map(str, self.examples)) + (", …" if self.count > len(self.examples) else "")
        note = f". {self.note}" if self.note else ""
        return f"BREACH  {self.name}: not so for {self.count:,} ({ids}): {self.rule}{note}"


def run(now: datetime) -> list[Result]:
    """Ask every question. Each is one statement, so a portal at work does not look broken."""
    take_time()
    return [_answer(name, rule, question(now)) for name, (rule, question) in RULES.items()]


def repair_counters(now: datetime) -> list[int]:
    """Count votes and comments of the ideas whose counters are wrong; returns their ids."""
    take_time()
    wrong: set[int] = set()
    for question in (votes, comments, interest, hot):
        wrong |= set(db.session.scalars(question(now)))
    for idea_id in sorted(wrong):
        _count_anew(idea_id)
    return sorted(wrong)


def _count_anew(idea_id: int) -> None:
    """The row is locked before the votes are counted: a vote under way waits, and then adds itself."""
    row = db.session.scalars(
        select(IdeaRank).where(IdeaRank.idea_id == idea_id).with_for_update().execution_options(populate_existing=True)
    ).one()
    row.votes = _count(Vote.idea_id == idea_id)
    row.comments = _count(Comment.idea_id == idea_id, Comment.status == "published")
    row.interest = row.votes + 2 * row.comments
    row.hot = rank.hot(row.published_at, row.interest)


def _count(*where: Any) -> int:
    return db.session.scalar(select(func.count()).where(*where)) or 0


def _answer(name: str, rule: str, query: Select[Any]) -> Result:
    examples = list(db.session.scalars(query.limit(EXAMPLES)))
    count = len(examples)
    if count == EXAMPLES:
        count = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    return Result(name, rule, count, examples)


def audit_chain(settings: Settings) -> Result:
    """Recomputed in Python, entry by entry: the database does not know the key."""
    take_time()
    rule = "every entry of the audit stands as it was written, and none is missing"
    broken = audit.broken_at(settings.secret_key, settings.var_dir)
    if broken is None:
        return Result("audit", rule, 0, [])
    return Result("audit", rule, 1, [broken.seq], f"The first bad row is entry {broken.seq}: it {broken.what}.")


# --- the questions ------------------------------------------------------------------------------


def votes(_now: datetime) -> Select[Any]:
    rows = select(Vote.idea_id, func.count().label("n")).group_by(Vote.idea_id).subquery()
    joined = select(IdeaRank.idea_id).outerjoin(rows, rows.c.idea_id == IdeaRank.idea_id)
    return joined.where(IdeaRank.votes != func.coalesce(rows.c.n, 0)).order_by(IdeaRank.idea_id)


def comments(_now: datetime) -> Select[Any]:
    rows = (
        select(Comment.idea_id, func.count().label("n")).where(Comment.status == "published").group_by(Comment.idea_id)
    )
    seen = rows.subquery()
    joined = select(IdeaRank.idea_id).outerjoin(seen, seen.c.idea_id == IdeaRank.idea_id)
    return joined.where(IdeaRank.comments != func.coalesce(seen.c.n, 0)).order_by(IdeaRank.idea_id)


def interest(_now: datetime) -> Select[Any]:
    return select(IdeaRank.idea_id).where(IdeaRank.interest != IdeaRank.votes + 2 * IdeaRank.comments)


def hot(_now: datetime) -> Select[Any]:
    difference = func.abs(IdeaRank.hot - rank.hot_in_sql(IdeaRank.votes + 2 * IdeaRank.comments))
    return select(IdeaRank.idea_id).where(difference > HOT_TOLERANCE)


def strays(_now: datetime) -> Select[Any]:
    ranked, member = exists().where(IdeaRank.idea_id == Vote.idea_id), exists().where(Member.id == Vote.member_id)
    return select(Vote.idea_id).where(or_(~ranked, ~member)).distinct()


def follows(_now: datetime) -> Select[Any]:
    idea, member = exists().where(Idea.id == Follow.idea_id), exists().where(Member.id == Follow.member_id)
    return select(Follow.idea_id).where(or_(~idea, ~member)).distinct()


def erased(_now: datetime) -> Select[Any]:
    """Votes and kept texts point to the number; nothing else of the person may be there."""
    columns = (Member.email, Member.birth_year, Member.birth_month, Member.unit_id, Member.password_hash)
    return select(Member.id).where(Member.status == "erased", or_(*(column.is_not(None) for column in columns)))


def held(_now: datetime) -> Select[Any]:
    """Only a child whose guardian has not agreed has votes that do not count."""
    waits = exists().where(Member.id == HeldVote.member_id, Member.status.in_(("waiting", "closed", "suspended")))
    consent = select(Fact.payload["member_id"].as_integer()).where(
        Fact.state == OPEN, Fact.name.in_((ConsentChanged.__name__, MemberErased.__name__))
    )
    return select(HeldVote.member_id).where(~waits, HeldVote.member_id.not_in(consent)).distinct()


def ranks(_now: datetime) -> Select[Any]:
    """Every idea that is or was public has a row, and it says what the idea says."""
    shared = ("status", "field_id", "unit_id", "campaign_id", "language")
    differs = or_(*(getattr(IdeaRank, name).is_distinct_from(getattr(Idea, name)) for name in shared))
    differs |= IdeaRank.published_at != Idea.published_at  # an idea put back into the queue has none
    wrong = or_(IdeaRank.idea_id.is_not(None) & differs, IdeaRank.idea_id.is_(None) & Idea.status.in_(PUBLIC))
    return select(Idea.id).outerjoin(IdeaRank, IdeaRank.idea_id == Idea.id).where(wrong).order_by(Idea.id)


def tokens(_now: datetime) -> Select[Any]:
    return select(Idea.id).where(~exists().where(IdeaText.idea_id == Idea.id)).order_by(Idea.id)


def open_facts(now: datetime) -> Select[Any]:
    return select(Fact.id).where(Fact.state == OPEN, Fact.next_at < now - STUCK)


def dead_facts(_now: datetime) -> Select[Any]:
    return select(Fact.id).where(Fact.state == DEAD)


def staged(now: datetime) -> Select[Any]:
    return select(AuditEntry.id).where(IS_STAGED, AuditEntry.at < now - STUCK)


def letters(now: datetime) -> Select[Any]:
    """Overdue letters. One of many may wait longer; while the post is paused only urgent ones count."""
    moves = or_(Letter.priority == URGENT, ~exists().where(LetterPause.id == pausing.ONLY))
    late = or_(Letter.next_at < now - BULK_LATE, and_(Letter.priority < BULK, Letter.next_at < now - STUCK))
    return select(Letter.id).where(Letter.state.in_(LIVE), moves, late)


def cases(_now: datetime) -> Select[Any]:
    about_ideas = select(Case.id).join(Idea, Idea.id == Case.idea_id).where(Case.state == "open", Case.kind == "idea")
    return about_ideas.where(Idea.status != "waiting", Idea.id.not_in(_underway()))


def waiting(_now: datetime) -> Select[Any]:
    case = exists().where(Case.idea_id == Idea.id, Case.kind == "idea", Case.state == "open")
    return select(Idea.id).where(Idea.status == "waiting", ~case, Idea.id.not_in(_underway())).order_by(Idea.id)


def places(now: datetime) -> Select[Any]:
    """Only month and year of birth are known, and the birthday is the month's last day."""
    day = now.date()
    born = Member.birth_year * 12 + Member.birth_month
    young = Member.purposes.is_not(None) | Member.minor | (born >= day.year * 12 + day.month - 12 * ages().adult)
    small = select(Unit.id).where(Unit.kind.not_in(WIDE))
    theirs = select(Idea.id).join(Member, Member.id == Idea.author_id)
    return theirs.where(Idea.unit_id.in_(small), young).order_by(Idea.id)


def _underway() -> Select[Any]:
    """Ideas whose case opens or closes as soon as the worker reads the fact; the facts have a rule of their own."""
    names = (IdeaSubmitted.__name__, IdeaWithdrawn.__name__)
    return select(Fact.payload["idea_id"].as_integer()).where(Fact.state == OPEN, Fact.name.in_(names))


RULES: dict[str, tuple[str, Question]] = {
    "votes": ("the counter of an idea is the number of its votes", votes),
    "comments": ("the counter of an idea is the number of its published comments", comments),
    "interest": ("interest is votes + 2 x comments", interest),
    "hot": ("the order of the trending list follows from votes, comments and the time of publication", hot),
    "strays": ("every vote is a member's, for an idea that is or was public", strays),
    "held votes": ("votes are held only for a child whose guardian has not agreed", held),
    "erased": ("nothing is known of the erased but their number", erased),
    "follows": ("every follow is a member's, of an idea", follows),
    "ranks": ("the row that lists sort by exists for every public idea and agrees with it", ranks),
    "tokens": ("every idea can be found by the search", tokens),
    "open facts": ("no fact waits for more than five minutes (does the worker run?)", open_facts),
    "dead facts": ("no fact was given up", dead_facts),
    "letters": (
        "no letter is due for more than five minutes, none of many for more than an hour (does the worker run, does the mail server answer?)",
        letters,
    ),
    "staged": ("no act waits for its place in the audit for more than five minutes (does the worker run?)", staged),
    "cases": ("every open case is about an idea that waits", cases),
    "places": ("no school or commune stands beside the name of somebody under age", places),
    "waiting": ("every idea that waits has an open case", waiting),
}
