"""What a comment must be."""

from portal.errors import N_, Refusal
from portal.rules import Invalid, TextRule

BODY = TextRule(
    min=2,
    max=2000,
    lines=True,
    missing=N_("Viết bình luận của bạn"),
    short=N_("Viết thêm một chút (cần ít nhất %(min)s ký tự)"),
)


def check_body(body: str) -> str:
    """A comment as it is kept. Raises Invalid."""
    body = BODY.clean(body)
    if fault := BODY.fault(body):
        raise Invalid({"body": fault})
    return body


REPORT_LABELS = {
    "spam": N_("Quảng cáo, thư rác"),
    "offensive": N_("Xúc phạm, bắt nạt, thù ghét"),
    "privacy": N_("Lộ thông tin riêng của ai đó"),
    "danger": N_("Có người đang gặp nguy hiểm"),
    "copy": N_("Chép ý của người khác"),
    "other": N_("Lý do khác"),
}
REPORT_NOTE = TextRule(max=500, lines=True)
NO_REPORT_REASON = N_("Chọn một lý do")
NO_REPORT_NOTE = N_("Viết vài chữ để chúng mình hiểu")


def check_report(reason: str, note: str) -> tuple[str, str]:
    """The reason and the note as they are kept. Raises Invalid with every fault; 'other' needs a word why."""
    note = REPORT_NOTE.clean(note)
    errors = {}
    if reason not in REPORT_LABELS:
        errors["reason"] = Refusal(NO_REPORT_REASON)
    if fault := REPORT_NOTE.fault(note):
        errors["note"] = fault
    elif reason == "other" and not note:
        errors["note"] = Refusal(NO_REPORT_NOTE)
    if errors:
        raise Invalid(errors)
    return reason, note
