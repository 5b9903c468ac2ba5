"""One holder at a time."""

from datetime import timedelta

import pytest

from portal.database import now, transaction
from portal.errors import Conflict, Refusal
from portal.ideas import services as ideas
from portal.moderation import services
from tests.factories import content, member, published_idea, report
from tests.portal.moderation.desk import again, approve, ask_to_change, at_once, case_of, relay, waiting_case

TTL = 600


def claim(case, who, later=0):
    with transaction():
        return services.claim(case.id, who, TTL, now() + timedelta(seconds=later))


def claim_next(who):
    with transaction():
        return services.claim_next(who, TTL, now())


def test_fifty_who_claim_one_case_make_one_holder(fresh_app):
    with fresh_app.app_context():
        case = waiting_case()
        people = [member("moderator") for _ in range(50)]
    got = at_once(fresh_app, lambda who: claim(case, who).claimed_by_id, people)
    holders = [each for each in got if isinstance(each, int)]
    assert (len(got), len(holders)) == (50, 1)
    assert all(isinstance(each, Conflict) for each in got if each not in holders)


def test_many_who_ask_for_work_at_once_get_different_cases(fresh_app):
    with fresh_app.app_context():
        for _ in range(8):
            waiting_case()
        people = [member("moderator") for _ in range(8)]
    got = at_once(fresh_app, lambda who: claim_next(who).id, people)
    assert len(set(got)) == 8


def test_the_second_learns_who_holds_it(app):
    case = waiting_case()
    claim(case, member("moderator", name="Lan Hương"))
    with pytest.raises(Conflict, match="Lan Hương đang xem mục này"):
        claim(case, member("moderator"))


def test_a_claim_lapses_by_itself(app):
    case, second = waiting_case(), member("moderator")
    claim(case, member("moderator"))
    assert claim(case, second, later=TTL + 1).claimed_by_id == second.id


def test_a_holder_may_hold_on(app):
    case, holder = waiting_case(), member("moderator")
    first = claim(case, holder).claimed_until
    assert claim(case, holder, later=60).claimed_until > first


def test_a_released_case_is_free(app):
    case, second = waiting_case(), member("moderator")
    holder = member("moderator")
    claim(case, holder)
    with transaction():
        services.release(case.id, holder)
    assert claim(case, second).claimed_by_id == second.id


def test_nobody_releases_what_another_holds(app):
    case, holder, other = waiting_case(), member("moderator"), member("moderator")
    claim(case, holder)
    with transaction():
        services.release(case.id, other)
    assert again(case.id).claimed_by_id == holder.id


def test_nobody_holds_a_case_about_their_own_idea(app):
    moderator = member("moderator")
    case = waiting_case(moderator)
    with pytest.raises(Refusal, match="không tự kiểm duyệt"):
        claim(case, moderator)
    assert claim_next(moderator) is None


def test_the_next_case_is_the_most_urgent_that_nobody_holds(app):
    held, first, _second = waiting_case(), waiting_case(), waiting_case()
    claim(held, member("moderator"))
    assert claim_next(member("moderator")).id == first.id


def test_a_decided_case_cannot_be_held(app):
    case = waiting_case()
    approve(case, member("moderator", name="Minh Quân"))
    with pytest.raises(Conflict, match="Minh Quân vừa xử lý mục này lúc"):
        claim(case, member("moderator"))


def test_who_sent_an_idea_back_gets_it_first_and_others_leave_it_to_them(app):
    author, reader, other = member(), member("moderator"), member("moderator")
    returned = waiting_case(author)
    ask_to_change(returned, reader)
    oldest = waiting_case()
    again_waiting = sent_again(author, returned)
    assert claim_next(other).id == oldest.id
    assert claim_next(other) is None
    assert claim_next(reader).id == again_waiting.id


def sent_again(author, returned):
    with transaction():
        ideas.revise(author, returned.idea_id, 1, content(), now())
    relay()
    return case_of(returned.idea_id)


def test_a_childs_safety_goes_before_what_one_has_sent_back(app):
    author, reader = member(), member("moderator")
    returned = waiting_case(author)
    ask_to_change(returned, reader)
    waiting = sent_again(author, returned)
    idea = published_idea(member(birth=(2013, 5)))
    report(idea, reason="danger")
    relay()
    urgent = case_of(idea.id)
    assert urgent.urgent == 0
    assert [claim_next(reader).id, claim_next(reader).id] == [urgent.id, waiting.id]


def test_a_childs_safety_is_left_to_nobody_who_may_be_away(app):
    author, reader = member(birth=(2013, 5)), member("moderator")
    returned = waiting_case(author)
    ask_to_change(returned, reader)
    with transaction():
        telling = content(problem="Ở xóm em pin vứt đầy ruộng, ai cũng kêu. Hỏi em qua 0912 345 678 nhé, em ở nhà.")
        ideas.revise(author, returned.idea_id, 1, telling, now())
    relay()
    urgent = case_of(returned.idea_id)
    assert (urgent.urgent, urgent.preferred_id) == (0, reader.id)
    assert claim_next(member("moderator")).id == urgent.id
