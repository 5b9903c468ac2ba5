"""A while in which somebody sends nothing: they still sign in, read, support and follow."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from portal.accounts.models import Member
from portal.database import db
from portal.errors import N_, Refusal
from portal.settings import ZONE


def silence(member_id: int, until: datetime | None) -> None:
    """Until then, or not any more. Who decides that is the desk's business, and so is the record of it."""
    quiet = update(Member).where(Member.id == member_id).values(silenced_until=until)
    db.session.execute(quiet.execution_options(synchronize_session="fetch"))


def require_voice(member: Member, now: datetime) -> None:
    """Raise Refusal, with the day, for somebody who is silenced."""
    if member.silenced_until and member.silenced_until > now:
        raise Refusal(
            N_("Bạn tạm chưa gửi bài được, đến hết ngày %(day)s. Đọc và ủng hộ thì vẫn như thường."),
            status=403,
            day=f"{member.silenced_until.astimezone(ZONE):%d/%m/%Y}",
        )
