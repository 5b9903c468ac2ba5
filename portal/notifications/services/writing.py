"""The row of a letter: written once, with the fact that causes it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from email.utils import parseaddr
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, select, update

from portal import database
from portal.database import db, insert_ignore
from portal.notices.models import Notice
from portal.notifications.catalogue import KINDS
from portal.notifications.models import Letter
from portal.settings import Settings


def row_of(
    settings: Settings, kind: str, about: str, recipient_id: int | None, due: datetime, moment: datetime, **ids: Any
) -> dict[str, Any]:
    """All columns of a letter that waits: rows of one statement must have the same."""
    return {
        "kind": kind,
        "delivery": KINDS[kind].delivery,
        "priority": KINDS[kind].priority,
        "dedup_key": f"{kind}:{about}",
        "recipient_id": recipient_id,
        "idea_id": ids.get("idea_id"),
        "payload": ids,
        "message_id": new_message_id(settings.mail_from),
        "next_at": due,
        "created_at": moment,
        "attempts": 0,
        "repeat_risk": 0,
        "state": "pending",
    }


def write(
    settings: Settings,
    kind: str,
    about: object,
    recipient_id: int | None,
    due: datetime | None = None,
    *,
    notice: str | None = None,
    **ids: int,
) -> None:
    """Write a letter, once: a second one of its kind about the same thing changes nothing.

    `notice` is the cause of the notice that tells the same: it goes into this letter, and so into no other.
    """
    moment = database.now()
    row = row_of(settings, kind, str(about), recipient_id, due or moment, moment, **ids)
    db.session.execute(insert_ignore(Letter.__table__).values(row))
    if notice is not None:
        tell_in(f"{kind}:{about}", recipient_id, Notice.cause == notice)


def tell_in(dedup_key: str, recipient_id: int | None, *which: ColumnElement[bool]) -> None:
    """Such notices of a reader go into this letter, and so into no other."""
    letter = select(Letter.id).where(Letter.dedup_key == dedup_key)
    told = update(Notice).where(Notice.member_id == recipient_id, Notice.letter_id.is_(None), *which)
    told = told.values(letter_id=letter.scalar_subquery())
    db.session.execute(told.execution_options(synchronize_session=False))


def write_many(
    settings: Settings, kind: str, recipients: Iterable[int | None], due: datetime, about: str = "", **ids: int | str
) -> None:
    """One letter of a kind to each of many, in one statement."""
    write_each(settings, kind, [(about or secrets.token_hex(8), one, ids) for one in recipients], due)


def write_each(
    settings: Settings, kind: str, letters: Sequence[tuple[str, int | None, Mapping[str, int | str]]], due: datetime
) -> None:
    """The same where each is about something of its own: (about, recipient, ids)."""
    if letters:
        moment = database.now()
        rows = [row_of(settings, kind, f"{about}:{to}", to, due, moment, **ids) for about, to, ids in letters]
        db.session.execute(insert_ignore(Letter.__table__), rows)


def new_message_id(mail_from: str) -> str:
    """Fixed when the letter is written, so that a repeat can be known as one."""
    return f"<o.{secrets.token_hex(8)}@{_domain(mail_from)}>"


@lru_cache(maxsize=8)
def _domain(mail_from: str) -> str:
    return parseaddr(mail_from)[1].rpartition("@")[2]
