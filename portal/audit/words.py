"""Acts in words. A room that records a new act adds its line here; without one the log shows the act's own name."""

from __future__ import annotations

from flask_babel import gettext

from portal.errors import N_

ACTIONS = {
    "role_granted": N_("Trao vai trò"),
    "role_revoked": N_("Gỡ vai trò"),
    "member_suspended": N_("Tạm khoá tài khoản"),
    "member_restored": N_("Mở lại tài khoản"),
    "email_seen": N_("Xem e-mail"),
    "view_as_began": N_("Bắt đầu xem như"),
    "view_as_ended": N_("Thôi xem như"),
    "access_restored": N_("Khôi phục đường đăng nhập"),
    "limits_raised": N_("Nới giới hạn cho một mạng"),
    "limits_lowered": N_("Thôi nới giới hạn"),
    "unit_added": N_("Thêm đơn vị"),
    "unit_renamed": N_("Đổi tên đơn vị"),
    "unit_closed": N_("Đóng đơn vị"),
    "unit_opened": N_("Mở lại đơn vị"),
    "field_changed": N_("Sửa lĩnh vực"),
    "field_closed": N_("Đóng lĩnh vực"),
    "field_opened": N_("Mở lại lĩnh vực"),
    "field_moved": N_("Đổi chỗ lĩnh vực"),
    "campaign_support_set": N_("Đặt mức và hạn ủng hộ"),
    "letter.again": N_("Gửi lại thư"),
    "letter.discard": N_("Bỏ thư"),
    "letters.pause": N_("Dừng gửi thư"),
    "facts.again": N_("Chạy lại việc chưa thành thư"),
    "letters.resume": N_("Gửi thư tiếp"),
    "case.approve": N_("Duyệt đăng"),
    "case.return": N_("Nhờ sửa"),
    "case.reject": N_("Không đăng"),
    "case.merge": N_("Gộp"),
    "case.undo": N_("Hoàn tác quyết định"),
    "member.erase": N_("Xoá tài khoản theo yêu cầu"),
    "case.pass": N_("Chuyển mục duyệt"),
    "case.propose": N_("Đề nghị, chờ người thứ hai"),
    "case.escalate": N_("Chuyển lên cấp trên vì quá hạn"),
    "reply.change": N_("Sửa mẫu thư"),
    "case.open": N_("Mở mục duyệt"),
    "rule.set": N_("Đặt quy tắc phân loại"),
    "case.file": N_("Bỏ tệp khỏi ý tưởng"),
    "case.mask": N_("Che thông tin riêng"),
    "author.trust": N_("Tin tác giả"),
    "author.distrust": N_("Thôi tin tác giả"),
    "idea.answer": N_("Phản hồi ý tưởng"),
    "author.unsilence": N_("Cho gửi bài lại trước hạn"),
    "campaign.open": N_("Mở chiến dịch"),
    "campaign.change": N_("Sửa chiến dịch"),
    "campaign.ask": N_("Thêm câu hỏi của chiến dịch"),
    "campaign.reword": N_("Sửa câu hỏi của chiến dịch"),
    "campaign.unask": N_("Bỏ câu hỏi của chiến dịch"),
    "campaign.reorder": N_("Đổi chỗ câu hỏi của chiến dịch"),
    "announcement.send": N_("Gửi thông báo"),
    "announcement.approve": N_("Đồng ý gửi thông báo"),
    "announcement.stop": N_("Dừng gửi thông báo"),
    "ideas.import": N_("Nhập ý tưởng từ tệp"),
    "ideas.unimport": N_("Rút lại ý tưởng đã nhập"),
    "counters_repaired": N_("Đếm lại số liệu"),
    "database_restored": N_("Phục hồi cơ sở dữ liệu"),
}
KINDS = {
    "member": N_("Người"),
    "network": N_("Mạng"),
    "unit": N_("Đơn vị"),
    "field": N_("Lĩnh vực"),
    "campaign": N_("Chiến dịch"),
    "letter": N_("Thư"),
    "case": N_("Mục duyệt"),
    "reply": N_("Mẫu thư"),
    "rule": N_("Quy tắc phân loại"),
    "idea": N_("Ý tưởng"),
    "announcement": N_("Thông báo chung"),
    "file": N_("Tệp"),
    "database": N_("Cơ sở dữ liệu"),
}


def action_name(action: str) -> str:
    return gettext(ACTIONS[action]) if action in ACTIONS else action


def kind_name(kind: str) -> str:
    return gettext(KINDS[kind]) if kind in KINDS else kind
