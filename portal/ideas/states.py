"""The states of an idea, which of them the public sees, and the steps between them. One table for everyone."""

from __future__ import annotations

from portal.errors import N_, Conflict

LABELS = {
    "draft": N_("Bản nháp"),
    "waiting_guardian": N_("Chờ phụ huynh"),
    "waiting": N_("Chờ duyệt"),
    "needs_changes": N_("Cần bạn sửa"),
    "rejected": N_("Không đăng"),
    "published": N_("Đã đăng"),
    "shortlisted": N_("Đang xem xét"),
    "adopted": N_("Được chọn thử nghiệm"),
    "in_progress": N_("Đang thử nghiệm"),
    "realised": N_("Đã áp dụng"),
    "not_adopted": N_("Chưa phù hợp lúc này"),
    "merged": N_("Đã gộp"),
    "withdrawn": N_("Tác giả rút"),
    "hidden": N_("Tạm ẩn"),
    "removed": N_("Đã gỡ"),
}
ALL = tuple(LABELS)

PUBLIC = ("published", "shortlisted", "adopted", "in_progress", "realised", "not_adopted")
"""Listed, searchable and open to votes."""

READABLE = (*PUBLIC, "withdrawn")
"""A page for everyone: a withdrawn idea stays, marked, with its reason."""

OPEN_TO_INVITED = ("waiting", "needs_changes", *PUBLIC)
"""Co-authors may be asked, and those who are asked may read it."""

JOURNEY = ("published", "shortlisted", "adopted", "in_progress", "realised")
"""The way of an idea that goes well, in order."""

ANSWERS = ("shortlisted", "adopted", "in_progress", "realised", "not_adopted")
"""Where a unit takes an idea, saying why."""

# From hidden no step leads to withdrawn, which everybody reads: staff put it back there, its author cannot.
STEPS: dict[str, tuple[str, ...]] = {
    "draft": ("waiting", "waiting_guardian"),
    "waiting_guardian": ("waiting", "withdrawn", "removed"),
    "waiting": ("published", "needs_changes", "rejected", "merged", "withdrawn", "removed", "waiting_guardian"),
    "needs_changes": ("waiting", "withdrawn", "removed", "waiting_guardian"),
    "rejected": ("waiting", "removed"),
    "published": (
        "waiting",
        "shortlisted",
        "not_adopted",
        "merged",
        "withdrawn",
        "hidden",
        "removed",
        "waiting_guardian",
    ),
    "shortlisted": ("adopted", "not_adopted", "merged", "withdrawn", "hidden", "removed", "waiting_guardian"),
    "adopted": ("in_progress", "not_adopted", "withdrawn", "hidden", "removed", "waiting_guardian"),
    "in_progress": ("realised", "not_adopted", "withdrawn", "hidden", "removed", "waiting_guardian"),
    "realised": ("hidden", "removed", "waiting_guardian"),
    "not_adopted": ("shortlisted", "withdrawn", "hidden", "removed", "waiting_guardian"),
    "merged": ("published", "removed"),
    "withdrawn": ("hidden", "removed"),
    "hidden": (*PUBLIC, "removed", "waiting_guardian"),
    "removed": (),
}


def answers(status: str) -> tuple[str, ...]:
    """The states to which an official answer may take an idea."""
    return tuple(to for to in ANSWERS if to in STEPS[status])


AWAITING = tuple(status for status in PUBLIC if answers(status))
"""Public, and its unit may still have something to say."""


def before(new: str) -> tuple[str, ...]:
    """The states from which `new` may be reached."""
    return tuple(old for old, steps in STEPS.items() if new in steps)


def moved_on() -> Conflict:
    """What to answer to somebody who acts on a state that is no longer so."""
    return Conflict(N_("Ý tưởng này đã chuyển sang trạng thái khác. Tải lại trang để xem."))
