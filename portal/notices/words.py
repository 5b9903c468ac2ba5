"""What happened, in one line: for the page, for a device."""

from __future__ import annotations

from typing import Any

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
    "desk_note": N_("Đồng nghiệp nhắc bạn trong ghi chú của một mục duyệt."),
    "desk_passed": N_("Một mục duyệt được chuyển tới đơn vị của bạn."),
    "voice": N_("Bạn gửi bài và bình luận lại được rồi."),
    "masked": N_("Người duyệt đã che thông tin riêng trong bài, để an toàn cho bạn."),
    "masked_first": N_("Người duyệt đã che thông tin riêng trong bài, để an toàn cho bạn."),
    "file_off": N_("Người duyệt đã bỏ một ảnh hoặc tệp khỏi ý tưởng: có điều trong đó không nên để mọi người thấy."),
    "moved": N_("Ý bạn ủng hộ đã được gộp vào ý này, lượt ủng hộ đi theo. Bạn giữ hoặc rút lại được."),
    "merge": N_("Ý tưởng của bạn đã được gộp vào một ý cùng việc. Lượt ủng hộ và bình luận đi theo."),
    "hidden": N_("Ý tưởng của bạn không còn hiện nữa. Lý do và việc làm tiếp có trong trang của ý tưởng và trong thư."),
    "refused_hidden": N_("Bình luận của bạn không còn hiện nữa. Mở ra để xem lý do và việc làm tiếp."),
    "reopened": N_("Quyết định trước không còn nữa: một người đang xem lại."),
    "invited": N_("Tác giả mời bạn cùng đứng tên ý tưởng này."),
    "joined": N_("Người bạn mời đã nhận lời cùng đứng tên."),
    "asked": N_("Có người muốn cùng đứng tên ý tưởng của bạn."),
    "admitted": N_("Tác giả đã nhận bạn cùng đứng tên."),
    "announcement_waits": N_("Một thông báo gửi cho nhiều người đang chờ bạn duyệt."),
    "announcement_approved": N_("Thông báo của bạn đã được duyệt và đang gửi đi."),
    "announcement_stopped": N_("Một thông báo bị dừng. Xem bao nhiêu thư đã đi và vì sao."),
    "post_alert": N_("Thư đi đang chậm hoặc nhiều thư không gửi được. Xem sổ thư đi."),
    "comment": N_("Có người góp ý."),
    "followed_comment": N_("Có người góp ý."),
    "report_upheld": N_("Người duyệt đồng ý với báo cáo của bạn: bài không còn hiện nữa."),
    "report_kept": N_("Người duyệt đã đọc: bài bạn báo cáo không trái quy tắc nên ở lại."),
    "report_gone": N_("Bài bạn báo cáo không còn trên Nảy nữa."),
    "mail_returned": N_("Thư Nảy gửi tới bạn bị trả lại. Mở ra xem Nảy còn gửi không, và gửi tới đâu."),
    "guardian_unreached": N_("Thư gửi phụ huynh của bạn không tới được. Xem lại địa chỉ rồi gửi lại."),
    "mention": N_("Có người nhắc đến bạn."),
    "status": N_("Ý tưởng đi tiếp một bước."),
    "goal": N_("Ý tưởng của bạn đã đủ ủng hộ để đơn vị được báo."),
    "goal_unit": N_("Một ý tưởng ở đơn vị bạn đã đủ ủng hộ, đang chờ phản hồi."),
    "followed": N_("Ý tưởng đi tiếp một bước."),
    "found": N_("Có ý mới khớp một tìm kiếm bạn đã lưu."),
    "reply": N_("Có người trả lời bạn."),
}
SOMETHING_NEW = N_("Có tin mới về ý tưởng này.")

REFUSED = {
    "privacy": N_("Bình luận của bạn không được đăng vì có thông tin riêng tư. Bỏ chỗ đó thì bạn gửi lại được."),
    "unclear": N_("Bình luận của bạn không được đăng vì chưa rõ ý. Viết thêm một ví dụ thì bạn gửi lại được."),
    "duplicate": N_("Bình luận của bạn không được đăng vì trùng với điều đã có."),
    "advert": N_("Bình luận của bạn không được đăng vì giống quảng cáo."),
    "offensive": N_("Bình luận của bạn không được đăng vì có lời xúc phạm. Viết lại nhẹ hơn thì bạn gửi lại được."),
    "out_of_scope": N_("Bình luận của bạn không được đăng vì không nói về ý này."),
    "other": N_("Bình luận của bạn không được đăng vì trái quy tắc của Nảy."),
}
LINES |= {f"refused_{reason}": words for reason, words in REFUSED.items()}

PAGES = {"post_alert": "ledger.index", "voice": "ideas.write", "guardian_unreached": "accounts.me"}
"""By kind, where one reads or goes on, if that is a page without a number."""
PLACES = {
    "report": ("reports.show", "report_id"),
    "found": ("searches.show", "search_id"),
    "announcement": ("announcements.show", "announcement_id"),
    "desk": ("moderation.case", "case_id"),
    "moved": ("moderation.moved_vote", "decision_id"),
    "refused": ("moderation.refused_comment", "decision_id"),
}
"""By the first word of a kind, the page whose number is the second word of the notice's thread."""


def line(told: Told) -> str:
    """Without a word that anybody wrote: it may light up on a table where others sit."""
    return gettext(LINES.get(told.kind, SOMETHING_NEW))


def target(told: Told) -> str:
    """Where one reads on."""
    if page := PAGES.get(told.kind):
        return url_for(page)
    if place := PLACES.get(told.kind.partition("_")[0]):
        endpoint, name = place
        number: Any = {name: told.number}
        return url_for(endpoint, **number)
    if told.kind == "return":
        return url_for("ideas.edit", idea_id=told.idea_id)
    if told.kind == "asked":
        return url_for("ideas.coauthors", idea_id=told.idea_id)
    if told.idea_id is None:
        return url_for("notifications.choices")
    where: dict[str, Any] = {"den": told.comment_id, "_anchor": f"c-{told.comment_id}"} if told.comment_id else {}
    return url_for("ideas.show", idea_id=told.idea_id, slug=told.slug, **where)
