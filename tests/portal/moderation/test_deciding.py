"""One decision for one version, and the way back."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.audit.models import AuditEntry
from portal.database import db, now, transaction
from portal.discussion import services as discussion
from portal.discussion.models import Comment
from portal.errors import Conflict, Missing, Refusal
from portal.ideas import services as ideas
from portal.moderation import services
from portal.moderation.models import Case, Decision
from portal.notifications.models import Letter
from portal.notifications.services.decisions import KIND_OF_OUTCOME
from portal.outbox import services as outbox
from portal.outbox.models import Fact
from portal.rules import Invalid
from tests.factories import content, member, published_idea
from tests.portal.moderation.desk import (
    ADVICE,
    WINDOW,
    again,
    approve,
    ask_to_change,
    at_once,
    case_of,
    decide,
    refuse,
    relay,
    status_of,
    undo,
    waiting_case,
)
from worker.reactions import REACTIONS


def facts(name):
    return db.session.scalar(select(func.count()).select_from(Fact).where(Fact.name == name))


def waiting_comment():
    child, about = member(birth=(2012, 5)), published_idea()
    with transaction():
        said = discussion.post(child, about.id, "Ý này hay quá ạ.", now())
    relay()
    return db.session.scalar(select(Case).where(Case.comment_id == said.id)), said


@pytest.mark.parametrize(
    ("act", "status"), [(approve, "published"), (ask_to_change, "needs_changes"), (refuse, "rejected")]
)
def test_a_decision_moves_the_idea_and_is_a_fact(app, act, status):
    case = waiting_case()
    act(case, member("moderator"))
    assert (status_of(case), again(case.id).state, facts("CaseDecided")) == (status, "decided", 1)


def test_of_twenty_moderators_one_decides_and_nineteen_learn_who_was_first(fresh_app):
    with fresh_app.app_context():
        case = waiting_case()
        people = [member("moderator") for _ in range(20)]
    acts = {who.id: (approve, refuse, ask_to_change)[n % 3] for n, who in enumerate(people)}
    got = at_once(fresh_app, lambda who: acts[who.id](case, who).moderator_id, people)
    winners = [each for each in got if isinstance(each, int)]
    late = [each for each in got if isinstance(each, Conflict)]
    assert (len(winners), len(late)) == (1, 19)
    first = next(who.display_name for who in people if who.id == winners[0])
    assert all(str(each).startswith(f"{first} vừa xử lý mục này lúc ") for each in late)
    with fresh_app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Decision)) == 1
        assert facts("CaseDecided") == 1
        recorded = select(func.count()).where(AuditEntry.object_kind == "case")
        assert db.session.scalar(recorded) == 1
        outbox.relay(REACTIONS)
        mailed = select(func.count()).select_from(Letter).where(Letter.kind.in_(KIND_OF_OUTCOME.values()))
        assert db.session.scalar(mailed) == 1


def test_who_holds_a_case_keeps_others_from_deciding(app):
    case, holder = waiting_case(), member("moderator", name="Lan Hương")
    with transaction():
        services.claim(case.id, holder, 600, now())
    with pytest.raises(Conflict, match="Lan Hương đang xem mục này"):
        approve(case, member("moderator"))


def test_a_lapsed_lease_keeps_nobody_from_deciding(app):
    case, holder = waiting_case(), member("moderator")
    with transaction():
        services.claim(case.id, holder, 600, now() - timedelta(seconds=601))
    approve(case, member("moderator"))
    assert status_of(case) == "published"


def test_nobody_decides_about_their_own_idea(app):
    moderator = member("moderator")
    case = waiting_case(moderator)
    with pytest.raises(Refusal, match="không tự kiểm duyệt"):
        approve(case, moderator)
    assert status_of(case) == "waiting"


def test_a_text_changed_since_it_was_read_is_not_decided_about(app):
    author, moderator = member(), member("moderator")
    case = waiting_case(author)
    with transaction():
        ideas.revise(author, case.idea_id, 1, content(), now())
    with pytest.raises(Conflict):  # the case does not know of the change yet
        approve(case, moderator)
    relay()
    with pytest.raises(Conflict, match="Tác giả đã sửa bài lúc"), transaction():
        services.decide(case.id, moderator, 1, "approve", "", "", now())
    assert status_of(case) == "waiting"


def test_a_withdrawn_idea_is_not_decided_about(app):
    author = member()
    case = waiting_case(author)
    with transaction():
        ideas.withdraw(author, case.idea_id, "", now())
    relay()
    with pytest.raises(Conflict, match="Tác giả đã rút"):
        approve(case, member("moderator"))


@pytest.mark.parametrize("outcome", ["return", "reject"])
@pytest.mark.parametrize(
    ("reason", "advice", "fields"),
    [
        ("", "", {"reason", "advice"}),
        ("unclear", "ngắn", {"advice"}),
        ("unclear", "Chưa đăng, vì: […].", {"advice"}),
        ("nonsense", ADVICE, {"reason"}),
    ],
)
def test_a_refusal_needs_a_reason_and_a_finished_letter(app, outcome, reason, advice, fields):
    case = waiting_case()
    with pytest.raises(Invalid) as invalid:
        decide(case, member("moderator"), outcome, reason, advice)
    assert set(invalid.value.errors) == fields
    assert again(case.id).state == "open"


def test_an_unknown_outcome_is_refused(app):
    with pytest.raises(Invalid):
        decide(waiting_case(), member("moderator"), "merge")


def test_a_case_that_does_not_exist_is_missing(app):
    moderator = member("moderator")
    with transaction(), pytest.raises(Missing):
        services.decide(4711, moderator, 1, "approve", "", "", now())


@pytest.mark.parametrize("act", [approve, ask_to_change, refuse])
def test_undo_inside_the_window_puts_case_and_idea_back(app, act):
    case, moderator = waiting_case(), member("moderator")
    decision = act(case, moderator)
    undo(decision, moderator, later=WINDOW - 2)
    back = again(case.id)
    assert (back.state, back.version, status_of(case)) == ("open", 3, "waiting")
    assert db.session.get(Decision, decision.id).undone_at is not None
    assert facts("DecisionUndone") == 1


def test_after_an_undo_the_case_can_be_decided_again(app):
    case, moderator = waiting_case(), member("moderator")
    undo(approve(case, moderator), moderator)
    refuse(again(case.id), moderator)
    assert status_of(case) == "rejected"


def test_after_the_window_a_decision_stands(app):
    case, moderator = waiting_case(), member("moderator")
    decision = approve(case, moderator)
    with pytest.raises(Conflict, match="quá thời gian"):
        undo(decision, moderator, later=WINDOW + 1)
    assert status_of(case) == "published"


def test_a_decision_is_undone_once(app):
    case, moderator = waiting_case(), member("moderator")
    decision = approve(case, moderator)
    undo(decision, moderator)
    with pytest.raises(Conflict, match="đã được hoàn tác"):
        undo(decision, moderator)


def test_nobody_undoes_what_another_decided(app):
    decision = approve(waiting_case(), member("moderator"))
    with pytest.raises(Missing):
        undo(decision, member("moderator"))


def test_an_author_who_was_faster_than_the_undo_keeps_the_new_case(app):
    author, moderator = member(), member("moderator")
    case = waiting_case(author)
    decision = ask_to_change(case, moderator)
    with transaction():
        ideas.revise(author, case.idea_id, 1, content(), now())
    relay()
    with pytest.raises(Conflict):
        undo(decision, moderator)
    assert case_of(case.idea_id).id != case.id
    assert db.session.get(Decision, decision.id, populate_existing=True).undone_at is None


@pytest.mark.parametrize(("act", "status"), [(approve, "published"), (refuse, "hidden")])
def test_a_comment_is_shown_or_stays_hidden(app, act, status):
    case, said = waiting_comment()
    act(case, member("moderator"))
    assert db.session.scalar(select(Comment.status).where(Comment.id == said.id)) == status


def test_an_undone_comment_waits_again_for_its_writer_to_see(app):
    case, said = waiting_comment()
    moderator = member("moderator")
    for act in (approve, refuse):
        undo(act(again(case.id), moderator), moderator)
        assert db.session.scalar(select(Comment.status).where(Comment.id == said.id)) == "waiting"
    assert again(case.id).state == "open"


def test_a_comment_is_not_sent_back(app):
    case, _said = waiting_comment()
    with pytest.raises(Refusal, match="không gửi lại"):
        ask_to_change(case, member("moderator"))
    assert again(case.id).state == "open"


# --- two people for a child's idea ------------------------------------------------------------------


def test_refusing_a_childs_idea_takes_two(app):
    case, first, second = waiting_case(member(birth=(2012, 5))), member("moderator"), member("moderator")
    assert refuse(case, first) is None
    open_still = again(case.id)
    assert (open_still.state, status_of(case), facts("CaseDecided")) == ("open", "waiting", 0)
    with pytest.raises(Refusal, match="Người khác sẽ xem"):
        refuse(open_still, first)
    refuse(open_still, second)
    assert (again(case.id).state, status_of(case)) == ("decided", "rejected")


def test_the_second_person_may_see_it_otherwise(app):
    case, first = waiting_case(member(birth=(2012, 5))), member("moderator")
    refuse(case, first)
    approve(again(case.id), member("moderator"))
    assert status_of(case) == "published"


def test_publishing_a_childs_idea_or_asking_for_changes_takes_one(app):
    for act, status in ((approve, "published"), (ask_to_change, "needs_changes")):
        case = waiting_case(member(birth=(2012, 5)))
        act(case, member("moderator"))
        assert status_of(case) == status
