"""What authors do: send an idea, change it while nobody has decided about it, take it back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from portal import database
from portal.accounts import terms
from portal.accounts.models import Member
from portal.accounts.services.silencing import require_voice
from portal.campaigns import queries as campaigns
from portal.campaigns.models import Campaign
from portal.campaigns.questions import Question
from portal.database import db
from portal.errors import N_, Conflict, Missing, Refusal
from portal.ideas import answers, rank, receipts, rules, search, states
from portal.ideas.events import IdeaSubmitted, IdeaWithdrawn
from portal.ideas.models import Idea, IdeaEvent, IdeaReceipt, IdeaVersion
from portal.ideas.queries.overview import forget
from portal.ideas.rules import Content
from portal.ideas.services.deciding import move
from portal.ideas.services.receiving import receive
from portal.outbox import services as outbox
from portal.rules import Invalid
from portal.units.queries import reference

EDITABLE = ("waiting", "needs_changes", "waiting_guardian")
OPEN_ONLY = ("web", "api")
"""Sources that must keep to a campaign's dates; an import brings in what happened before."""


def add(
    author: Member,
    content: Content,
    now: datetime,
    *,
    source: str = "web",
    status: str | None = None,
    external_id: str | None = None,
) -> Idea:
    """Write an idea with its search tokens and history; if it waits, record that it does.

    Without `status` it waits for whoever comes next: the guardian of a child, or a moderator.
    Raises Invalid with every fault of the content. `source='import'` forgives shortness.
    """
    if source in OPEN_ONLY:
        require_voice(author, now)
    _require_contest(author, content)
    status = status or next_reader(author)
    idea = compose(author, content, now, source=source, status=status, external_id=external_id)
    write([idea])
    return idea


def _require_contest(author: Member, content: Content) -> None:
    """Raise Invalid for a campaign that guardian and child have not both said yes to."""
    if content.campaign and not author.may("contest"):
        raise Invalid({"campaign": Refusal(N_("Phụ huynh chưa cho phép dự thi. Bỏ chọn chiến dịch rồi gửi nhé."))})


def next_reader(author: Member) -> str:
    """The state of a text just sent: nobody reads a child's before guardian and child say yes to publishing."""
    return "waiting" if author.may("publish") else "waiting_guardian"


def compose(
    author: Member,
    content: Content,
    now: datetime,
    *,
    source: str = "web",
    status: str = "waiting",
    external_id: str | None = None,
) -> Idea:
    """An idea that is still to be written, alone or with many others. Raises Invalid with every fault of the content."""
    questions = campaigns.questions_of(content.campaign, now) if source in OPEN_ONLY else ()
    young = is_young(author, now)
    content = rules.check(content, relaxed=source == "import", minor=young, questions=questions)
    campaign_id = campaign_id_of(content.campaign, now if source in OPEN_ONLY else None)
    columns = columns_of(content, campaign_id, questions)
    idea = Idea(
        author_id=author.id,
        status=status,
        version=1,
        source=source,
        external_id=external_id,
        created_at=now,
        updated_at=now,
        **columns,
    )
    if status in states.PUBLIC:
        idea.published_at = now.replace(microsecond=0)
    return idea


def write(new: Sequence[Idea]) -> None:
    """Write composed ideas with all that belongs to them; however many there are, in a few statements."""
    db.session.add_all(new)
    db.session.flush()
    moment = database.now()
    with db.session.no_autoflush:
        for idea in new:
            db.session.add_all(_companions(idea))
            if idea.status == "waiting":
                outbox.record(IdeaSubmitted(idea.id, idea.version), moment)
    db.session.flush()
    if any(idea.status in states.PUBLIC for idea in new):
        forget()


def _companions(idea: Idea) -> list[Any]:
    """The rows of other tables that an idea begins with."""
    sent = "waiting_guardian" if idea.status == "waiting_guardian" else "waiting"
    rows: list[Any] = [
        search.tokens_of(idea),
        IdeaEvent(idea_id=idea.id, status=sent, at=idea.created_at, by_id=idea.author_id),
    ]
    if idea.source != "import":
        first = receipts.sha256_of(text_of(idea))
        rows.append(IdeaReceipt(idea_id=idea.id, number=1, at=idea.created_at, sha256=first))
    if idea.status != sent:
        rows.append(IdeaEvent(idea_id=idea.id, status=idea.status, at=idea.created_at))
    if idea.status in states.PUBLIC:
        rows.append(rank.first_row(idea))
    return rows


def ready(content: Content, author: Member | None, now: datetime) -> tuple[Content, tuple[Question, ...]]:
    """The content and what it answers, if it could be sent at this moment, by this member if one is known.

    Raises Invalid with every fault.
    """
    young, questions = author is not None and is_young(author, now), campaigns.questions_of(content.campaign, now)
    checked = rules.check(content, minor=young, questions=questions)
    if author is not None:
        _require_contest(author, checked)
    campaign_id_of(checked.campaign, now)
    return checked, questions


