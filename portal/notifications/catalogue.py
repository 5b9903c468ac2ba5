"""Every kind of letter: who gets it, what it says, why, and when nobody wants it any more.

`find` looks everything up at the moment of sending and raises NotWanted if the world has moved on. Its
values are what the templates in `templates/emails/<kind>/` may use.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from portal.accounts import queries as accounts
from portal.accounts import secrets
from portal.accounts.models import Member, SignInAttempt
from portal.campaigns.models import Campaign
from portal.database import db
from portal.errors import N_
from portal.ideas.models import Draft, Idea, IdeaAuthor, IdeaRank
from portal.ideas.states import OPEN_TO_INVITED, PUBLIC
from portal.moderation import queries as moderation
from portal.moderation.models import Case, Decision
from portal.moderation.replies import REASON_LABELS
from portal.notifications import about_accounts, news, personal, recipients, reminders
from portal.notifications.categories import ALWAYS, DAILY, DIGEST, NEVER
from portal.notifications.failures import NotWanted
from portal.notifications.models import Letter, LetterPreference
from portal.notifications.recipients import Content, rhythm_of
from portal.settings import Settings
from portal.text import slug
from portal.units.queries import reference
from portal.voting.models import Vote

AFTER = {
    "idea_published": PUBLIC,
    "idea_needs_changes": ("needs_changes",),
    "idea_not_published": ("rejected",),
    "idea_merged": ("merged",),
}
"""The states in which the letter about a decision is still news."""
MODERATOR, INVITER = aliased(Member), aliased(Member)  # once: making an alias costs more than the query
INTO = aliased(Idea)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """`category` is what a reader may turn off (ALWAYS: nothing to turn off); `urgent` goes before everything else."""

    find: Callable[[Letter, datetime, Settings], Content]
    why: str
    category: str = ALWAYS
    delivery: str = "at_least_once"
    urgent: bool = False
    in_digest: bool = False  # for whoever wants a daily letter, a notice tells it there


def sign_in_code(letter: Letter, now: datetime, settings: Settings) -> Content:
    attempt = db.session.get(SignInAttempt, letter.payload["attempt_id"], populate_existing=True)
    if attempt is None or not attempt.takes_codes(now):
        raise NotWanted("the code has expired or is used up")
    held = [action.target_id for action in accounts.held(attempt.visitor, now) if action.kind == "vote"]
    titles = select(Idea.title).where(Idea.id.in_(held), Idea.status.in_(PUBLIC)).order_by(Idea.id)
    draft = select(Draft.id).where(Draft.visitor == attempt.visitor, Draft.member_id.is_(None)).limit(1)
    values = {
        "code": secrets.six_digits(settings.secret_key, attempt.token),
        "minutes": max(1, round((attempt.expires_at - attempt.created_at).total_seconds() / 60)),
        "held": db.session.scalars(titles.limit(3)).all(),
        "has_draft": attempt.visitor is not None and db.session.scalar(draft) is not None,
    }
    return Content(attempt.email, attempt.language, values)


def welcome(letter: Letter, _now: datetime, _settings: Settings) -> Content:
    """What was kept for the newcomer, and two ideas from their own province."""
    member = _recipient(letter)
    titles = select(Idea.id, Idea.title).join(IdeaRank, IdeaRank.idea_id == Idea.id)
    mine = titles.join(Vote, Vote.idea_id == Idea.id).where(Vote.member_id == letter.recipient_id)
    near = titles.where(IdeaRank.unit_id == member.unit_id).order_by(IdeaRank.votes.desc(), IdeaRank.idea_id.desc())
    supported = [_linked(row) for row in db.session.execute(mine.order_by(Vote.created_at).limit(3))]
    nearby = [idea for row in db.session.execute(near.limit(5)) if (idea := _linked(row)) not in supported]
    return _content(member, supported=supported, nearby=nearby[:2])


def idea_received(letter: Letter, _now: datetime, settings: Settings) -> Content:
    member = _recipient(letter)
    idea = _idea(letter.payload["idea_id"])
    if idea.status in {"withdrawn", "removed"}:
        raise NotWanted(f"the idea is {idea.status}")
    due = db.session.scalar(
        select(Case.due_at).where(Case.idea_id == idea.id, Case.kind == "idea").order_by(Case.id.desc()).limit(1)
    )
    due = due or idea.updated_at + timedelta(seconds=settings.review_deadline)
    return _content(
        member, idea=_described(idea), again=letter.payload["version"] > 1, waiting=idea.status == "waiting", due=due
    )


def co_author_invited(letter: Letter, _now: datetime, _settings: Settings) -> Content:
    member = _recipient(letter)
    row = db.session.execute(
        select(IdeaAuthor.idea_id, IdeaAuthor.state, INVITER.display_name)
        .join(Idea, Idea.id == IdeaAuthor.idea_id)
        .join(INVITER, INVITER.id == Idea.author_id)
        .where(IdeaAuthor.id == letter.payload["invitation_id"])
    ).one_or_none()
    if row is None or row.state != "invited":
        raise NotWanted("the invitation was taken back or answered")
    idea = _idea(row.idea_id)
    if idea.status not in OPEN_TO_INVITED:
        raise NotWanted(f"the idea is {idea.status} by now")
    return _content(member, idea=_described(idea), who=row.display_name)


def decision(letter: Letter, _now: datetime, _settings: Settings) -> Content:
    member = _recipient(letter)
    row = db.session.execute(
        select(
            Decision.idea_id,
            Decision.reason,
            Decision.advice,
            Decision.decided_at,
            Decision.undone_at,
            Decision.answer_by,
            Decision.corrected,
            MODERATOR.display_name,
            MODERATOR.unit_id,
            INTO.id.label("into_id"),
            INTO.title.label("into_title"),
        )
        .join(MODERATOR, MODERATOR.id == Decision.moderator_id)
        .outerjoin(INTO, INTO.id == Decision.into_id)
        .where(Decision.id == letter.payload["decision_id"])
    ).one()
    if row.undone_at:
        raise NotWanted("the decision was undone")
    idea = _idea(row.idea_id)
    if idea.status not in AFTER[letter.kind]:
        raise NotWanted(f"the idea is {idea.status} by now")
    return _content(
        member,
        idea=_described(idea),
        who=_office(row.unit_id, member.language) or row.display_name,
        decided_at=row.decided_at,
        reason=REASON_LABELS.get(row.reason or ""),
        advice=row.advice,
        answer_by=row.answer_by,
        corrected=row.corrected,
        into={"id": row.into_id, "title": row.into_title, "slug": slug(row.into_title)} if row.into_id else None,
        offered=row.into_id is not None and _is_invited(row.into_id, letter.recipient_id),
    )


def post_alert(letter: Letter, _now: datetime, _settings: Settings) -> Content:
    """As things were when it was written: if the post stood still, it comes when the trouble is over."""
    return _content(_recipient(letter), at=letter.created_at, **letter.payload)


def _is_invited(idea_id: int, member_id: int | None) -> bool:
    asked = (IdeaAuthor.idea_id == idea_id, IdeaAuthor.member_id == member_id, IdeaAuthor.state == "invited")
    return db.session.scalar(select(IdeaAuthor.id).where(*asked)) is not None


def vote_moved(letter: Letter, _now: datetime, _settings: Settings) -> Content:
    """One line for somebody whose support went along with a merge."""
    member = _recipient(letter)
    moved = moderation.moved_vote(letter.payload["decision_id"], letter.recipient_id or 0)
    if moved is None or moved.answer:
        raise NotWanted("the merge was undone, or the voter has answered")
    return _content(member, moved=moved)


def decision_reopened(letter: Letter, _now: datetime, _settings: Settings) -> Content:
    """A decision its author was told of does not stand any more: a person looks again."""
    member = _recipient(letter)
    idea = _idea(letter.payload["idea_id"])
    if idea.status != "waiting":
        raise NotWanted(f"the idea is {idea.status} by now")
    return _content(member, idea=_described(idea))


def content_hidden(letter: Letter, _now: datetime, _settings: Settings) -> Content:
    """To whoever wrote it: the reason and the moderator's words, not who reported it."""
    member = _recipient(letter)
    row = db.session.execute(
        select(
            Decision.idea_id, Decision.reason, Decision.advice, Decision.decided_at, Decision.undone_at, Case.comment_id
        )
        .join(Case, Case.id == Decision.case_id)
        .where(Decision.id == letter.payload["decision_id"])
    ).one()
    if row.undone_at:
        raise NotWanted("the decision was undone")
    return _content(
        member,
        idea=_described(_idea(row.idea_id)),
        comment=row.comment_id is not None,
        decided_at=row.decided_at,
        reason=REASON_LABELS.get(row.reason or ""),
        advice=row.advice,
    )


