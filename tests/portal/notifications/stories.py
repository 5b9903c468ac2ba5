"""Small stories that end in a letter, told through the services that tell them in the product."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

from flask import current_app
from sqlalchemy import delete, select, update

from portal import mydata
from portal.accounts import services as accounts
from portal.accounts.events import MemberRegistered
from portal.accounts.models import Member, SignInAttempt
from portal.accounts.services import addresses
from portal.accounts.services.telling import Place, tell
from portal.announcements import services as announcements
from portal.campaigns import services as campaigns
from portal.campaigns.models import Campaign
from portal.database import db, now, transaction
from portal.discussion import services as discussion
from portal.ideas import services as ideas
from portal.ideas.models import Idea
from portal.ideas.services import coauthors
from portal.moderation import services as moderation
from portal.moderation.models import Case, Decision
from portal.notifications import gathering, overseeing, preferences, reminding
from portal.notifications import services as letters
from portal.notifications.announcing import spread
from portal.notifications.failures import Failure
from portal.notifications.mailer import Answer
from portal.notifications.models import Letter, LetterRound
from portal.outbox import services as outbox
from portal.units.queries import reference
from portal.voting import services as voting
from tests import factories
from tests.portal.accounts import family
from worker.reactions import REACTIONS

ADVICE = "Chào bạn, mình rất muốn hiểu thêm: ai đang gặp khó, ở đâu, bao nhiêu lần một tuần?"


def code_requested(email: str = "khach@example.vn", language: str = "vi", visitor: str | None = None) -> SignInAttempt:
    with transaction():
        return accounts.request_code(email, language, ("account", "address"), 600, now(), visitor=visitor)


def idea_sent(author: Member | None = None, **values: Any) -> Idea:
    author = author or factories.member()
    with transaction():
        return ideas.add(author, factories.content(**values), now())


def decided(
    outcome: str = "approve", idea: Idea | None = None, moderator: Member | None = None, advice: str = ADVICE
) -> Decision:
    """A waiting idea comes to a moderator, who decides."""
    idea = idea or idea_sent()
    relay()
    case_id, version = db.session.execute(select(Case.id, Case.version).where(Case.idea_id == idea.id)).one()
    reason, advice = ("", "") if outcome == "approve" else ("unclear", advice)
    moderator = moderator or factories.member("moderator")
    with transaction():
        return moderation.decide(case_id, moderator, version, outcome, reason, advice, now())


def reported(reason: str = "spam", language: str = "vi") -> Case:
    """A member reports an idea whose author, or whose moderator, reads that language."""
    idea = factories.published_idea(factories.member(language=language), unit="40")
    factories.member("moderator", unit_id=idea.unit_id, language=language)
    factories.report(idea, reason=reason)
    relay()
    return db.session.scalars(select(Case).where(Case.kind == "report")).one()


def hidden(language: str = "vi") -> Decision:
    """A moderator agrees with a report."""
    case, moderator = reported(language=language), factories.member("moderator")
    with transaction():
        return moderation.decide(case.id, moderator, case.version, "reject", "advert", ADVICE, now())


def registered(language: str = "vi") -> Member:
    """Somebody supports an idea, proves an address, and makes an account."""
    idea = factories.published_idea(unit="40", title="Xe buýt đưa đón ở xã xa cho học sinh")
    member = factories.member(language=language, unit_id=idea.unit_id)
    with transaction():
        voting.cast(member, idea.id, now())
        outbox.record(MemberRegistered(member.id))
    return member


def invited(language: str) -> Member:
    """An author asks somebody to stand beside them."""
    idea, member = factories.published_idea(), factories.member(language=language)
    with transaction():
        coauthors.invite(db.session.get_one(Member, idea.author_id), idea.id, f"@{member.handle}", now())
    return member


def post_late(language: str) -> None:
    admin = factories.member("admin", language=language)
    with transaction():
        letters.write_post_alert(admin.id, "2026112609", 75, 0, current_app.config["SETTINGS"])


def stepped(to: str = "shortlisted", idea: Idea | None = None, author: Member | None = None, note: str = "") -> Idea:
    """A published idea goes a step along its journey."""
    idea, organiser = idea or factories.published_idea(author), factories.member("organiser")
    with transaction():
        ideas.advance(idea.id, to, organiser, now(), note_vi=note, note_en=note)
    return idea


def commented(idea: Idea, body: str = "Ý hay quá, trường mình cũng muốn làm thử.", who: Member | None = None) -> int:
    who = who or factories.member()
    with transaction():
        return discussion.post(who, idea.id, body, now()).id


def wants(member: Member, **rhythms: str) -> Member:
    with transaction():
        preferences.choose(member.id, {name.replace("_", "-"): rhythm for name, rhythm in rhythms.items()})
    return member


def gathered(rhythm: str = "daily") -> int:
    """Let the hour of a round come; returns how many pages it took."""
    settings, pages = current_app.config["SETTINGS"], 0
    settings = replace(settings, quiet_hours=None)
    with transaction():
        db.session.execute(delete(LetterRound))
        db.session.add(LetterRound(name=rhythm, next_at=now(), after=0))
    while True:
        with transaction():
            if not gathering.next_page(rhythm, settings, now()):
                return pages
        pages += 1


def reminded(at: datetime | None = None, **settings: Any) -> None:
    chosen = replace(current_app.config["SETTINGS"], quiet_hours=None, **settings)
    with transaction():
        reminding.look(chosen, at or now())


def digested(language: str) -> None:
    author = factories.member(language=language)
    idea = factories.published_idea(author)
    commented(idea)
    relay()
    stepped(idea=factories.published_idea(wants(author, my_ideas="daily")))
    relay()
    gathered()


def commented_at_once(language: str) -> None:
    commented(factories.published_idea(wants(factories.member(language=language), comments="now")))
    relay()
    gathered("now")


def followed_at_once(language: str) -> None:
    idea, follower = factories.published_idea(), wants(factories.member(language=language), follows="now")
    with transaction():
        discussion.follow(follower, idea.id, now())
    stepped(idea=idea)
    relay()
    gathered("now")


def desk_waits(language: str) -> None:
    factories.member("moderator", language=language)
    idea_sent()
    relay()
    gathered("desk")


def draft_left(language: str) -> None:
    factories.draft(factories.member(language=language))
    reminded(now() + timedelta(days=4))


def campaign(begins: float, ends: float) -> Campaign:
    """A campaign that opens and closes in so many days from now."""
    title = {"vi": "Sáng kiến vì làng quê xanh", "en": "Ideas for a green village"}
    text = {"vi": "Làng bạn thiếu **một điều** gì?\n\n- Thể lệ", "en": "What does your village lack?\n\n- Rules"}
    moment = now()
    times = (moment + timedelta(days=begins), moment + timedelta(days=ends))
    with transaction():
        return campaigns.add(f"lang-xanh-{secrets.token_hex(3)}", title, text, *times)


def campaign_opened(language: str) -> None:
    wants(factories.member(language=language), campaigns="now")
    campaign(-0.1, 20)
    reminded()


def campaign_ending(language: str) -> None:
    slug = campaign(-20, 2.5).slug
    draft = factories.draft(factories.member(language=language), campaign=slug, solution="")
    draft.created_at = now() - timedelta(days=5)
    db.session.commit()
    reminded()


def merged(language: str) -> Decision:
    """A moderator sees that an idea is another once more; somebody supports it only here."""
    author, voter = factories.member(language=language), factories.member(language=language)
    mine, theirs, moderator = (
        factories.published_idea(author),
        factories.published_idea(),
        factories.member("moderator"),
    )
    with transaction():
        voting.cast(voter, mine.id, now())
        case = Case(
            kind="merge", subject=f"merge:{mine.id}", idea_id=mine.id, idea_version=1, created_at=now(), due_at=now()
        )
        db.session.add(case)
    with transaction():
        return moderation.decide(case.id, moderator, 1, "merge", "", ADVICE, now(), into=theirs.id)


def asked_again(language: str) -> Decision:
    """An author asks for a refusal to be looked at again; somebody else answers."""
    author, other = factories.member(language=language), factories.member("moderator")
    idea = decided("reject", idea_sent(author)).idea_id
    chosen = moderation.Deadlines(review=60)
    with transaction():
        asked = moderation.appeal(author, idea, "Mình đã hỏi uỷ ban xã, việc này chi đoàn làm được.", chosen, now())
    with transaction():
        return moderation.decide(asked.case_id, other, 1, "approve", "", ADVICE, now())


def late_at_the_desk(language: str) -> None:
    """Nobody looks at an idea in time."""
    factories.member("moderator", language=language)
    idea_sent()
    relay()
    with transaction():
        moderation.keep_deadlines(moderation.Deadlines(review=259_200), now() + timedelta(days=3, hours=1))
        db.session.execute(update(Case).values(due_at=now()))


def reopened(language: str) -> None:
    """A decision is undone from the log, after its letter has left."""
    decision, moderator = (
        decided("reject", idea_sent(factories.member(language=language))),
        factories.member("moderator"),
    )
    relay()
    with transaction():
        db.session.execute(update(Letter).where(Letter.kind == "idea_not_published").values(state="sent"))
    with transaction():
        moderation.restore(decision.id, moderator, now())


def guardian_asked(language: str = "vi", *, remind: bool = False) -> None:
    child = family.child(language=language)
    if remind:
        family.time_passes(child, days=3)
        with transaction():
            accounts.remind(now())


def guardian_answered(language: str = "vi") -> None:
    child = family.child(language=language)
    with transaction():
        accounts.agree(family.row_of(child).id, family.ALL, family.WHO, language, now())


def told_of_the_audit(language: str) -> None:
    factories.member("admin", language=language)
    morning = (now() + timedelta(days=1)).replace(hour=3)  # ten o'clock where the readers live
    with transaction():
        day, recipients = overseeing.due_today(morning)
        overseeing.write(day, recipients, 0, current_app.config["SETTINGS"], now())


def given_a_role(language: str) -> Member:
    admin, member = factories.member("admin"), factories.member(language=language)
    with transaction():
        accounts.grant(admin, member, "moderator", reference().unit_by_code["40"].id, now())
    return member


def suspended(language: str) -> Member:
    admin, member = factories.member("admin"), factories.member(language=language)
    with transaction():
        accounts.suspend(admin, member, "Đăng quảng cáo nhiều lần dù đã được nhắc.", now() + timedelta(days=7), now())
    return member


def restored(language: str) -> Member:
    member, admin = suspended(language), factories.member("admin")
    with transaction():
        accounts.restore(admin, member, now())
    return member


def erasure_asked(language: str = "vi") -> Member:
    member = factories.member(language=language)
    with transaction():
        accounts.ask_erasure(member, now())
    return member


def erasure_done(language: str = "vi") -> None:
    member = erasure_asked(language)
    with transaction():
        accounts.erase(member.id, now())
    relay()


def data_ready(language: str = "vi") -> None:
    member = factories.member(language=language)
    with transaction():
        accounts.ask_copy(member, now())
        accounts.make_copy(mydata.build, timedelta(days=7), now())


def security_event(kind: str, language: str) -> Member:
    """Somebody's way in has changed."""
    member = factories.member(language=language)
    place = Place("Mozilla/5.0 (Linux; Android 14) Chrome/140.0 Mobile Safari/537.36", "113.161.72.*")
    with transaction():
        tell(member.id, kind, place, now(), address="cu@example.vn" if kind == "email_changed" else None)
    return member


