"""What a comment must be."""

from portal.errors import N_
from portal.rules import TextRule

BODY = TextRule(
    min=2,
    max=2000,
    lines=True,
    missing=N_("Viết bình luận của bạn"),
    short=N_("Viết thêm một chút (cần ít nhất %(min)s ký tự)"),
)
