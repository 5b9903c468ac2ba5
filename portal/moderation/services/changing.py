"""What makes a case another than somebody has read: it is kept, so that who comes too late hears who and when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.errors import N_
from portal.moderation.models import Case

CHANGED = {
    "text": N_("Tác giả đã sửa bài lúc %(time)s. Tải lại trang để xem bản mới."),
    "masked": N_("%(name)s đã che thông tin riêng trong bài lúc %(time)s. Tải lại trang để xem bản mới."),
    "passed": N_("%(name)s đã chuyển mục này cho đơn vị khác lúc %(time)s."),
    "escalated": N_("Quá hạn nên mục này được chuyển lên cấp trên lúc %(time)s."),
    "proposed": N_("%(name)s đã đề nghị không đăng lúc %(time)s. Mục này chờ người thứ hai."),
    "reopened": N_("%(name)s đã hoàn tác quyết định lúc %(time)s. Tải lại trang để xem."),
    "withdrawn": N_("Tác giả đã rút lúc %(time)s."),
    "merged": N_("Ý tưởng được gộp vào ý khác lúc %(time)s, nên mục này đóng lại."),
    "guardian": N_("Phụ huynh đã đổi lời đồng ý lúc %(time)s, nên mục này đóng lại."),
    "erased": N_("Tác giả đã xoá tài khoản lúc %(time)s, nên mục này đóng lại."),
}


def changed(what: str, at: datetime, by_id: int | None = None) -> dict[str, Any]:
    """To set in an UPDATE of cases. Their version rises, so nobody decides on what they read before."""
    return {"version": Case.version + 1, "change": what, "changed_at": at, "changed_by_id": by_id}


def note(case: Case, what: str, at: datetime, by_id: int | None = None) -> None:
    """The same for a case that is locked already."""
    case.version, case.change, case.changed_at, case.changed_by_id = case.version + 1, what, at, by_id
