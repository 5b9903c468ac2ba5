"""Campaigns: a theme, a time, and the ideas that answer it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Key, Model


class Campaign(Model):
    __tablename__ = "campaign"
    __table_args__ = (CheckConstraint("closes_at > opens_at", name="times"),)

    id: Mapped[Key]
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title_vi: Mapped[str] = mapped_column(String(120))
    title_en: Mapped[str] = mapped_column(String(120))
    text_vi: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    support_goal: Mapped[int | None]  # in place of the portal's; 0 is none
    goal_due_at: Mapped[datetime | None]  # when to look for ideas that came to this goal before it was set
    support_ends_at: Mapped[datetime | None]  # in place of closes_at
    version: Mapped[int] = mapped_column(default=1)
    source: Mapped[str] = mapped_column(String(12), default="web")

    def is_open(self, now: datetime) -> bool:
        return self.opens_at <= now < self.closes_at

    def state(self, now: datetime) -> str:
        """upcoming, open or closed."""
        if now < self.opens_at:
            return "upcoming"
        return "open" if self.is_open(now) else "closed"


class CampaignQuestion(Model):
    """What a campaign asks of those who send it an idea. `choices`: pairs of Vietnamese and English.

    Ideas keep their answers with the question as it was asked, so a question may be reworded, or go.
    """

    __tablename__ = "campaign_question"
    __table_args__ = (
        CheckConstraint("kind IN ('short', 'long', 'choice')", name="kind"),
        Index(None, "campaign_id", "place"),
    )

    id: Mapped[Key]
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    place: Mapped[int]
    kind: Mapped[str] = mapped_column(String(8))
    label_vi: Mapped[str] = mapped_column(String(120))
    label_en: Mapped[str] = mapped_column(String(120), default="")
    help_vi: Mapped[str] = mapped_column(String(200), default="")
    help_en: Mapped[str] = mapped_column(String(200), default="")
    choices: Mapped[list[Any]] = mapped_column(default=list)
    required: Mapped[bool] = mapped_column(default=False)
    most: Mapped[int]  # characters of an answer
    version: Mapped[int] = mapped_column(default=1, server_default="1")
