"""The record of staff acts: rows are staged with the act and chained by the worker; nothing here is ever changed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import BigId, Key, Model

IS_STAGED = text("seq IS NULL")


class AuditEntry(Model):
    """Who did what to which thing. Staged while `seq` is empty; chained when it has its number and its hash.

    No foreign keys: an entry outlives what it is about. `detail` is canonical JSON of ids, codes and numbers: it can
    never be erased, so it holds no word a person wrote and nothing that names one.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_staged", "id", postgresql_where=IS_STAGED, sqlite_where=IS_STAGED),
        Index(None, "actor_id", "id"),
        Index(None, "action", "id"),
        Index(None, "object_kind", "object_id", "id"),
        Index(None, "at"),
    )

    id: Mapped[Key]
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(BigId)  # none: the command line or the portal itself
    action: Mapped[str] = mapped_column(String(40))
    object_kind: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[int | None] = mapped_column(BigId)
    detail: Mapped[str] = mapped_column(Text)
    seq: Mapped[int | None] = mapped_column(BigId, unique=True)
    prev_hash: Mapped[str | None] = mapped_column(String(64))
    hash: Mapped[str | None] = mapped_column(String(64))


class AuditHead(Model):
    """The end of the chain; its one row is also the lock of those who chain. `chain` names this chain for ever."""

    __tablename__ = "audit_head"

    id: Mapped[Key]
    chain: Mapped[str] = mapped_column(String(64))  # what the first entry has for its predecessor's hash
    seq: Mapped[int] = mapped_column(BigId, default=0)
    hash: Mapped[str] = mapped_column(String(64))
