"""Everything that changes letters: written with the fact that causes them; claimed, marked, taken back."""

from portal.notifications.services.claiming import claim, release, take_back
from portal.notifications.services.decisions import cancel_decision, write_decision, write_hidden
from portal.notifications.services.desk import write_cases_late, write_passed, write_post_alert, write_urgent_report
from portal.notifications.services.ideas import write_co_author_invited, write_goal, write_idea_received, write_step
from portal.notifications.services.judging import MAX_ATTEMPTS, verdict
from portal.notifications.services.marking import cancel, leave_untold, mark_failed, mark_sending, mark_sent, put_off
from portal.notifications.services.members import (
    write_email_change_code,
    write_restored,
    write_role_granted,
    write_role_revoked,
    write_security_event,
    write_sign_in_code,
    write_suspended,
    write_welcome,
)
from portal.notifications.services.writing import new_message_id, write_each, write_many

__all__ = [
    "MAX_ATTEMPTS",
    "cancel",
    "cancel_decision",
    "claim",
    "leave_untold",
    "mark_failed",
    "mark_sending",
    "mark_sent",
    "new_message_id",
    "put_off",
    "release",
    "take_back",
    "verdict",
    "write_cases_late",
    "write_co_author_invited",
    "write_decision",
    "write_each",
    "write_email_change_code",
    "write_goal",
    "write_hidden",
    "write_idea_received",
    "write_many",
    "write_passed",
    "write_post_alert",
    "write_restored",
    "write_role_granted",
    "write_role_revoked",
    "write_security_event",
    "write_sign_in_code",
    "write_step",
    "write_suspended",
    "write_urgent_report",
    "write_welcome",
]
