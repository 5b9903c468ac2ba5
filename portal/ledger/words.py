"""The post in words: what a letter is, where it stands, and why."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import format_timedelta, gettext

from portal.errors import N_
from portal.ledger.queries import RETURNED, standing
from portal.notifications.models import Letter
from portal.notifications.services import MAX_ATTEMPTS

KINDS = {
    "sign_in_code": N_("Mã đăng nhập"),
    "email_change_code": N_("Mã đổi địa chỉ"),
    "email_changed": N_("Đã đổi địa chỉ"),
    "new_device": N_("Đăng nhập trên máy mới"),
    "security_changed": N_("Đổi cách đăng nhập"),
    "welcome": N_("Chào người mới"),
    "idea_received": N_("Đã nhận ý tưởng"),
    "idea_published": N_("Ý tưởng được đăng"),
    "idea_needs_changes": N_("Cần sửa ý tưởng"),
    "idea_not_published": N_("Không đăng ý tưởng"),
    "idea_merged": N_("Ý tưởng được gộp"),
    "idea_step": N_("Ý tưởng đi tiếp một bước"),
    "idea_goal": N_("Ý tưởng đủ ủng hộ"),
    "unit_goals": N_("Ý đủ ủng hộ, cho đơn vị"),
    "co_author_invited": N_("Mời đồng tác giả"),
    "edit_answered": N_("Trả lời bản sửa"),
    "appeal_answered": N_("Trả lời đề nghị xem lại"),
    "decision_reopened": N_("Xem xét lại"),
    "content_hidden": N_("Nội dung bị ẩn"),
    "new_comments": N_("Góp ý mới"),
    "own_news": N_("Tin của ý mình đứng tên"),
    "followed_news": N_("Tin của ý đang theo dõi"),
    "digest": N_("Thư gộp mỗi ngày"),
    "desk_digest": N_("Hàng chờ mỗi sáng"),
    "cases_late": N_("Mục quá hạn"),
    "admin_daily": N_("Nhật ký quản trị mỗi ngày"),
    "draft_reminder": N_("Nhắc bản nháp"),
    "campaign_opens": N_("Chiến dịch mở"),
    "campaign_ends": N_("Chiến dịch sắp đóng"),
    "urgent_report": N_("Báo cáo khẩn"),
    "guardian_request": N_("Xin ý kiến phụ huynh"),
    "guardian_reminder": N_("Nhắc phụ huynh"),
    "guardian_renewal": N_("Xin phụ huynh chọn lại"),
    "guardian_receipt": N_("Ghi nhận ý kiến phụ huynh"),
    "role_changed": N_("Đổi vai trò"),
    "account_suspended": N_("Tạm dừng tài khoản"),
    "account_restored": N_("Mở lại tài khoản"),
    "erasure_asked": N_("Yêu cầu xoá tài khoản"),
    "erasure_done": N_("Đã xoá tài khoản"),
    "data_ready": N_("Bản sao dữ liệu"),
    "announcement": N_("Tin từ ban tổ chức"),
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
    RETURNED: N_("Bị trả lại"),
}
LOOKS = {
    "pending": ("blue", "clock"),
    "claimed": ("blue", "pen-line"),
    "sending": ("blue", "mail"),
    "sent": ("ok", "check"),
    "dead": ("bad", "x"),
    "uncertain": ("warn", "triangle-alert"),
    "cancelled": ("", "undo-2"),
    RETURNED: ("bad", "undo-2"),
}


def kind(name: str) -> str:
    """A kind that is no longer written goes by its name."""
    return gettext(KINDS[name]) if name in KINDS else name.replace("_", " ")


def state(name: str) -> str:
    return gettext(STATES[name])


def cause(letter: Letter) -> str:
    """Why it is where it is; the other server's own words, or the program's, stand beside it."""
    if standing(letter) == RETURNED:
        return gettext("Đã gửi, rồi bên nhận báo không tới.")
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