def revise(author: Member, idea_id: int, version: int, content: Content, now: datetime) -> Idea:
    """Replace the text of an idea nobody has decided about; it waits (again). The old text is kept as a version.

    Raises Invalid, Missing for a stranger, and Conflict if the idea was changed or decided elsewhere.
    """
    old = db.session.scalar(select(Idea).where(Idea.id == idea_id).execution_options(populate_existing=True))
    if old is None or old.author_id != author.id:
        raise Missing
    if old.version != version:
        raise _why_not(old.status)
    require_voice(author, now)
    _require_contest(author, content)
    before, status_before = text_of(old), old.status
    campaign_id = campaign_id_of(content.campaign, None)
    content, questions = check_again(author, content, before, campaign_id, now)
    if campaign_id != before["campaign_id"]:
        campaign_id_of(content.campaign, now)
    columns = columns_of(content, campaign_id, questions)
    status = next_reader(author)
    changed = {**columns, "status": status, "version": version + 1, "updated_at": now}
    idea = db.session.scalar(
        update(Idea)
        .where(Idea.id == idea_id, Idea.version == version, Idea.status.in_(EDITABLE))
        .values(changed)
        .returning(Idea)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    if idea is None:
        raise _why_not(status_before)
    db.session.add(IdeaVersion(idea_id=idea.id, version=version, at=now, by_id=author.id, content=before))
    receive(idea.id, columns, now)
    search.index(idea)
    rank.follow(idea)
    if status_before != status:
        db.session.add(IdeaEvent(idea_id=idea.id, status=status, at=now, by_id=author.id))
    if status == "waiting":
        outbox.record(IdeaSubmitted(idea.id, idea.version))
    return idea


def withdraw(author: Member, idea_id: int, reason: str, now: datetime, *, note: str = "") -> Idea:
    """Take one's idea back. A published one keeps its page, marked, with the reason; the note is for the desk.

    Raises Invalid, Missing or Conflict.
    """
    code, note = rules.withdrawal(reason, note)
    if db.session.scalar(select(Idea.author_id).where(Idea.id == idea_id)) != author.id:
        raise Missing
    idea = move(idea_id, "withdrawn", {"status": "withdrawn", "updated_at": now})
    said = {"note_vi": note, "note_en": note, "reason": code}
    db.session.add(IdeaEvent(idea_id=idea.id, status="withdrawn", at=now, by_id=author.id, **said))
    outbox.record(IdeaWithdrawn(idea.id))
    return idea


def check_again(
    author: Member, content: Content, before: Mapping[str, Any], campaign_id: int | None, now: datetime
) -> tuple[Content, tuple[Question, ...]]:
    """`rules.check` of other words for what stands already, and the questions they answer. Raises Invalid.

    In another campaign the answers of before are out of place; its versions have them.
    """
    unit_before = reference().unit_by_id[before["unit_id"]].code if before["unit_id"] else ""
    asked = campaigns.questions([campaign_id]).get(campaign_id, ()) if campaign_id else ()
    kept = before.get("answers") or () if campaign_id == before["campaign_id"] else ()
    questions = answers.still_asked(asked, kept)
    checked = rules.check(content, minor=is_young(author, now), unit_before=unit_before, questions=questions)
    return checked, questions


def is_young(author: Member, now: datetime) -> bool:
    """Whether no school may stand beside their name."""
    return author.is_child or terms.is_minor(author, now.date())


def home_of(member: Member) -> str:
    """The code of the province they told of themselves: where an idea begins unless its writer says otherwise."""
    place = reference().place(member.unit_id)
    return place.code if place and place.kind == "province" and not place.closed_at else ""


def require_asked(slug: str, numbers: Iterable[str], kept: answers.Answers = ()) -> None:
    """Raise Invalid for an answer to what neither the campaign nor the idea has a question of."""
    known = {str(one.id) for one in campaigns.questions_of(slug)} | set(answers.given(kept))
    if unknown := [number for number in numbers if number not in known]:
        raise Invalid({"campaign_answers": Refusal(N_("Không có câu hỏi số %(number)s."), number=unknown[0])})


def columns_of(content: Content, campaign_id: int | None, questions: Iterable[Question]) -> dict[str, Any]:
    """What is kept of a text, by column."""
    codes = reference()
    return {
        **{name: getattr(content, name) for name in (*rules.TEXTS, "language")},
        "answers": answers.taken(questions, content.answers),
        "field_id": codes.field_by_code[content.field].id,
        "unit_id": codes.unit_by_code[content.unit].id if content.unit else None,
        "campaign_id": campaign_id,
    }


def text_of(idea: Idea) -> dict[str, Any]:
    """The same of an idea as it is."""
    names = (*rules.TEXTS, "answers", "language", "field_id", "unit_id", "campaign_id")
    return {name: getattr(idea, name) for name in names}


def campaign_id_of(slug: str, open_at: datetime | None) -> int | None:
    """The campaign of that slug, open at a moment if one is given. Raises Invalid."""
    if not slug:
        return None
    campaign = db.session.scalar(select(Campaign).where(Campaign.slug == slug))
    if campaign is None:
        raise Invalid({"campaign": Refusal(N_("Không có chiến dịch này"))})
    if open_at and not campaign.is_open(open_at):
        raise Invalid({"campaign": Refusal(N_("Chiến dịch này chưa mở hoặc đã đóng"))})
    return campaign.id


def not_editable() -> Conflict:
    return Conflict(N_("Ý tưởng này đã có người xem xong nên không sửa được nữa."))


def _why_not(status: str) -> Conflict:
    if status not in EDITABLE:
        return not_editable()
    return Conflict(N_("Ý tưởng này vừa được sửa ở nơi khác."))
