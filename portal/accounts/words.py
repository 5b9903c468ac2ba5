"""Roles and states in words."""

from __future__ import annotations

from flask_babel import gettext

from portal.errors import N_

ROLES = {
    "member": N_("Thành viên"),
    "juror": N_("Giám khảo"),
    "moderator": N_("Người duyệt"),
    "organiser": N_("Ban tổ chức"),
    "admin": N_("Quản trị"),
}
LOOKS = {"admin": "warn", "moderator": "blue", "organiser": "ok"}  # of the chip


def role_name(role: str) -> str:
    return gettext(ROLES[role])
