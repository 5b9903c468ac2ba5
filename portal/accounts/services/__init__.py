"""Everything that changes accounts: signing in, members, sessions, and what is held for a visitor."""

from portal.accounts.queries import member_by_email
from portal.accounts.services.holding import hold, release
from portal.accounts.services.members import (
    TooYoung,
    add_member,
    change_password,
    choose_first_password,
    free_name,
    hash_new_password,
    name_taken,
    register,
    set_password,
    update_profile,
)
from portal.accounts.services.sessions import end_session, end_sessions, issue_token, start_session, touch_session
from portal.accounts.services.signing_in import (
    RESEND_AFTER,
    count_password_try,
    enter_code,
    finish,
    request_code,
)
from portal.accounts.services.sweeping import sweep

__all__ = [
    "RESEND_AFTER",
    "TooYoung",
    "add_member",
    "change_password",
    "choose_first_password",
    "count_password_try",
    "end_session",
    "end_sessions",
    "enter_code",
    "finish",
    "free_name",
    "hash_new_password",
    "hold",
    "issue_token",
    "member_by_email",
    "name_taken",
    "register",
    "release",
    "request_code",
    "set_password",
    "start_session",
    "sweep",
    "touch_session",
    "update_profile",
]
