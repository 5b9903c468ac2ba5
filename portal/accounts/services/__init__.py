"""Everything that changes accounts: signing in, members, sessions, and what is held for a visitor."""

from portal.accounts.queries import member_by_email
from portal.accounts.services.copying import ask_copy, make_copy, sweep_copies
from portal.accounts.services.erasing import ask_erasure, cancel_erasure, erase, erase_due
from portal.accounts.services.granting import give_role, grant, keep_an_administrator, revoke
from portal.accounts.services.guardians import (
    agree,
    ask_guardian,
    confirm,
    register_child,
    remind,
    resend,
    stop,
    wait_for_guardian,
)
from portal.accounts.services.holding import hold, release
from portal.accounts.services.members import (
    TooYoung,
    add_member,
    change_password,
    choose_password,
    correct_birth,
    free_name,
    hash_new_password,
    name_taken,
    register,
    set_language,
    set_password,
    update_profile,
)
from portal.accounts.services.sessions import end_session, end_sessions, issue_token, start_session, touch_session
from portal.accounts.services.signing_in import (
    RESEND_AFTER,
    count_guess,
    enter_code,
    enter_second_factor,
    finish,
    forgive_guess,
    open_attempt,
    request_code,
)
from portal.accounts.services.suspending import lift_due, restore, suspend
from portal.accounts.services.sweeping import sweep
from portal.accounts.services.viewing import begin_viewing, end_viewing, end_views_due, see_email

__all__ = [
    "RESEND_AFTER",
    "TooYoung",
    "add_member",
    "agree",
    "ask_copy",
    "ask_erasure",
    "ask_guardian",
    "begin_viewing",
    "cancel_erasure",
    "change_password",
    "choose_password",
    "confirm",
    "correct_birth",
    "count_guess",
    "end_session",
    "end_sessions",
    "end_viewing",
    "end_views_due",
    "enter_code",
    "enter_second_factor",
    "erase",
    "erase_due",
    "finish",
    "forgive_guess",
    "free_name",
    "give_role",
    "grant",
    "hash_new_password",
    "hold",
    "issue_token",
    "keep_an_administrator",
    "lift_due",
    "make_copy",
    "member_by_email",
    "name_taken",
    "open_attempt",
    "register",
    "register_child",
    "release",
    "remind",
    "request_code",
    "resend",
    "restore",
    "revoke",
    "see_email",
    "set_language",
    "set_password",
    "start_session",
    "stop",
    "suspend",
    "sweep",
    "sweep_copies",
    "touch_session",
    "update_profile",
    "wait_for_guardian",
]
