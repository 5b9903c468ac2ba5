"""Searches a member keeps, to be told of what is new in them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Key, Model


class SavedSearch(Model):
    """`words` are those of the list's address ({"q": "rác nhựa", "field": "moi-truong"}), without its sort.

    Up to `seen_until` its owner has been told; `next_at` is when somebody looks again.
    """

    __tablename__ = "saved_search"

    id: Mapped[Key]
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    words: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    seen_until: Mapped[datetime]
    next_at: Mapped[datetime] = mapped_column(index=True)
