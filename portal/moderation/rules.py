"""What a decision needs: a reason from the list and a letter to the author, except for an approval."""

from __future__ import annotations

import re

from portal.errors import N_, Refusal
from portal.moderation.models import OUTCOMES, REASONS
from portal.moderation.replies import GAP
from portal.rules import Invalid, TextRule

ADVICE = TextRule(
    min=10,
    max=2000,
    lines=True,
    missing=N_("Viết cho tác giả vài lời"),
    short=N_("Viết cho tác giả thêm một chút (cần ít nhất %(min)s ký tự)"),
)
NOTE = TextRule(min=2, max=1000, missing=N_("Viết ghi chú cho đồng nghiệp"))
APPEAL = TextRule(
    min=20,
    max=2000,
    lines=True,
    missing=N_("Viết vì sao bạn thấy nên xem lại"),
    short=N_("Viết thêm một chút (cần ít nhất %(min)s ký tự)"),
)
MOVE_NOTE = TextRule(min=5, max=500, missing=N_("Viết vài chữ: vì sao chuyển?"))
OWN_WORDS = TextRule(max=5000, lines=True)
"""An installation's own list of words."""
NO_OUTCOME = N_("Chọn duyệt đăng, nhờ sửa, không đăng hoặc gộp")
NO_REASON = N_("Chọn một lý do")
NO_PLACE = N_("Không biết điền gì vào {%(place)s}. Chỉ dùng {name} và {title}.")
GAP_LEFT = N_("Viết tiếp vào chỗ %(gap)s")


PLACES = ("name", "title")
PLACE = re.compile(r"\{([^{}]*)\}")
"""A place in the template of a letter: `{name}`."""


def template_fault(body: str) -> Refusal | None:
    """What is wrong with the template of a letter."""
    if fault := ADVICE.fault(ADVICE.clean(body)):
        return fault
    unknown = sorted(set(PLACE.findall(body)).difference(PLACES))
    return Refusal(NO_PLACE, place=unknown[0]) if unknown else None


def check(outcome: str, reason: str, advice: str, kind: str = "idea") -> tuple[str | None, str]:
    """The reason and the advice as they are kept: an approval has neither, a merge needs none. Raises Invalid."""
    if outcome not in OUTCOMES:
        raise Invalid({"outcome": Refusal(NO_OUTCOME)})
    if kind == "appeal":
        return _check_appeal(outcome, advice)
    if outcome == "approve":
        return None, ""
    if outcome == "merge" and not advice.strip():  # the letter about a merge says by itself what happened
        return "duplicate", ""
    advice = ADVICE.clean(advice)
    errors = {}
    if outcome == "merge":
        reason = "duplicate"
    if reason not in REASONS:
        errors["reason"] = Refusal(NO_REASON)
    if fault := ADVICE.fault(advice):
        errors["advice"] = fault
    elif GAP in advice:
        errors["advice"] = Refusal(GAP_LEFT, gap=GAP)
    if errors:
        raise Invalid(errors)
    return reason, advice


def _check_appeal(outcome: str, advice: str) -> tuple[None, str]:
    """Whoever asked gets an answer in words, whichever it is."""
    if outcome not in {"approve", "reject"}:
        raise Invalid({"outcome": Refusal(N_("Trả lời đề nghị xem lại: đăng, hoặc giữ quyết định"))})
    advice = ADVICE.clean(advice)
    if fault := ADVICE.fault(advice):
        raise Invalid({"advice": fault})
    if GAP in advice:
        raise Invalid({"advice": Refusal(GAP_LEFT, gap=GAP)})
    return None, advice
