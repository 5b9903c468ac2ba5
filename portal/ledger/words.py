"""The post in words: what a letter is, where it stands, and why."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import format_timedelta, gettext

from portal.errors import N_
from portal.notifications.models import Letter
from portal.notifications.services import MAX_ATTEMPTS

KINDS = {
    "sign_in_code": N_("Mã đăng nhập"),
    "welcome": N_("Chào người mới"),
    "idea_received": N_("Đã nhận ý tưởng"),
    "idea_published": N_("Ý tưởng được đăng"),
    "idea_needs_changes": N_("Cần sửa ý tưởng"),
    "idea_not_published": N_("Không đăng ý tưởng"),
    "post_alert": N_("Báo động về thư"),
}
STATES = {
    "pending": N_("Chờ gửi"),
    "claimed": N_("Đang viết"),
    "sending": N_("Đang gửi"),
    "sent": N_("Đã gửi"),
    "dead": N_("Không gửi được"),
    "uncertain": N_("Không rõ đã tới chưa"),
    "cancelled": N_("Không gửi nữa"),
}
LOOKS = {
    "pending": ("blue", "clock"),
    "claimed": ("blue", "pen-line"),
    "sending": ("blue", "mail"),
    "sent": ("ok", "check"),
    "dead": ("bad", "x"),
    "uncertain": ("warn", "triangle-alert"),
    "cancelled": ("", "undo-2"),
}


def kind(name: str) -> str:
    """A kind without words of its own goes by its name."""
    return gettext(KINDS[name]) if name in KINDS else name.replace("_", " ")


def state(name: str) -> str:
    return gettext(STATES[name])


def cause(letter: Letter) -> str:
    """Why it is where it is; the other server's own words, or the program's, stand beside it."""
    if letter.state == "sent":
        return gettext("Có thể đã tới hai lần, cùng một Message-ID.") if letter.repeat_risk else ""
    if letter.state == "uncertain":
        return gettext("Mất liên lạc đúng lúc chờ bên nhận trả lời.")
    if letter.state == "cancelled":
        return gettext("Đến lúc gửi thì không còn cần nữa.")
    if letter.state == "dead":
        return _why_dead(letter)
    return gettext("Bên nhận hoãn, sẽ thử lại.") if letter.attempts else ""


def _why_dead(letter: Letter) -> str:
    if (letter.last_code or 0) >= 500:
        return gettext("Bên nhận từ chối hẳn.")
    if letter.last_code:
        return gettext("Bên nhận hoãn suốt ba ngày.")
    if letter.attempts >= MAX_ATTEMPTS:
        return gettext("Thử %(count)s lần đều không được.", count=letter.attempts)
    return gettext("Không viết được thư này.")


def span(time: timedelta) -> str:
    """'3 phút': how long, to the nearest unit."""
    return format_timedelta(time, threshold=2)


def hidden(address: str | None) -> str:
    """b•••@example.vn: enough to know whom somebody on the telephone means."""
    name, _, domain = (address or "").rpartition("@")
    return f"{name[:1]}•••@{domain}" if address else ""
