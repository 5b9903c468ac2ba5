"""The organisation tree and the fields of ideas. Reference data: loaded by migration, kept by hand."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Key, Model

KINDS = ("centre", "body", "province", "commune", "school")


class Unit(Model):
    """The centre (code TW), its attached bodies and the 34 provinces; schools and communes may hang below."""

    __tablename__ = "unit"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(20), unique=True)
    kind: Mapped[str] = mapped_column(String(20))  # one of KINDS
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    name_vi: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120))
    office_vi: Mapped[str] = mapped_column(String(160))  # who answers: "Tỉnh Đoàn Nghệ An"
    office_en: Mapped[str] = mapped_column(String(160))
    sort_key: Mapped[str] = mapped_column(String(200))  # Vietnamese alphabetical order, made in Python
    closed_at: Mapped[datetime | None]  # what hangs on it stays, nothing new does
    version: Mapped[int] = mapped_column(default=1)


class UnitName(Model):
    """What a unit was called before, and until when: old ideas keep the place they were sent from."""

    __tablename__ = "unit_name"

    id: Mapped[Key]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    name_vi: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120))
    until: Mapped[datetime]


class Field(Model):
    """A field of ideas (lĩnh vực): 16 codes, each shown in one of seven hues with its icon."""

    __tablename__ = "field"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name_vi: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80))
    short_vi: Mapped[str] = mapped_column(String(40))
    short_en: Mapped[str] = mapped_column(String(40))
    hue: Mapped[str] = mapped_column(String(20))
    icon: Mapped[str] = mapped_column(String(30))
    position: Mapped[int]
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
