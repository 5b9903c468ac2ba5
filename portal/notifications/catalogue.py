"""Every kind of letter: who gets it, what it says, why, and when nobody wants it any more.

`find` looks everything up at the moment of sending and raises NotWanted if the world has moved on. Its
values are what the templates in `templates/emails/<kind>/` may use.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from portal.errors import N_
from portal.notifications.categories import ALWAYS, DIGEST
from portal.notifications.contents import (
    accounts,
    announcements,
    arrivals,
    data,
    decisions,
    desks,
    news,
    oversight,
    reminders,
    security,
)
from portal.notifications.models import BULK, URGENT, USUAL, Letter
from portal.notifications.recipients import Content
from portal.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Kind:
    """`category` is what a reader may turn off (ALWAYS: nothing to turn off); `priority` says what goes before what.

    `duty`: it comes with a role that somebody holds, and as long as they hold it.
    """

    find: Callable[[Letter, datetime, Settings], Content]
    why: str
    category: str = ALWAYS
    delivery: str = "at_least_once"
    priority: int = USUAL
    duty: bool = False


ABOUT_ACCOUNT = N_("Bạn nhận thư này vì nó nói về tài khoản của bạn trên Nảy.")

KINDS: dict[str, Kind] = {
    "admin_daily": Kind(
        find=oversight.admin_daily,
        delivery="at_most_once",
        duty=True,
        why=N_("Bạn nhận thư này vì đang quản trị cả ngân hàng ý tưởng trên Nảy."),
    ),
    "role_changed": Kind(find=accounts.role_changed, duty=True, why=ABOUT_ACCOUNT),
    "account_suspended": Kind(find=accounts.account_suspended, why=ABOUT_ACCOUNT),
    "account_restored": Kind(find=accounts.account_restored, why=ABOUT_ACCOUNT),
    "sign_in_code": Kind(
        find=arrivals.sign_in_code,
        priority=URGENT,
        why=N_("Bạn nhận thư này vì có người nhập địa chỉ này để đăng nhập Nảy."),
    ),
    "email_change_code": Kind(
        find=security.email_change_code,
        priority=URGENT,
        why=N_("Bạn nhận thư này vì có người muốn dùng địa chỉ này cho tài khoản Nảy."),
    ),
    "new_device": Kind(
        find=security.event,
        why=N_("Bạn nhận thư này vì tài khoản Nảy của bạn vừa được dùng trên một máy mới."),
    ),
    "security_changed": Kind(
        find=security.event,
        why=N_("Bạn nhận thư này vì có thay đổi trong cách đăng nhập tài khoản Nảy của bạn."),
    ),
    "email_changed": Kind(
        find=security.event, why=N_("Bạn nhận thư này vì địa chỉ này từng là của một tài khoản Nảy.")
    ),
    "welcome": Kind(find=arrivals.welcome, why=N_("Bạn nhận thư này vì vừa lập tài khoản trên Nảy.")),
    **dict.fromkeys(
        ("guardian_request", "guardian_reminder"),
        Kind(find=data.guardian, why=N_("Anh/chị nhận thư này vì con anh/chị ghi địa chỉ này là của phụ huynh.")),
    ),
    "erasure_asked": Kind(
        find=data.erasure_asked, why=N_("Bạn nhận thư này vì có yêu cầu xoá tài khoản của bạn trên Nảy.")
    ),
    "erasure_done": Kind(
        find=data.erasure_done, why=N_("Bạn nhận thư này vì tài khoản dùng địa chỉ này vừa được xoá.")
    ),
    "data_ready": Kind(find=data.data_ready, why=N_("Bạn nhận thư này vì có yêu cầu một bản sao dữ liệu trên Nảy.")),
    "guardian_renewal": Kind(
        find=data.renewal, why=N_("Anh/chị nhận thư này vì từng đồng ý cho con dùng Nảy, và lời hỏi đã đổi.")
    ),
    "guardian_receipt": Kind(find=data.guardian, why=N_("Anh/chị nhận thư này vì vừa trả lời về tài khoản của con.")),
    "idea_received": Kind(find=decisions.idea_received, why=N_("Bạn nhận thư này vì vừa gửi ý tưởng trên Nảy.")),
    "co_author_invited": Kind(
        find=decisions.co_author_invited,
        category="my-ideas",
        why=N_("Bạn nhận thư này vì có người mời bạn cùng đứng tên ý tưởng."),
    ),
    **dict.fromkeys(
        decisions.AFTER,
        Kind(
            find=decisions.decision,
            category="my-ideas",
            why=N_("Bạn nhận thư này vì đã gửi ý tưởng trên Nảy."),
        ),
    ),
    "idea_step": Kind(
        find=news.step,
        category="my-ideas",
        why=N_("Bạn nhận thư này vì đã gửi ý tưởng trên Nảy."),
    ),
    "idea_goal": Kind(
        find=news.goal,
        category="my-ideas",
        why=N_("Bạn nhận thư này vì đã gửi ý tưởng trên Nảy."),
    ),
    "new_comments": Kind(
        find=news.news,
        category="comments",
        delivery="at_most_once",
        priority=BULK,
        why=N_("Bạn nhận thư này vì muốn biết ngay khi có người góp ý hoặc trả lời bạn."),
    ),
    "own_news": Kind(
        find=news.news,
        category="my-ideas",
        delivery="at_most_once",
        priority=BULK,
        why=N_("Bạn nhận thư này vì muốn biết ngay khi ý tưởng bạn đứng tên có tin mới."),
    ),
    "followed_news": Kind(
        find=news.news,
        category="follows",
        delivery="at_most_once",
        priority=BULK,
        why=N_("Bạn nhận thư này vì muốn biết ngay khi ý bạn theo dõi có tin mới."),
    ),
    "unit_goals": Kind(
        find=news.news,
        category="goals",
        delivery="at_most_once",
        priority=BULK,
        why=N_("Bạn nhận thư này vì bạn phụ trách nơi có những ý này trên Nảy."),
    ),
    DIGEST: Kind(
        find=news.news,
        category=DIGEST,
        delivery="at_most_once",
        priority=BULK,
        why=N_("Bạn nhận thư này vì có tin bạn chưa đọc, và bạn chọn mỗi ngày một thư."),
    ),
    "draft_reminder": Kind(
        find=reminders.draft,
        category="reminders",
        delivery="at_most_once",
        priority=BULK,
        why=N_("Bạn nhận thư này vì có bản nháp trên Nảy."),
    ),
    "campaign_opens": Kind(
        find=reminders.campaign_opens,
        category="campaigns",
        delivery="at_most_once",
        priority=BULK,
        why=N_("Bạn nhận thư này vì đã chọn nhận tin khi có chiến dịch mới."),
    ),
    "campaign_ends": Kind(
        find=reminders.campaign_ends,
        category="reminders",
        delivery="at_most_once",
        priority=BULK,
        why=N_("Bạn nhận thư này vì đang viết dở một bài cho chiến dịch."),
    ),
    "desk_digest": Kind(
        find=desks.morning,
        category="desk",
        delivery="at_most_once",
        priority=BULK,
        why=N_("Bạn nhận thư này vì bạn duyệt bài trên Nảy."),
    ),
    "announcement": Kind(
        find=announcements.announcement,
        category=announcements.CATEGORY,
        delivery="at_most_once",
        priority=BULK,
        why=N_("Bạn nhận thư này vì bạn thuộc nhóm mà ban tổ chức gửi tin."),
    ),
    "post_alert": Kind(
        find=arrivals.post_alert,
        priority=URGENT,
        duty=True,
        why=N_("Bạn nhận thư này vì bạn quản trị Nảy và thư của trang đang có chuyện."),
    ),
    "decision_reopened": Kind(
        find=decisions.decision_reopened, category="my-ideas", why=N_("Bạn nhận thư này vì đã gửi ý tưởng trên Nảy.")
    ),
    "appeal_answered": Kind(
        find=decisions.appeal_answered, why=N_("Bạn nhận thư này vì đã đề nghị xem lại một quyết định trên Nảy.")
    ),
    "edit_answered": Kind(
        find=decisions.edit_answered, why=N_("Bạn nhận thư này vì đã sửa một ý tưởng đang đăng trên Nảy.")
    ),
    "cases_late": Kind(find=desks.late, duty=True, why=N_("Bạn nhận thư này vì bạn duyệt bài trên Nảy.")),
    "content_hidden": Kind(find=decisions.content_hidden, why=N_("Bạn nhận thư này vì bài bạn viết trên Nảy bị ẩn.")),
    "urgent_report": Kind(
        find=decisions.urgent_report,
        priority=URGENT,
        duty=True,
        why=N_("Bạn nhận thư này vì bạn duyệt bài cho đơn vị có báo cáo khẩn."),
    ),
}