def urgent_report(letter: Letter, _now: datetime, _settings: Settings) -> Content:
    """To a moderator on duty. Nothing of what was written is quoted: a mailbox is no place for it."""
    member = _recipient(letter)
    case = db.session.execute(
        select(Case.id, Case.state, Case.due_at).where(Case.id == letter.payload["case_id"])
    ).one()
    if case.state != "open":
        raise NotWanted("somebody has decided about it")
    return _content(member, case_id=case.id, due=case.due_at)


def _office(unit_id: int | None, language: str) -> str | None:
    """Whoever decides does so for an office: "Tỉnh Đoàn Nghệ An"."""
    unit = reference().unit_by_id.get(unit_id) if unit_id else None
    if unit is None:
        return None
    return unit.office_en if language == "en" else unit.office_vi


def _recipient(letter: Letter) -> Any:
    category = KINDS[letter.kind].category
    columns = (Member.id, Member.email, Member.language, Member.status, Member.display_name, Member.unit_id)
    chosen = (LetterPreference.member_id == Member.id) & (LetterPreference.category == category)
    found = select(*columns, Member.purposes, LetterPreference.rhythm).outerjoin(LetterPreference, chosen)
    member = db.session.execute(found.where(Member.id == letter.recipient_id)).one_or_none()
    if member is None or member.status != "active" or not member.email:
        raise NotWanted("the recipient is suspended, erased or without an address")
    recipients.check_child(member, category)
    rhythm = rhythm_of(member, category)
    if rhythm == NEVER:
        raise NotWanted("the recipient wants no such letters")
    if rhythm == DAILY and KINDS[letter.kind].in_digest:
        raise NotWanted("it comes with the daily letter")
    return member


