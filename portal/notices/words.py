"""What happened, in one line: for the page, for a device."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext

from portal.errors import N_
from portal.notices.queries import Told

LINES = {
    "approve": N_("Ý tưởng của bạn đã được đăng. Mọi người xem, ủng hộ và góp ý được rồi."),
    "return": N_("Cần bạn sửa một chỗ rồi gửi lại."),
    "reject": N_("Ý tưởng của bạn không đăng được. Lý do và lời khuyên có trong trang của ý tưởng."),
    "edit_approve": N_("Bản sửa của bạn đã lên trang."),
    "edit_reject": N_("Bản sửa của bạn chưa lên trang. Lý do có trong thư; trang giữ bản cũ."),
    "invited": N_("Tác giả mời bạn cùng đứng tên ý tưởng này."),
    "joined": N_("Người bạn mời đã nhận lời cùng đứng tên."),
    "post_alert": N_("Thư đi đang chậm hoặc nhiều thư không gửi được. Xem sổ thư đi."),
    "comment": N_("Có người góp ý."),
    "followed_comment": N_("Có người góp ý."),
    "report_upheld": N_("Người duyệt đồng ý với báo cáo của bạn: bài không còn hiện nữa."),
    "report_kept": N_("Người duyệt đã đọc: bài bạn báo cáo không trái quy tắc nên ở lại."),
    "mail_returned": N_("Thư Nảy gửi tới bạn bị trả lại, nên Nảy tạm không gửi nữa."),
    "mention": N_("Có người nhắc đến bạn."),
    "status": N_("Ý tưởng đi tiếp một bước."),
    "followed": N_("Ý tưởng đi tiếp một bước."),
    "found": N_("Có ý mới khớp một tìm kiếm bạn đã lưu."),
    "reply": N_("Có người trả lời bạn."),
}


def line(told: Told) -> str:
    """Without a word that anybody wrote: it may light up on a table where others sit."""
    return gettext(LINES.get(told.kind, N_("Có tin mới về ý tưởng này.")))


def target(told: Told) -> str:
    """Where one reads on."""
    if told.kind == "post_alert":
        return url_for("ledger.index")
    if told.kind.startswith("report_"):
        return url_for("reports.show", report_id=int(told.thread.partition(":")[2]))
    if told.kind == "found":
        return url_for("searches.show", search_id=int(told.thread.partition(":")[2]))
    if told.kind == "return":
        return url_for("ideas.edit", idea_id=told.idea_id)
    if told.idea_id is None:
        return url_for("notifications.choices")
    anchor = f"c-{told.comment_id}" if told.comment_id else None
    return url_for("ideas.show", idea_id=told.idea_id, slug=told.slug, _anchor=anchor)
