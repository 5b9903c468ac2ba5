"""What a member may do, and what they have to prove first. Routes name an action, services ask about it."""

from __future__ import annotations

from portal.accounts.models import Member, SignInAttempt
from portal.errors import N_, Refusal

ACTIONS: dict[str, tuple[str, ...]] = {
    "write": ("member", "moderator", "juror", "organiser", "admin"),
    "moderate": ("moderator", "organiser", "admin"),
    "administer": ("admin",),
}


def can(actor: Member, action: str) -> bool:
    """True if `actor` may do `action` somewhere. An unknown action is a mistake in the code and raises KeyError."""
    return actor.status == "active" and actor.role in ACTIONS[action]


def missing_factor(member: Member, attempt: SignInAttempt, *, strict: bool) -> str | None:
    """'password' or 'code' if a sign-in still lacks it.

    Either is enough for members; `strict` (the production profile) asks staff for both.
    """
    needed = [
        factor for factor, proven in (("code", attempt.code_ok_at), ("password", attempt.password_ok_at)) if not proven
    ]
    enough = len(needed) < 2 and not (strict and member.is_staff)
    return None if enough or not needed else needed[0]


def require_active(member: Member) -> None:
    """Raise Refusal if the account is suspended. Asked only after the address or the password is proven."""
    if member.status != "active":
        raise Refusal(N_("Tài khoản này đang tạm dừng. Viết cho chúng mình nếu bạn thấy chưa đúng."), status=403)
