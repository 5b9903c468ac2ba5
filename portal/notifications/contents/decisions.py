"""What letters about one's idea in the hands of moderators say: received, decided, merged, opened again."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import aliased

from portal.accounts.models import Member
from portal.database import db
from portal.ideas.models import Idea, IdeaAuthor
from portal.ideas.states import OPEN_TO_INVITED, PUBLIC, READABLE
from portal.moderation.models import Appeal, Case, Decision
from portal.moderation.queries import appealable
from portal.moderation.replies import REASON_LABELS
from portal.notifications.failures import NotWanted
from portal.notifications.lookups import Lookup
from portal.notifications.models import Letter
from portal.notifications.recipients import Content, described, idea_of, linked, reader_of, to
from portal.settings import Settings
from portal.units.queries import reference

AFTER = {
    "idea_published": PUBLIC,
    "idea_needs_changes": ("needs_changes",),
    "idea_not_published": ("rejected", "removed"),
    "idea_merged": ("merged",),
}
"""The states in which the letter about a decision is still news."""
MODERATOR, INVITER = aliased(Member), aliased(Member)  # once: making an alias costs more than the query
INTO = aliased(Idea)
ASKED, FIRST = aliased(Decision), aliased(Case)
"""What an appeal is about, and the case of that."""
DECISIONS = Lookup(
    select(Decision.idea_id, Decision.reason, Decision.advice, Decision.decided_at, Decision.undone_at)
    .add_columns(Decision.answer_by, Decision.corrected, Decision.removed, Decision.silenced_until)
    .add_columns(MODERATOR.display_name, MODERATOR.unit_id)
    .add_columns(INTO.id.label("into_id"), INTO.title.label("into_title"), INTO.status.label("into_status"))
    .join(MODERATOR, MODERATOR.id == Decision.moderator_id)
    .outerjoin(INTO, INTO.id == Decision.into_id),
    key=Decision.id,
    of=lambda letter: letter.payload.get("decision_id"),
)


FIELD_OF = {"unclear": "problem", "privacy": "problem", "duplicate": "title", "out_of_scope": "field"}
"""Where an author begins to mend what a reason is about; else at the first field."""


def idea_received(letter: Letter, _now: datetime, settings: Settings) -> Content:
    member = reader_of(letter)
    idea = idea_of(letter.payload["idea_id"])
    if idea.status in {"withdrawn", "removed"}:
        raise NotWanted(f"the idea is {idea.status}")
    due = db.session.scalar(
        select(Case.due_at).where(Case.idea_id == idea.id, Case.kind == "idea").order_by(Case.id.desc()).limit(1)
    )
    due = due or idea.updated_at + timedelta(seconds=settings.review_deadline)
    return to(
        member, idea=described(idea), again=letter.payload["version"] > 1, waiting=idea.status == "waiting", due=due
    )


def co_author_invited(letter: Letter, _now: datetime, _settings: Settings) -> Content:
    member = reader_of(letter, "my-ideas", in_digest=True)
    row = db.session.execute(
        select(IdeaAuthor.idea_id, IdeaAuthor.state, INVITER.display_name)
        .join(Idea, Idea.id == IdeaAuthor.idea_id)
        .join(INVITER, INVITER.id == Idea.author_id)
        .where(IdeaAuthor.id == letter.payload["invitation_id"])
    ).one_or_none()
    if row is None or row.state != "invited":
        raise NotWanted("the invitation was taken back or answered")
    idea = idea_of(row.idea_id)
    if idea.status not in OPEN_TO_INVITED:
        raise NotWanted(f"the idea is {idea.status} by now")
    return to(member, idea=described(idea, only_public=True), who=row.display_name)


def decision(letter: Letter, _now: datetime, _settings: Settings) -> Content:
    member = reader_of(letter, "my-ideas", in_digest=True)
    row = DECISIONS.one(letter.payload["decision_id"])
    if row.undone_at:
        raise NotWanted("the decision was undone")
    idea = idea_of(row.idea_id)
    if idea.status not in AFTER[letter.kind]:
        raise NotWanted(f"the idea is {idea.status} by now")
    return to(
        member,
        idea=described(idea),
        who=_office(row.unit_id, member.language) or row.display_name,
        decided_at=row.decided_at,
        reason=REASON_LABELS.get(row.reason or ""),
        advice=row.advice,
        answer_by=row.answer_by,
        corrected=row.corrected,
        removed=row.removed,
        masked=letter.payload.get("masked"),
        field=FIELD_OF.get(row.reason or "", "title"),
        appealable=letter.kind == "idea_not_published" and appealable(row.idea_id),
        silenced_until=row.silenced_until and _silent_until(row.silenced_until, letter.recipient_id),
        into=linked(row.into_id, row.into_title) if row.into_status in READABLE else None,
        offered=row.into_status in READABLE and _is_invited(row.into_id, letter.recipient_id),
    )


def appeal_answered(letter: Letter, _now: datetime, _settings: Settings) -> Content:
    """The answer to somebody who asked: nobody can turn it off, whichever way it goes."""
    member = reader_of(letter)
    row = db.session.execute(
        select(Decision.idea_id, Decision.outcome, Decision.advice, Decision.undone_at)
        .add_columns(MODERATOR.display_name, MODERATOR.unit_id, Case.comment_id, Idea.status, FIRST.kind)
        .join(MODERATOR, MODERATOR.id == Decision.moderator_id)
        .join(Case, Case.id == Decision.case_id)
        .join(Idea, Idea.id == Decision.idea_id)
        .outerjoin(Appeal, Appeal.case_id == Case.id)
        .outerjoin(ASKED, ASKED.id == Appeal.decision_id)
        .outerjoin(FIRST, FIRST.id == ASKED.case_id)
        .where(Decision.id == letter.payload["decision_id"])
    ).one()
    if row.undone_at:
        raise NotWanted("the answer was undone")
    who = _office(row.unit_id, member.language) or row.display_name
    return to(
        member,
        idea=described(idea_of(row.idea_id), only_public=row.comment_id is not None),
        who=who,
        outcome=row.outcome,
        advice=row.advice,
        comment=row.comment_id is not None,
        was_hidden=row.kind in {"comment", "report"},
        gone=row.status == "removed",  # its page says so and nothing else
    )


def edit_answered(letter: Letter, now: datetime, settings: Settings) -> Content:
    """Whether what an author would change in a published idea is on its page now, and if not, why: that is nowhere else."""
    content = appeal_answered(letter, now, settings)
    if content.values["outcome"] == "approve":
        reader_of(letter, "my-ideas", in_digest=True)
    return content


def _silent_until(until: datetime, member_id: int | None) -> datetime:
    """Of two silences the longer holds."""
    longest = db.session.scalar(select(Member.silenced_until).where(Member.id == member_id))
    return max(until, longest or until)


def _is_invited(idea_id: int, member_id: int | None) -> bool:
    asked = (IdeaAuthor.idea_id == idea_id, IdeaAuthor.member_id == member_id, IdeaAuthor.state == "invited")
    return db.session.scalar(select(IdeaAuthor.id).where(*asked)) is not None


def decision_reopened(letter: Letter, _now: datetime, _settings: Settings) -> Content:
    """A decision the reader was told of does not stand any more: a person looks again."""
    member = reader_of(letter, "my-ideas")
    found = select(Case.kind, Case.state, Case.comment_id, Decision.outcome).join(Decision, Decision.case_id == Case.id)
    row = db.session.execute(found.where(Decision.id == letter.payload["decision_id"])).one()
    idea = idea_of(letter.payload["idea_id"])
    if row.state != "open":
        raise NotWanted("nobody looks at it any more")
    about = "comment" if row.comment_id else "merge" if row.outcome == "merge" else row.kind
    return to(member, idea=described(idea, only_public=about == "comment"), about=about)


def content_hidden(letter: Letter, _now: datetime, _settings: Settings) -> Content:
    """To whoever wrote it: the reason and the moderator's words, not who reported it. Nobody can turn it off."""
    member = reader_of(letter)
    row = db.session.execute(
        select(
            Decision.idea_id, Decision.reason, Decision.advice, Decision.decided_at, Decision.undone_at, Case.comment_id
        )
        .add_columns(Decision.removed, Decision.silenced_until)
        .join(Case, Case.id == Decision.case_id)
        .where(Decision.id == letter.payload["decision_id"])
    ).one()
    if row.undone_at:
        raise NotWanted("the decision was undone")
    return to(
        member,
        idea=described(idea_of(row.idea_id), only_public=row.comment_id is not None),
        comment=row.comment_id,
        decided_at=row.decided_at,
        reason=REASON_LABELS.get(row.reason or ""),
        advice=row.advice,
        removed=row.removed,
        silenced_until=row.silenced_until and _silent_until(row.silenced_until, letter.recipient_id),
    )


def urgent_report(letter: Letter, now: datetime, _settings: Settings) -> Content:
    """To a moderator on duty. Nothing of what was written is quoted: a mailbox is no place for it."""
    member = reader_of(letter)
    case = db.session.execute(
        select(Case.id, Case.state, Case.due_at).where(Case.id == letter.payload["case_id"])
    ).one()
    if case.state != "open":
        raise NotWanted("somebody has decided about it")
    return to(member, case_id=case.id, due=case.due_at, late=case.due_at <= now)


def _office(unit_id: int | None, language: str) -> str | None:
    """Whoever decides does so for an office: "Tỉnh Đoàn Nghệ An"."""
    unit = reference().unit_by_id.get(unit_id) if unit_id else None
    if unit is None:
        return None
    return unit.office_en if language == "en" else unit.office_vi
