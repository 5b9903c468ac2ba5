"""A request that may be sent again: the first time it is done, afterwards its answer is given again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update

from portal.accounts.models import IdempotencyKey
from portal.database import db, insert_ignore
from portal.errors import N_, Refusal

KEEP = timedelta(hours=24)
Answer = dict[str, Any]


def once(member_id: int, key: str, body: bytes, now: datetime, act: Callable[[], Answer]) -> Answer:
    """Do `act` the first time a member sends this key, and remember its answer in the same transaction.

    Of fifty at once one inserts the key; the others wait for its commit and get the same answer. Raises Refusal
    if the key comes back with another body.
    """
    mine = (IdempotencyKey.member_id == member_id) & (IdempotencyKey.key == key)
    digest = hashlib.sha256(body).hexdigest()
    db.session.execute(delete(IdempotencyKey).where(mine, IdempotencyKey.created_at < now - KEEP))
    values = {"member_id": member_id, "key": key, "body_hash": digest, "answer": {}, "created_at": now}
    first = db.session.scalar(
        insert_ignore(IdempotencyKey.__table__).values(values).returning(IdempotencyKey.__table__.c.id)
    )
    if first is not None:
        answer = act()
        db.session.execute(update(IdempotencyKey).where(IdempotencyKey.id == first).values(answer=answer))
        return answer
    kept = db.session.execute(select(IdempotencyKey.body_hash, IdempotencyKey.answer).where(mine)).one()
    if kept.body_hash != digest:
        raise Refusal(N_("Khoá Idempotency-Key này đã dùng cho một nội dung khác."), field="Idempotency-Key")
    remembered: Answer = kept.answer
    return remembered