def address_change(language: str) -> SignInAttempt:
    member = factories.member(language=language)
    with transaction():
        return addresses.request_change(member, "moi@example.vn", 600, now())


def announced(language: str) -> None:
    admin = factories.member("admin")
    factories.member(language=language, unit_id=reference().unit_by_code["40"].id)
    words = {"subject": "Hạn gửi bài lùi đến thứ Bảy", "body": "Vì bão, hạn gửi bài lùi đến 23:59 thứ Bảy tuần này."}
    with transaction():
        row = announcements.draft(admin, words, "unit", reference().unit_by_code["40"].id, now())
        announcements.send(admin, row.id, now())
        spread(current_app.config["SETTINGS"])


TELL = {
    "email_change_code": address_change,
    "new_device": lambda language: security_event("new_device", language),
    "security_changed": lambda language: security_event("password_changed", language),
    "email_changed": lambda language: security_event("email_changed", language),
    "erasure_asked": erasure_asked,
    "erasure_done": erasure_done,
    "data_ready": data_ready,
    "guardian_request": guardian_asked,
    "guardian_reminder": lambda language: guardian_asked(language, remind=True),
    "guardian_receipt": guardian_answered,
    "admin_daily": told_of_the_audit,
    "role_changed": given_a_role,
    "account_suspended": suspended,
    "account_restored": restored,
    "sign_in_code": lambda language: code_requested(language=language),
    "welcome": registered,
    "idea_received": lambda language: idea_sent(factories.member(language=language)),
    "co_author_invited": invited,
    "idea_published": lambda language: decided("approve", idea_sent(factories.member(language=language), unit="40")),
    "idea_needs_changes": lambda language: decided("return", idea_sent(factories.member(language=language))),
    "idea_not_published": lambda language: decided("reject", idea_sent(factories.member(language=language))),
    "post_alert": post_late,
    "announcement": announced,
    "idea_step": lambda language: stepped(author=factories.member(language=language), note="Bắt đầu ở ba xã."),
    "new_comments": commented_at_once,
    "followed_news": followed_at_once,
    "digest": digested,
    "desk_digest": desk_waits,
    "draft_reminder": draft_left,
    "campaign_opens": campaign_opened,
    "campaign_ends": campaign_ending,
    "idea_merged": merged,
    "vote_moved": merged,
    "decision_reopened": reopened,
    "content_hidden": hidden,
    "urgent_report": lambda language: reported("danger", language),
    "appeal_answered": asked_again,
    "cases_late": late_at_the_desk,
}
"""For each kind of letter the story that ends in it."""


def relay() -> None:
    outbox.relay(REACTIONS)


def letter(kind: str) -> Letter:
    """The only letter of a kind, as it stands now."""
    db.session.expire_all()
    return db.session.scalars(select(Letter).where(Letter.kind == kind)).one()


def due_now() -> None:
    """Let the undo window pass."""
    with transaction():
        db.session.execute(update(Letter).where(Letter.state == "pending").values(next_at=now()))


class Sink:
    """A mail server in memory: keeps what it takes, and fails as told. A test may look around at each step."""

    def __init__(self, *failures: Failure | None, at_offer: Any = None, at_hand_over: Any = None) -> None:
        self.failures = list(failures)
        self.at_offer, self.at_hand_over = at_offer, at_hand_over
        self.taken: list[EmailMessage] = []

    def offer(self, _message: EmailMessage) -> None:
        if self.at_offer:
            self.at_offer()
        if self.failures and (failure := self.failures.pop(0)):
            raise failure

    def hand_over(self, message: EmailMessage) -> Answer:
        if self.at_hand_over:
            self.at_hand_over()
        self.taken.append(message)
        return 250, b"taken"

    def close(self) -> None:
        pass

    @property
    def subjects(self) -> list[str]:
        return [message["Subject"] for message in self.taken]
