"""From reports to one case: what they weigh, when they hide a thing, who is told at once, and what a decision does."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.database import db, now, transaction
from portal.discussion import services as discussion
from portal.discussion.models import Comment, Report
from portal.ideas import services as ideas
from portal.ideas.models import Idea, IdeaRank
from portal.moderation import duty, services
from portal.moderation.models import Case
from portal.moderation.services import reporting
from portal.notices.models import Notice
from portal.notifications.models import Letter
from portal.outbox import services as outbox
from portal.units.queries import reference
from tests import factories
from tests.portal.accounts import family
from tests.portal.moderation import desk
from worker.reactions import REACTIONS

CHILD = (2013, 5)


def relay():
    outbox.relay(REACTIONS)


def reported(thing, times=1, comment=None, **values):
    for _ in range(times):
        factories.report(thing, comment=comment, **values)
    relay()
    return the_case()


def the_case():
    newest = db.session.scalar(select(Case.id).where(Case.kind == "report").order_by(Case.id.desc()))
    return desk.again(newest)


def status_of(model, row):
    return db.session.scalar(select(model.status).where(model.id == row.id))


def decide(case, outcome, moderator=None):
    reason = "" if outcome == "approve" else "advert"
    return desk.decide(case, moderator or factories.member("moderator"), outcome, reason, desk.ADVICE if reason else "")


def trusted(upheld):
    """A member whose earlier reports were all right, or all wrong."""
    who = factories.member()
    for _ in range(4):
        report = factories.report(factories.published_idea(), who)
        report.upheld, report.settled_at = upheld, now()
    db.session.flush()
    return who


def test_reports_of_one_thing_are_one_case_with_their_reasons(app):
    idea = factories.published_idea()
    reported(idea)
    case = reported(idea, reason="privacy")
    assert db.session.scalar(select(func.count()).select_from(Case)) == 1
    (reason,) = case.reasons
    assert (reason.rule, reason.params["count"]) == ("reported", 2)
    assert reason.params["reasons"] == {"spam": 1, "privacy": 1}
    assert case.due_at - case.created_at == timedelta(days=1)
    assert status_of(Idea, idea) == "published"


@pytest.mark.parametrize(("upheld", "settled", "weight"), [(0, 0, 1), (4, 4, 5 / 3), (0, 4, 1 / 3), (50, 50, 2)])
def test_a_report_weighs_what_the_earlier_ones_were_worth(upheld, settled, weight):
    assert reporting.weigh(upheld, settled) == pytest.approx(weight, abs=0.05)


def test_three_newcomers_hide_an_idea_and_two_do_not(app):
    idea = factories.published_idea()
    reported(idea, 2)
    assert status_of(Idea, idea) == "published"
    case = reported(idea)
    assert status_of(Idea, idea) == "hidden"
    assert case.reasons[0].params["hid"] == "published"


def test_two_who_were_right_before_hide_a_comment_and_three_who_were_wrong_do_not(app):
    idea = factories.published_idea()
    comment, another = factories.comment(idea), factories.comment(factories.published_idea())
    for _ in range(2):
        factories.report(idea, trusted(upheld=True), comment)
    for _ in range(3):
        factories.report(db.session.get(Idea, another.idea_id), trusted(upheld=False), another)
    relay()
    assert status_of(Comment, comment) == "hidden"
    assert status_of(Comment, another) == "published"
    assert db.session.get(IdeaRank, idea.id, populate_existing=True).comments == 0


def test_keeping_an_idea_shows_it_again_as_what_it_was_and_needs_twice_as_much_to_be_hidden_anew(app):
    idea = factories.published_idea()
    organiser = factories.member("organiser")
    with transaction():
        ideas.advance(idea.id, "shortlisted", organiser, now())
    decide(reported(idea, 3), "approve")
    assert status_of(Idea, idea) == "shortlisted"
    assert {report.upheld for report in db.session.scalars(select(Report))} == {False}
    reported(idea, 5)
    assert status_of(Idea, idea) == "shortlisted"
    reported(idea)
    assert status_of(Idea, idea) == "hidden"


@pytest.mark.parametrize("times", [1, 3])
def test_agreeing_hides_and_undoing_puts_back_what_was_before(app, times):
    idea, moderator = factories.published_idea(), factories.member("moderator")
    before = ("published", "hidden")[times == 3]
    decision = decide(reported(idea, times), "reject", moderator)
    relay()
    assert status_of(Idea, idea) == "hidden"
    assert db.session.scalar(select(func.count()).where(Notice.kind == "report_upheld")) == times
    with transaction():
        case = services.undo(decision.id, moderator, 60, now())
    relay()
    assert (case.state, status_of(Idea, idea)) == ("open", before)
    assert {report.upheld for report in db.session.scalars(select(Report))} == {None}
    assert db.session.scalar(select(func.count()).where(Notice.kind == "report_upheld")) == 0


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("outcome", ["approve", "reject"])
def test_what_its_author_took_back_is_hidden_too_and_is_that_again_afterwards(client, times, outcome):
    author, moderator = factories.member(), factories.member("moderator")
    idea = factories.published_idea(author)
    with transaction():
        ideas.withdraw(author, idea.id, "rethink", now())
    case = reported(idea, times)
    before = status_of(Idea, idea)
    assert before == ("withdrawn", "hidden")[times == 3]
    decision = decide(case, outcome, moderator)
    assert status_of(Idea, idea) == ("withdrawn" if outcome == "approve" else "hidden")
    with transaction():
        services.undo(decision.id, moderator, 60, now())
    assert status_of(Idea, idea) == before
    decide(desk.again(case.id), "approve", moderator)
    page = client.get(f"/y-tuong/{idea.id}", follow_redirects=True).text
    assert "Lý do: Mình muốn nghĩ lại" in page


def test_what_was_never_public_cannot_be_reported(client):
    author = factories.member()
    idea = factories.idea(author=author)
    with transaction():
        ideas.withdraw(author, idea.id, "rethink", now())
    assert client.get(f"/y-tuong/{idea.id}/bao-cao").status_code == 404


def test_agreeing_about_a_comment_hides_the_comment_alone(app):
    idea = factories.published_idea()
    comment = factories.comment(idea)
    decide(reported(idea, comment=comment), "reject")
    assert (status_of(Comment, comment), status_of(Idea, idea)) == ("hidden", "published")


@pytest.mark.parametrize("outcome", ["approve", "reject"])
@pytest.mark.parametrize("times", [1, 3])
def test_undoing_puts_a_comment_back_as_it_was(app, times, outcome):
    comment, moderator = factories.comment(factories.published_idea()), factories.member("moderator")
    case = reported(db.session.get(Idea, comment.idea_id), times, comment)
    before = status_of(Comment, comment)
    decision = decide(case, outcome, moderator)
    with transaction():
        services.undo(decision.id, moderator, 60, now())
    assert status_of(Comment, comment) == before == ("published", "hidden")[times == 3]


def test_undoing_a_keep_does_not_show_a_comment_that_something_else_has_hidden(app):
    comment, moderator = factories.comment(factories.published_idea()), factories.member("moderator")
    case = reported(db.session.get(Idea, comment.idea_id), comment=comment)
    with transaction():
        discussion.hide(comment.id)
    decision = decide(case, "approve", moderator)
    assert status_of(Comment, comment) == "hidden"
    with transaction():
        services.undo(decision.id, moderator, 60, now())
    assert status_of(Comment, comment) == "hidden"


def test_the_reporter_hears_what_was_decided_and_no_name(client):
    idea, who = factories.published_idea(), factories.member()
    report = factories.report(idea, who)
    relay()
    moderator = factories.member("moderator", name="Cô Hạnh Duyệt")
    decide(the_case(), "approve", moderator)
    relay()
    db.session.execute(Notice.__table__.update().values(due_at=now()))
    factories.sign_in(client, who)
    page = client.get("/toi/thong-bao").text
    assert "bài bạn báo cáo không trái quy tắc" in page
    assert f"/bao-cao/{report.id}" in page
    told = client.get(f"/bao-cao/{report.id}").text
    assert "Bài bạn báo cáo vẫn ở lại" in told
    assert "Cô Hạnh Duyệt" not in page + told


def urgent_letters():
    return list(db.session.scalars(select(Letter.recipient_id).where(Letter.kind == "urgent_report")))


def test_danger_about_a_child_is_urgent_and_those_on_duty_are_written_to_once(app):
    idea = factories.published_idea(factories.member(birth=CHILD), unit="40")
    near = factories.member("moderator", unit_id=idea.unit_id)
    factories.member("moderator")
    case = reported(idea, reason="danger")
    assert case.urgent == 0
    assert case.due_at - case.created_at == timedelta(hours=1)
    reported(idea, reason="danger")
    assert urgent_letters() == [near.id]


@pytest.mark.parametrize("of_a_child", [True, False])
def test_who_cried_wolf_is_heard_at_once_only_about_children(app, of_a_child):
    idea = factories.published_idea(factories.member(**({"birth": CHILD} if of_a_child else {})))
    factories.member("moderator")
    factories.report(idea, trusted(upheld=False), reason="danger")
    relay()
    assert the_case().urgent == (0 if of_a_child else 1)
    assert bool(urgent_letters()) is of_a_child


@pytest.mark.parametrize(
    ("reason", "liar", "within"), [("spam", False, 24), ("danger", False, 1), ("danger", True, 24)]
)
def test_the_writer_is_promised_what_the_desk_keeps_and_learns_nobodys_age(client, reason, liar, within):
    idea = factories.published_idea(factories.member(birth=CHILD))
    who = trusted(upheld=False) if liar else factories.member()
    report = factories.report(idea, who, reason=reason)
    relay()
    page = factories.sign_in(client, who).get(f"/bao-cao/{report.id}").text
    assert ("Chúng mình xem trong một giờ." in page) == (within == 1)
    assert the_case().due_at <= report.created_at + timedelta(hours=within)


def test_without_a_moderator_of_the_unit_those_of_the_centre_are_on_duty(app):
    idea = factories.published_idea(unit="40")
    centre = factories.member("moderator")
    factories.member("moderator", unit_id=reference().unit_by_code["01"].id)
    assert duty.moderators(idea.unit_id, now()) == [centre.id]


def test_the_urgent_letter_goes_to_nobody_who_may_be_meant_and_a_unit_up_if_none_remains(app):
    place = reference().unit_by_code["40"].id
    parent = factories.member("moderator", unit_id=place, email=family.PARENT)
    reporter = factories.member("moderator", unit_id=place)
    centre = factories.member("moderator")
    idea = factories.published_idea(family.allowed_child(), unit="40")
    factories.report(idea, reporter, reason="danger")
    relay()
    assert urgent_letters() == [centre.id]
    near = factories.member("moderator", unit_id=place)
    said = factories.comment(factories.published_idea(unit="40"), parent)
    db.session.execute(Letter.__table__.delete())
    factories.report(db.session.get(Idea, said.idea_id), comment=said, reason="danger")
    relay()
    assert set(urgent_letters()) == {reporter.id, near.id}


def test_the_desk_shows_what_was_said_and_not_by_whom(client):
    idea, who = factories.published_idea(), factories.member(name="Bạn Tố Giác")
    factories.report(idea, who, reason="other", note="Chép bài của lớp em.")
    relay()
    case = the_case()
    factories.sign_in(client, factories.member("moderator"))
    page = client.get(f"/kiem-duyet/{case.id}").text
    assert "Chép bài của lớp em." in page
    assert "Lần đầu báo cáo" in page
    assert "Bạn Tố Giác" not in page
    assert "1 người báo cáo: lý do khác (1)" in page
    assert "Giữ bài" in page
    assert client.get(f"/kiem-duyet/{case.id}/nho-sua").status_code == 404
    assert client.get("/kiem-duyet").status_code == 200


def test_a_report_settled_meanwhile_opens_nothing(app):
    idea = factories.published_idea()
    first = reported(idea)
    decide(first, "approve")
    late = db.session.scalar(select(Report))
    with transaction():
        services.open_report_case(type("Fact", (), {"report_id": late.id}), desk.THREE_DAYS)
    assert the_case().id == first.id