def _content(member: Any, **values: Any) -> Content:
    return recipients.to(member, **values)


def _idea(idea_id: int) -> Any:
    columns = (
        Idea.id,
        Idea.title,
        Idea.status,
        Idea.version,
        Idea.field_id,
        Idea.updated_at,
        Campaign.title_vi,
        Campaign.title_en,
    )
    found = select(*columns).outerjoin(Campaign, Campaign.id == Idea.campaign_id).where(Idea.id == idea_id)
    return db.session.execute(found).one()


def _described(idea: Any) -> dict[str, Any]:
    """`campaign` is the row itself: it has the title in both languages."""
    return {
        **_linked(idea),
        "field": reference().field_by_id[idea.field_id],
        "campaign": idea if idea.title_vi else None,
    }


def _linked(idea: Any) -> dict[str, Any]:
    return {"id": idea.id, "title": idea.title, "slug": slug(idea.title)}


ABOUT_ACCOUNT = N_("Bạn nhận thư này vì nó nói về tài khoản của bạn trên Nảy.")

KINDS: dict[str, Kind] = {
    "role_changed": Kind(find=about_accounts.role_changed, why=ABOUT_ACCOUNT),
    "account_suspended": Kind(find=about_accounts.account_suspended, why=ABOUT_ACCOUNT),
    "account_restored": Kind(find=about_accounts.account_restored, why=ABOUT_ACCOUNT),
    "sign_in_code": Kind(
        find=sign_in_code, urgent=True, why=N_("Bạn nhận thư này vì có người nhập địa chỉ này để đăng nhập Nảy.")
    ),
    "welcome": Kind(find=welcome, why=N_("Bạn nhận thư này vì vừa lập tài khoản trên Nảy.")),
    **dict.fromkeys(
        ("guardian_request", "guardian_reminder"),
        Kind(find=personal.guardian, why=N_("Anh/chị nhận thư này vì con anh/chị ghi địa chỉ này là của phụ huynh.")),
    ),
    "guardian_receipt": Kind(
        find=personal.guardian, why=N_("Anh/chị nhận thư này vì vừa trả lời về tài khoản của con.")
    ),
    "idea_received": Kind(find=idea_received, why=N_("Bạn nhận thư này vì vừa gửi ý tưởng trên Nảy.")),
    "co_author_invited": Kind(
        find=co_author_invited,
        category="my-ideas",
        why=N_("Bạn nhận thư này vì có người mời bạn cùng đứng tên ý tưởng."),
    ),
    **dict.fromkeys(
        AFTER,
        Kind(
            find=decision,
            category="my-ideas",
            in_digest=True,
            why=N_("Bạn nhận thư này vì đã gửi ý tưởng trên Nảy."),
        ),
    ),
    "idea_step": Kind(
        find=news.step,
        category="my-ideas",
        in_digest=True,
        why=N_("Bạn nhận thư này vì đã gửi ý tưởng trên Nảy."),
    ),
    "new_comments": Kind(
        find=news.comments,
        category="comments",
        delivery="at_most_once",
        why=N_("Bạn nhận thư này vì muốn biết ngay khi có người góp ý hoặc trả lời bạn."),
    ),
    "followed_news": Kind(
        find=news.follows,
        category="follows",
        delivery="at_most_once",
        why=N_("Bạn nhận thư này vì muốn biết ngay khi ý bạn theo dõi có tin mới."),
    ),
    DIGEST: Kind(
        find=news.digest,
        category=DIGEST,
        delivery="at_most_once",
        why=N_("Bạn nhận thư này vì có tin bạn chưa đọc, và bạn chọn mỗi ngày một thư."),
    ),
    "draft_reminder": Kind(
        find=reminders.draft,
        category="reminders",
        delivery="at_most_once",
        why=N_("Bạn nhận thư này vì có bản nháp trên Nảy."),
    ),
    "campaign_opens": Kind(
        find=reminders.campaign_opens,
        category="campaigns",
        delivery="at_most_once",
        why=N_("Bạn nhận thư này vì đã chọn nhận tin khi có chiến dịch mới."),
    ),
    "campaign_ends": Kind(
        find=reminders.campaign_ends,
        category="reminders",
        delivery="at_most_once",
        why=N_("Bạn nhận thư này vì đang viết dở một bài cho chiến dịch."),
    ),
    "post_alert": Kind(
        find=post_alert, urgent=True, why=N_("Bạn nhận thư này vì bạn quản trị Nảy và thư của trang đang có chuyện.")
    ),
    "idea_merged": Kind(find=decision, category="my-ideas", why=N_("Bạn nhận thư này vì đã gửi ý tưởng trên Nảy.")),
    "decision_reopened": Kind(
        find=decision_reopened, category="my-ideas", why=N_("Bạn nhận thư này vì đã gửi ý tưởng trên Nảy.")
    ),
    "vote_moved": Kind(find=vote_moved, why=N_("Bạn nhận thư này vì đã ủng hộ một ý tưởng trên Nảy.")),
}
KINDS |= {
    "content_hidden": Kind(
        find=content_hidden, category="my-ideas", why=N_("Bạn nhận thư này vì bài bạn viết trên Nảy bị ẩn.")
    ),
    "urgent_report": Kind(
        find=urgent_report, urgent=True, why=N_("Bạn nhận thư này vì bạn duyệt bài cho đơn vị có báo cáo khẩn.")
    ),
}
URGENT = tuple(name for name, kind in KINDS.items() if kind.urgent)
