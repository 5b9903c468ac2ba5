"""From what authors do to cases with reasons."""

from datetime import timedelta

from sqlalchemy import func, select

from portal.database import db, now, transaction
from portal.discussion import queries as talk
from portal.discussion import services as discussion
from portal.discussion.events import CommentPosted
from portal.discussion.models import Comment
from portal.ideas import services as ideas
from portal.ideas.events import IdeaSubmitted
from portal.moderation import services
from portal.moderation.models import Case
from tests.factories import content, idea, member, published_idea
from tests.portal.moderation.desk import (
    THREE_DAYS,
    again,
    approve,
    ask_to_change,
    at_once,
    case_of,
    relay,
    waiting_case,
)

CHILD = (2012, 5)


def cases():
    return db.session.scalar(select(func.count()).select_from(Case))


def rules_of(case):
    return [reason.rule for reason in case.reasons]


def comment_on(an_idea, body, who=None):
    who = who or member()
    with transaction():
        return discussion.post(who, an_idea.id, body, now())


def test_a_submitted_idea_gets_a_case_with_a_deadline(app):
    case = waiting_case()
    assert (case.state, case.version, case.idea_version) == ("open", 1, 1)
    assert case.due_at - case.created_at == timedelta(days=3)


def test_the_same_fact_twice_makes_one_case(app):
    case = waiting_case()
    with transaction():
        services.open_case(IdeaSubmitted(case.idea_id, 1), THREE_DAYS)
    assert cases() == 1


def test_the_same_fact_relayed_by_many_at_once_makes_one_case_triaged_once(fresh_app):
    with fresh_app.app_context():
        sent = idea(author=member())

    def react(_):
        with transaction():
            services.open_case(IdeaSubmitted(sent.id, 1), THREE_DAYS)
        with transaction():
            services.triage(case_of(sent.id).id, now())

    at_once(fresh_app, react, list(range(8)))
    with fresh_app.app_context():
        assert cases() == 1
        assert rules_of(case_of(sent.id)) == ["first_idea"]


def test_an_old_fact_opens_nothing_after_the_decision(app):
    case = waiting_case()
    approve(case, member("moderator"))
    with transaction():
        services.open_case(IdeaSubmitted(case.idea_id, 1), THREE_DAYS)
    assert cases() == 1


def test_a_change_while_the_case_is_open_makes_a_new_version_of_it_to_be_triaged_again(app):
    author = member()
    case = waiting_case(author)
    with transaction():
        ideas.revise(
            author,
            case.idea_id,
            1,
            content(problem="Gọi em theo số 0912345678 để biết ở xóm em ai vứt pin ra ruộng."),
            now(),
        )
    relay()
    changed = again(case.id)
    assert (cases(), changed.version, changed.idea_version) == (1, 2, 2)
    assert rules_of(changed)[0] == "contact_data"


def test_a_returned_idea_sent_again_opens_a_new_case(app):
    author = member()
    case = waiting_case(author)
    ask_to_change(case, member("moderator"))
    with transaction():
        ideas.revise(author, case.idea_id, 1, content(), now())
    relay()
    following = case_of(case.idea_id)
    assert following.id != case.id
    assert (following.state, following.idea_version) == ("open", 2)


def test_withdrawing_closes_the_case(app):
    author = member()
    case = waiting_case(author)
    with transaction():
        ideas.withdraw(author, case.idea_id, "", now())
    relay()
    assert again(case.id).state == "closed"


def test_an_idea_withdrawn_before_the_relay_gets_no_case(app):
    author = member()
    mine = idea(author=author)
    with transaction():
        ideas.withdraw(author, mine.id, "", now())
    relay()
    assert cases() == 0


def test_a_grown_up_with_an_earlier_idea_gives_no_reason_to_worry(app):
    author = member()
    idea("published", author, title="Bếp ăn chung cho khu trọ công nhân", problem="Tan ca muộn, ai cũng ăn mì. " * 3)
    assert rules_of(waiting_case(author, title="Xe đạp cũ cho học sinh vùng cao")) == []


def test_a_child_with_a_telephone_number_comes_first(app):
    waiting_case(title="Bếp ăn chung cho khu trọ công nhân")
    text = "Em thấy pin vứt đầy ruộng, ai cũng kêu. Liên hệ em qua 0912 345 678 nhé."
    case = waiting_case(member(birth=CHILD), title="Xe đạp cũ cho học sinh vùng cao", problem=text)
    assert case.urgent == 0
    assert rules_of(case) == ["contact_data", "minor", "first_idea"]


def test_a_copy_is_recognised_while_both_wait(app):
    first = waiting_case(title="Mô hình nuôi cá kết hợp trồng rau thuỷ canh")
    copy = waiting_case(title="Mô hình nuôi cá kết hợp trồng rau thủy canh")
    (twin,) = [reason for reason in copy.reasons if reason.rule == "near_duplicate"]
    assert twin.params == {"idea_id": first.idea_id, "score": 100, "whose": "other"}


def test_a_copy_under_another_title_by_the_same_author_is_recognised(app):
    author = member()
    first = waiting_case(author, title="Mô hình nuôi cá kết hợp trồng rau thuỷ canh")
    copy = waiting_case(author, title="Xe đạp cũ cho học sinh vùng cao")
    (twin,) = [reason for reason in copy.reasons if reason.rule == "near_duplicate"]
    assert (twin.params["idea_id"], twin.params["whose"]) == (first.idea_id, "author")


def test_triage_twice_does_no_more_than_once(app):
    case = waiting_case()
    with transaction():
        services.triage(case.id, now())
    assert rules_of(again(case.id)) == ["first_idea"]


def test_an_ordinary_comment_opens_no_case(app):
    comment_on(published_idea(), "Trường mình cũng có nhiều vỏ hộp sữa lắm.")
    relay()
    assert cases() == 0


def test_a_comment_with_a_telephone_number_waits_for_a_person_and_its_writer_sees_that(app):
    said = comment_on(published_idea(), "Gọi mình theo số 0912345678 nhé")
    relay()
    case = case_of(said.idea_id)
    assert (case.kind, case.state, rules_of(case)) == ("comment", "open", ["contact_data"])
    assert status_of(said) == "waiting"
    assert [one.comment.id for one in talk.threads(said.idea_id, said.member_id).threads] == [said.id]
    assert talk.threads(said.idea_id, None).threads == []


def test_a_childs_comment_waits_and_gets_a_case_without_any_finding(app):
    said = comment_on(published_idea(), "Ý này hay quá ạ.", member(birth=CHILD))
    relay()
    assert rules_of(case_of(said.idea_id)) == ["minor"]
    assert status_of(said) == "waiting"


def test_a_child_who_tells_where_to_find_it_in_a_comment_comes_first(app):
    said = comment_on(published_idea(), "Em ở số nhà 12, em học lớp 6A trường Nguyễn Du", member(birth=CHILD))
    relay()
    assert case_of(said.idea_id).urgent == 0


def test_a_comment_is_screened_once_however_often_the_fact_comes(app):
    said = comment_on(published_idea(), "Gọi mình theo số 0912345678 nhé")
    relay()
    with transaction():
        services.screen_comment(CommentPosted(said.id), THREE_DAYS)
    assert cases() == 1


def status_of(comment):
    return db.session.scalar(select(Comment.status).where(Comment.id == comment.id))
