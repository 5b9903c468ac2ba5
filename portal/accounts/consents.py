"""What is asked of a guardian and a child, in words with a version, and what is written down of their answers."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, and_, false, or_
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Key, Model
from portal.errors import N_

TEXT_VERSIONS = ("2026-11", "2026-11-b", "2026-11-c")
"""One more whenever a word of PURPOSES or of the guardian's page changes its meaning, the newest last."""
TEXT_VERSION = TEXT_VERSIONS[-1]


class Purpose(NamedTuple):
    """One separate choice, as the guardian reads it and as the child does.

    `since` is the first version of the words that allows as much as today's. Who said yes to earlier ones is asked anew.
    """

    label: str
    explained: str
    to_child: str
    since: str = TEXT_VERSIONS[0]


PURPOSES = {
    "account": Purpose(
        N_("Con có tài khoản"),
        N_("Con viết nháp, ủng hộ và theo dõi ý tưởng. Cần có để dùng các mục dưới."),
        N_("Có tài khoản của mình"),
    ),
    "publish": Purpose(
        N_("Đăng ý tưởng và bình luận của con"),
        N_(
            "Người duyệt đọc trước. Hiện tên hiển thị và tỉnh; không hiện họ tên, tuổi, trường, lớp, ảnh. "
            "Ý đã đăng, không kèm tên, có trong dữ liệu mở (CC BY 4.0)."
        ),
        N_("Đăng ý tưởng và bình luận của mình sau khi có người duyệt; ý đã đăng có trong dữ liệu mở, không kèm tên"),
        since="2026-11-b",  # open data; children read of it each time before they sent something
    ),
    "name": Purpose(
        N_("Hiện tên mà con tự chọn"),
        N_("Không chọn: mọi người chỉ thấy một bút danh."),
        N_("Hiện tên mình chọn thay cho bút danh"),
    ),
    "contest": Purpose(
        N_("Gửi ý tưởng dự thi các chiến dịch"),
        N_("Nếu được giải, chúng tôi hỏi lại anh/chị trước khi công bố."),
        N_("Gửi ý tưởng dự thi các chiến dịch"),
    ),
    "news": Purpose(
        N_("Nhận thư tổng hợp và tin mới"),
        N_("Thư gửi tới địa chỉ của anh/chị. Không có quảng cáo."),
        N_("Gửi thư tổng hợp và tin mới tới phụ huynh của mình"),
    ),
}
OF_AGE = {name: PURPOSES[name] for name in ("account", "publish")}
"""What is asked of somebody who decides alone. Names, contests and news are theirs to choose where they come up."""
RELATIONS = {"mother": N_("Mẹ"), "father": N_("Bố"), "guardian": N_("Người giám hộ")}
STATES = ("waiting", "agreed", "refused", "withdrawn")


class Guardianship(Model):
    """A guardian's address and answer about one child. The link in letters is `key`, signed and dated.

    `next_at` is when the next reminder, or the end of waiting, is due.
    """

    __tablename__ = "guardianship"
    __table_args__ = (CheckConstraint(f"state IN {STATES}", name="state"), Index(None, "next_at"), Index(None, "email"))

    id: Mapped[Key]
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), unique=True)
    key: Mapped[str] = mapped_column(String(43), unique=True)
    email: Mapped[str | None] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(2))
    name: Mapped[str] = mapped_column(String(60), default="")
    relation: Mapped[str] = mapped_column(String(10), default="")
    wished_name: Mapped[str] = mapped_column(String(60), default="")  # shown once guardian and child say yes to it
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    letters: Mapped[int] = mapped_column(default=0)  # requests and reminders written so far
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    next_at: Mapped[datetime | None]


class Consent(Model):
    """One yes: whose, to what, to which words, when, by which way, and when it was taken back. Never deleted."""

    __tablename__ = "consent"
    __table_args__ = (CheckConstraint("giver IN ('guardian', 'member')", name="giver"), Index(None, "member_id"))

    id: Mapped[Key]
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    giver: Mapped[str] = mapped_column(String(10))
    purpose: Mapped[str] = mapped_column(String(10))
    text_version: Mapped[str] = mapped_column(String(10))
    text_hash: Mapped[str] = mapped_column(String(64))  # SHA-256 of the words as they were read
    language: Mapped[str] = mapped_column(String(2))
    channel: Mapped[str] = mapped_column(String(10), default="web")  # web | command
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


def outdated() -> ColumnElement[bool]:
    """Of consents: a yes that stands, to words that allowed less than today's."""
    grown = {name: TEXT_VERSIONS[: TEXT_VERSIONS.index(purpose.since)] for name, purpose in PURPOSES.items()}
    older = (and_(Consent.purpose == name, Consent.text_version.in_(words)) for name, words in grown.items() if words)
    return and_(Consent.withdrawn_at.is_(None), or_(false(), *older))


def text_hash(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()
