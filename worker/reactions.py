"""Which fact causes what, on one screen.

REACTIONS run inside the relay's transaction: they write rows and touch no network. A letter is written after the notice
that tells the same, so that no digest tells it again. TASKS are nudged once that transaction is committed, so that the
work begins now and not at the next tick; a lost nudge costs a second.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any

from portal.accounts.events import (
    AddressChangeRequested,
    CodeRequested,
    ConsentChanged,
    ConsentOutgrown,
    CopyReady,
    CopyRequested,
    ErasureAsked,
    ErasureDone,
    GuardianAnswered,
    GuardianAsked,
    MemberErased,
    MemberRegistered,
    MemberSuspended,
    PhoneCodeRequested,
    RoleGranted,
    RoleRevoked,
    SecurityChanged,
    SuspensionLifted,
)
from portal.attachments import services as attachments
from portal.discussion.events import CommentEdited, CommentPosted, CommentWithdrawn, ContentReported
from portal.discussion.services import leaving as talk_leaving
from portal.exports import services as exports
from portal.ideas.events import (
    CoAuthorAdmitted,
    CoAuthorAsked,
    CoAuthorInvited,
    CoAuthorJoined,
    EditProposed,
    EditTakenBack,
    IdeaAdvanced,
    IdeaSubmitted,
    IdeaWithdrawn,
)
from portal.ideas.services import coauthors
from portal.ideas.services import leaving as idea_leaving
from portal.importing import uploading
from portal.moderation import services as moderation
from portal.moderation.events import (
    AppealMade,
    CaseDecided,
    CaseEscalated,
    CaseOverdue,
    CasePassed,
    DangerReported,
    DecisionUndone,
    FileTakenOff,
    NoteLeft,
    PersonalDataMasked,
    ReportedIsGone,
    SilenceLifted,
)
from portal.moderation.services import leaving as desk_leaving
from portal.notices import services as notices
from portal.notices.events import FollowersPartlyTold, VotersPartlyTold
from portal.notifications import services as letters
from portal.notifications import telling
from portal.outbox.events import Event
from portal.outbox.services import Reaction
from portal.searches import services as searches
from portal.searches.events import SearchMatched
from portal.settings import Settings, current_settings
from portal.voting import services as voting
from portal.voting.events import SupportReached
from worker.app import app

log = logging.getLogger(__name__)


def letter(write: Callable[[Any, Settings], None]) -> Reaction:
    """A letter needs the settings for its sender and for when it is due."""
    return lambda event: write(event, current_settings())


def case(react: Callable[[Any, moderation.Deadlines], None]) -> Reaction:
    """A case needs to know when the answer is promised for, and when it goes up."""
    return lambda event: react(event, moderation.Deadlines.of(current_settings()))


def told(react: Callable[[Any, int], None]) -> Reaction:
    """Nobody is told of what can still be undone."""
    return lambda event: react(event, current_settings().undo_window)


REACTIONS: dict[type[Event], tuple[Reaction, ...]] = {
    CodeRequested: (letter(letters.write_sign_in_code),),
    AddressChangeRequested: (letter(letters.write_email_change_code),),
    SecurityChanged: (letter(letters.write_security_event),),
    MemberRegistered: (letter(letters.write_welcome), coauthors.claim_invitations),
    GuardianAsked: (letter(telling.ask_guardian),),
    GuardianAnswered: (letter(telling.send_receipt),),
    ConsentOutgrown: (letter(telling.ask_anew),),
    ErasureAsked: (letter(telling.confirm_wish),),
    ErasureDone: (letter(telling.confirm_erasure),),
    CopyReady: (letter(telling.announce_copy),),
    ConsentChanged: (  # what was taken back goes first
        idea_leaving.follow_consent,
        talk_leaving.follow_consent,
        voting.follow_consent,
        desk_leaving.close_cases,
        case(desk_leaving.look_after_withdrawal),
        coauthors.claim_invitations,
    ),
    MemberErased: (
        idea_leaving.forget_author,
        attachments.forget_author,
        voting.forget_voter,
        talk_leaving.forget_writer,
        desk_leaving.forget_author,
        telling.forget_recipient,
        notices.forget_member,
        searches.forget_member,
        exports.forget_member,
        uploading.forget_member,
    ),
    RoleGranted: (letter(letters.write_role_granted),),
    RoleRevoked: (letter(letters.write_role_revoked),),
    MemberSuspended: (letter(letters.write_suspended),),
    SuspensionLifted: (letter(letters.write_restored),),
    IdeaSubmitted: (case(moderation.open_case), letter(letters.write_idea_received)),
    IdeaWithdrawn: (moderation.close_case,),
    EditProposed: (case(moderation.open_edit_case),),
    EditTakenBack: (moderation.close_edit_case,),
    CoAuthorInvited: (notices.tell_of_invitation, letter(letters.write_co_author_invited)),
    CoAuthorAsked: (notices.tell_of_request,),
    CoAuthorAdmitted: (voting.end_own_support, notices.tell_of_yes),
    CoAuthorJoined: (voting.end_own_support, notices.tell_of_co_author),
    IdeaAdvanced: (notices.tell_of_step, letter(letters.write_step)),
    SupportReached: (notices.tell_of_goal, letter(letters.write_goal)),
    SearchMatched: (notices.tell_of_matches,),
    CommentPosted: (case(moderation.screen_comment), notices.tell_of_comment),
    FollowersPartlyTold: (notices.tell_followers,),
    VotersPartlyTold: (told(notices.tell_voters),),
    CommentEdited: (case(moderation.screen_again), notices.tell_of_calls),
    CommentWithdrawn: (desk_leaving.forget_comment,),
    ContentReported: (case(moderation.open_report_case),),
    DangerReported: (letter(letters.write_urgent_report),),
    CaseDecided: (
        told(notices.tell_of_decision),
        told(notices.tell_of_move),
        told(notices.tell_of_hiding),
        told(notices.tell_reporters),
        letter(letters.write_decision),
        letter(letters.write_hidden),
    ),
    DecisionUndone: (letter(letters.cancel_decision), notices.take_back_decision, notices.untell_reporters),
    PersonalDataMasked: (notices.tell_of_mask,),
    ReportedIsGone: (notices.tell_of_erasure,),
    FileTakenOff: (notices.tell_of_file,),
    SilenceLifted: (notices.tell_of_voice,),
    NoteLeft: (notices.tell_of_note,),
    CaseOverdue: (letter(letters.write_cases_late),),
    CaseEscalated: (letter(letters.write_passed), notices.tell_of_passing),
    CasePassed: (letter(letters.write_passed), notices.tell_of_passing),
}

SILENT: frozenset[type[Event]] = frozenset({AppealMade, CopyRequested, PhoneCodeRequested})
"""Facts kept for the record, to which nothing reacts."""

TASKS: dict[type[Event], tuple[str, ...]] = {
    CodeRequested: ("worker.tasks.mail.send_urgent",),
    AddressChangeRequested: ("worker.tasks.mail.send_urgent",),
    SecurityChanged: ("worker.tasks.mail.drain_mail",),
    MemberRegistered: ("worker.tasks.mail.drain_mail",),
    GuardianAsked: ("worker.tasks.mail.drain_mail",),
    GuardianAnswered: ("worker.tasks.mail.drain_mail",),
    ConsentOutgrown: ("worker.tasks.mail.drain_mail",),
    **dict.fromkeys((RoleGranted, RoleRevoked, MemberSuspended, SuspensionLifted), ("worker.tasks.mail.drain_mail",)),
    PhoneCodeRequested: ("worker.tasks.accounts.send_text_messages",),
    CopyRequested: ("worker.tasks.accounts.wishes_due",),
    CopyReady: ("worker.tasks.mail.drain_mail",),
    ErasureAsked: ("worker.tasks.mail.drain_mail",),
    IdeaSubmitted: ("worker.tasks.moderation.triage_waiting", "worker.tasks.mail.drain_mail"),
    CoAuthorInvited: ("worker.tasks.mail.drain_mail",),
    IdeaAdvanced: ("worker.tasks.mail.drain_mail",),
    SupportReached: ("worker.tasks.mail.drain_mail",),
    CommentPosted: ("worker.tasks.moderation.triage_waiting",),
    **dict.fromkeys((DangerReported, CasePassed, CaseEscalated), ("worker.tasks.mail.send_urgent",)),
    CaseDecided: ("worker.tasks.mail.drain_mail",),
}


def nudge(events: Iterable[Event]) -> None:
    """Ask for the work these facts have caused, each kind once. Without a broker the ticks and the ticker do it."""
    for task in dict.fromkeys(task for event in events for task in TASKS.get(type(event), ())):
        try:
            app.send_task(task, expires=30)
        except Exception as error:  # noqa: BLE001  # rows are the truth, a nudge is a courtesy
            log.warning("no nudge for %s: %r", task, error)
            return
