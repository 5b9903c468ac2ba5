"""Pictures and documents that belong to an idea, or to the draft it will come from."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Key, Model


class Attachment(Model):
    """One file. What is kept is not what was sent: pictures are drawn anew. Named by a token nobody can guess."""

    __tablename__ = "attachment"
    __table_args__ = (CheckConstraint("kind IN ('image', 'pdf')", name="kind"),)

    id: Mapped[Key]
    token: Mapped[str] = mapped_column(String(43), unique=True)
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("draft.id", ondelete="CASCADE"), index=True)
    idea_id: Mapped[int | None] = mapped_column(ForeignKey("idea.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(5))
    name: Mapped[str] = mapped_column(String(80))
    alt: Mapped[str] = mapped_column(String(200), default="")
    size: Mapped[int]  # bytes, as kept
    width: Mapped[int] = mapped_column(default=0)
    height: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]

    @property
    def file_name(self) -> str:
        return f"{self.token}.{'webp' if self.kind == 'image' else 'pdf'}"
