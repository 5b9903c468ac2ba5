"""Examples of letters about one's own idea."""

from __future__ import annotations

from portal.ideas.models import IdeaAuthor, IdeaEvent
from portal.notifications.examples.cast import Cast, Story, another_idea, case, decision, kept, letter
from portal.notifications.models import Letter
from portal.units.queries import reference


def received(cast: Cast) -> Letter:
    cast.idea.status = "waiting"
    case(cast, state="open")
    return letter("idea_received", cast, idea_id=cast.idea.id, version=1)


def decided(kind: str, outcome: str, status: str) -> Story:
    def story(cast: Cast) -> Letter:
        into = another_idea(cast) if outcome == "merge" else None
        cast.idea.status = status
        made = decision(cast, outcome, into_id=into.id if into else None)
        return letter(kind, cast, decision_id=made.id)

    return story


def reopened(cast: Cast) -> Letter:
    cast.idea.status = "waiting"
    made = decision(cast, "reject", about=case(cast, state="open"), undone_at=cast.at)
    return letter("decision_reopened", cast, idea_id=cast.idea.id, decision_id=made.id)


def hidden(cast: Cast) -> Letter:
    made = decision(cast, "reject", reason="privacy", about=case(cast, kind="report"))
    return letter("content_hidden", cast, decision_id=made.id)


def answered(kind: str, about: str) -> Story:
    def story(cast: Cast) -> Letter:
        made = decision(cast, "approve", about=case(cast, kind=about))
        return letter(kind, cast, decision_id=made.id)

    return story


def step(cast: Cast) -> Letter:
    words = {"note_vi": "Bắt đầu ở ba trường từ tháng Chín.", "note_en": "Begins at three schools in September."}
    cast.idea.status = "in_progress"
    signed = {"by_id": cast.other.id, "unit_id": reference().centre.id}
    event = kept(IdeaEvent(idea_id=cast.idea.id, status="in_progress", at=cast.at, **signed, **words))
    return letter("idea_step", cast, event_id=event.id)


def invited(cast: Cast) -> Letter:
    cast.idea.author_id = cast.other.id
    asked = IdeaAuthor(idea_id=cast.idea.id, member_id=cast.reader.id, state="invited", created_at=cast.at)
    return letter("co_author_invited", cast, invitation_id=kept(asked).id)


def goal(cast: Cast) -> Letter:
    return letter("idea_goal", cast, idea_id=cast.idea.id, goal=100, officers=1)


STORIES: dict[str, Story] = {
    "idea_received": received,
    "co_author_invited": invited,
    "idea_published": decided("idea_published", "approve", "published"),
    "idea_needs_changes": decided("idea_needs_changes", "return", "needs_changes"),
    "idea_not_published": decided("idea_not_published", "reject", "rejected"),
    "idea_merged": decided("idea_merged", "merge", "merged"),
    "decision_reopened": reopened,
    "content_hidden": hidden,
    "appeal_answered": answered("appeal_answered", "appeal"),
    "edit_answered": answered("edit_answered", "edit"),
    "idea_step": step,
    "idea_goal": goal,
}
