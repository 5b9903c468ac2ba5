"""What an appeal that is granted does to the decision it is about, and how that is undone."""

from __future__ import annotations

from datetime import datetime

from portal.accounts.models import Member
from portal.discussion import reporting as reports
from portal.discussion import services as discussion
from portal.errors import Missing
from portal.ideas import services as ideas
from portal.moderation.models import Case, Decision
from portal.moderation.queries.appeals import appeal_of
from portal.moderation.services.seconding import lift, quieten, remove, writer_of
from portal.moderation.services.trusting import end_trust, undo_trust


def grant(appeal: Case, by: Member, now: datetime) -> None:
    """All that the first decision did is taken back: the text is read again, its writer is heard and trusted again.

    Raises Conflict if the text has moved on, and Refusal if its writer allows it no more.
    """
    first, its = _first(appeal)
    lift(its, first, by, now)
    undo_trust(its, first, by)
    reports.judge_again(its.thing, first.decided_at, upheld=False)  # if reports were what it was about
    if its.comment_id is not None:
        discussion.publish(its.comment_id)
    elif its.kind == "report":
        ideas.restore(its.idea_id, by, now)
    else:
        ideas.put_back(its.idea_id, "rejected", "waiting", by, now)
        ideas.publish(its.idea_id, appeal.idea_version, by, now)


def revoke(appeal: Case, answer: Decision, by: Member, now: datetime) -> None:
    """The first decision stands again, with all it carried. Raises Conflict if the text has moved on."""
    first, its = _first(appeal)
    reports.judge_again(its.thing, first.decided_at, upheld=True)
    if its.comment_id is not None:
        discussion.hide(its.comment_id)
    elif its.kind == "report":
        ideas.hide(its.idea_id, by, now)
    else:
        ideas.put_back(its.idea_id, "published", "rejected", by, now)
    if answer.status_before == "removed":
        remove(its, first, by, now)
    writer, until = writer_of(its), first.silenced_until
    if until and until > now:
        quieten(writer, until)
    if first.distrusted:
        end_trust(writer.id, by)


def _first(appeal: Case) -> tuple[Decision, Case]:
    asked = appeal_of(appeal.id)
    if asked is None:
        raise Missing
    return asked[1], asked[2]
