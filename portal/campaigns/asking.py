"""What organisers change in what a campaign asks. Answers that were sent stay as they are, with the questions of then."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from portal.accounts.models import Member
from portal.accounts.policy import can
from portal.audit import services as audit
from portal.campaigns import questions
from portal.campaigns.models import Campaign, CampaignQuestion
from portal.database import db
from portal.errors import N_, Conflict, Missing, Refusal
from portal.rules import Invalid
from portal.versions import CHANGED


@dataclass(frozen=True, kw_only=True)
class Wording:
    """A question as it is typed. `choices`: one a line, "Tiếng Việt | English"; `most` characters, None for what is usual."""

    label_vi: str
    label_en: str = ""
    help_vi: str = ""
    help_en: str = ""
    kind: str = "long"
    choices: str = ""
    required: bool = False
    most: int | None = None


def ask(campaign_id: int, wording: Wording, by: Member) -> CampaignQuestion:
    """Ask one question more, after the others. Raises Missing, Refusal for one too many, and Invalid."""
    its = _questions(campaign_id, by)
    if len(its) >= questions.MOST:
        raise Refusal(N_("Một chiến dịch hỏi thêm nhiều nhất %(most)s câu."), most=questions.MOST)
    row = _row(campaign_id, its[-1].place + 1 if its else 1, wording)
    db.session.add(row)
    db.session.flush()
    audit.record(by.id, "campaign.ask", "campaign", campaign_id, {"question": row.id})
    return row


def rows(campaign_id: int, wordings: Iterable[Wording]) -> list[CampaignQuestion]:
    """The questions of a campaign that nobody has asked anything for yet, to be written. Raises Invalid."""
    return [_row(campaign_id, place, wording) for place, wording in enumerate(wordings, 1)]


def reword(campaign_id: int, question_id: int, version: int, wording: Wording, by: Member) -> None:
    """Word a question otherwise. How it is answered stays: in drafts there is text that would not fit any more.

    `version` is the one the form was made from. Raises Missing, Conflict, and Invalid with every fault.
    """
    row = _one(_questions(campaign_id, by), question_id)
    if wording.kind != row.kind:
        raise Invalid({"kind": Refusal(N_("Cách trả lời không đổi được. Bỏ câu này rồi thêm câu mới."))})
    if version != row.version:
        raise Conflict(CHANGED)
    _write(row, wording)
    row.version += 1
    audit.record(by.id, "campaign.reword", "campaign", campaign_id, {"question": row.id})


def drop(campaign_id: int, question_id: int, by: Member) -> None:
    """Ask it no more. Raises Missing."""
    row = _one(_questions(campaign_id, by), question_id)
    db.session.delete(row)
    audit.record(by.id, "campaign.unask", "campaign", campaign_id, {"question": question_id})


def move_up(campaign_id: int, question_id: int, by: Member) -> None:
    """Ask it before the one before it. Raises Missing."""
    its = _questions(campaign_id, by)
    at = its.index(_one(its, question_id))
    if not at:
        return
    its.insert(at - 1, its.pop(at))
    for place, row in enumerate(its, 1):
        row.place = place
    audit.record(by.id, "campaign.reorder", "campaign", campaign_id, {"question": question_id})


def _row(campaign_id: int, place: int, wording: Wording) -> CampaignQuestion:
    row = CampaignQuestion(campaign_id=campaign_id, place=place, kind=wording.kind)
    _write(row, wording)
    return row


def _write(row: CampaignQuestion, wording: Wording) -> None:
    texts = {name: rule.clean(getattr(wording, name)) for name, rule in questions.RULES.items()}
    choices = questions.CHOICES.clean(wording.choices)
    questions.check(wording.kind, texts, choices, wording.most)
    for name, text in texts.items():
        setattr(row, name, text)
    row.choices = questions.read_choices(choices) if wording.kind == "choice" else []
    row.required = wording.required
    usual = questions.LONGEST[wording.kind]
    row.most = usual if wording.kind == "choice" else wording.most or usual


def _questions(campaign_id: int, by: Member) -> list[CampaignQuestion]:
    """In order; whoever changes them comes after whoever does at the moment. Raises Missing."""
    campaign = db.session.scalar(select(Campaign).where(Campaign.id == campaign_id).with_for_update())
    if campaign is None or not can(by, "organise", campaign):
        raise Missing
    its = select(CampaignQuestion).where(CampaignQuestion.campaign_id == campaign_id)
    ordered = its.order_by(CampaignQuestion.place, CampaignQuestion.id)
    return list(db.session.scalars(ordered.execution_options(populate_existing=True)))


def _one(some: list[CampaignQuestion], question_id: int) -> CampaignQuestion:
    found = next((row for row in some if row.id == question_id), None)
    if found is None:
        raise Missing
    return found
