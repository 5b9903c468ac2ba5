"""What takes two: removing for good and silencing; and what follows from both."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.accounts.models import Member
from portal.database import db, now, transaction
from portal.discussion.models import Comment
from portal.errors import Refusal
from portal.ideas import services as ideas
from portal.ideas.models import Idea
from portal.moderation import queries, services
from portal.moderation.models import Decision, Trust
from tests.factories import comment, content, member, published_idea, report, sign_in
from tests.portal.moderation.desk import ADVICE, again, case_of, relay, status_of, undo, waiting_case
from tests.portal.moderation.pages import choose, send

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.one_engine_each]
LIGHT = services.Heavier()
OTHER = {
    "title": "Tủ sách dùng chung trước cổng uỷ ban phường",
    "problem": "Trẻ em trong phường không có chỗ mượn truyện, thư viện gần nhất cách đây bốn cây số đường đồi.",
    "solution": "Chi đoàn đóng một tủ gỗ nhỏ, ai có sách cũ thì bỏ vào, ai cần thì lấy về đọc rồi mang trả lại sau.",
}
REMOVE, MONTH = services.Heavier(remove=True), services.Heavier(silence_days=30)


def refuse(case, who, heavier=LIGHT):
    with transaction():
        return services.decide(
            case.id, who, again(case.id).version, "reject", "offensive", ADVICE, now(), heavier=heavier
        )


@pytest.mark.parametrize("heavier", [REMOVE, MONTH], ids=["remove", "silence"])
def test_the_first_only_proposes_and_may_not_be_the_second(heavier):
    case, first, second = waiting_case(), member("moderator"), member("moderator")
    assert refuse(case, first, heavier) is None
    assert (status_of(case), again(case.id).state) == ("waiting", "open")
    with pytest.raises(Refusal), transaction():
        services.decide(case.id, first, again(case.id).version, "reject", "offensive", ADVICE, now(), heavier=heavier)
    assert refuse(case, second, heavier) is not None


def test_a_removed_idea_is_gone_and_comes_back_when_that_is_undone(client):
    author, second = member(), member("moderator")
    case = waiting_case(author)
    refuse(case, member("moderator"), REMOVE)
    decision = refuse(case, second, REMOVE)
    assert status_of(case) == "removed"
    sign_in(client, author)
    gone = client.get(f"/y-tuong/{case.idea_id}")
    assert gone.status_code == 410
    assert "Lý do: Lời lẽ xúc phạm." in gone.text
    assert db.session.get_one(Idea, case.idea_id).title not in gone.text
    assert client.get(f"/api/v1/ideas/{case.idea_id}").json["detail"].endswith("Lý do: Lời lẽ xúc phạm.")
    undo(decision, second)
    assert (status_of(case), again(case.id).state) == ("waiting", "open")


@pytest.mark.parametrize("of_comment", [False, True], ids=["idea", "comment"])
def test_what_was_reported_may_be_removed_by_two(of_comment):
    idea = published_idea()
    said = comment(idea) if of_comment else None
    report(idea, comment=said)
    relay()
    case, second = case_of(idea.id), member("moderator")
    refuse(case, member("moderator"), REMOVE)
    decision = refuse(case, second, REMOVE)
    thing = select(Comment.status).where(Comment.id == said.id) if said else select(Idea.status)
    assert db.session.scalar(thing) == "removed"
    undo(decision, second)
    assert db.session.scalar(thing) == "published"


def test_the_silenced_send_nothing_until_then_and_are_told_when():
    author, second = member(), member("moderator")
    case, other = waiting_case(author), published_idea()
    refuse(case, member("moderator"), MONTH)
    decision = refuse(case, second, MONTH)
    with pytest.raises(Refusal, match="tạm chưa gửi bài"), transaction():
        ideas.add(author, content(), now())
    with pytest.raises(Refusal, match="tạm chưa gửi bài"):
        comment(other, author)
    with transaction():
        ideas.add(author, content(), now() + timedelta(days=31))
    undo(decision, second)
    with transaction():
        ideas.add(author, content(), now())


def silenced_until(who):
    return db.session.scalar(select(Member.silenced_until).where(Member.id == who.id))


@pytest.mark.parametrize("undone", ["the longer", "the shorter"])
def test_of_two_silences_the_longer_holds_and_undoing_one_leaves_the_other(undone):
    author, second = member(), member("moderator")
    decisions = {}
    for name, days in (("the longer", 90), ("the shorter", 7)):
        case = waiting_case(author)
        for who in (member("moderator"), second):
            decisions[name] = refuse(case, who, services.Heavier(silence_days=days))
    assert silenced_until(author) == decisions["the longer"].silenced_until
    gone = decisions.pop(undone)
    undo(gone, second)
    (left,) = decisions.values()
    assert silenced_until(author) == left.silenced_until


def test_a_second_who_finds_the_refusal_enough_leaves_the_rest():
    case = waiting_case()
    refuse(case, member("moderator"), services.Heavier(remove=True, silence_days=90))
    decision = refuse(case, member("moderator"))
    assert (status_of(case), decision.removed, decision.silenced_until) == ("rejected", False, None)


@pytest.mark.parametrize(("outcome", "heavier"), [("approve", REMOVE), ("reject", services.Heavier(silence_days=8))])
def test_heavier_things_only_go_with_a_refusal_and_as_listed(outcome, heavier):
    case, who = waiting_case(), member("moderator")
    with pytest.raises(Refusal), transaction():
        services.decide(case.id, who, 1, outcome, "offensive", ADVICE, now(), heavier=heavier)


def test_the_page_asks_for_both_and_shows_the_second_what_is_proposed(client):
    case = waiting_case()
    sign_in(client, member("moderator", name="Minh Quân"))
    path = f"/kiem-duyet/{case.id}"
    assert "Gỡ hẳn bài, trang báo đã gỡ" in choose(client, f"{path}/khong-dang", "offensive")
    fields = {"version": "1", "reason": "offensive", "advice": ADVICE, "remove": "1", "silence_days": "30"}
    send(client, f"{path}/khong-dang", path, **fields)
    assert queries.proposal(again(case.id)).silence_days == 30
    sign_in(client, member("moderator"))
    page = client.get(path).text
    assert "Minh Quân đề nghị không đăng" in page
    assert "Kèm: gỡ hẳn bài. Kèm: tác giả tạm chưa gửi bài 30 ngày." in page
    send(client, f"{path}/khong-dang", path, **{**fields, "version": str(again(case.id).version)})
    assert status_of(case) == "removed"


# --- trust ---------------------------------------------------------------------------------------


def test_approving_and_trusting_lets_the_next_idea_go_up_before_it_is_read(client):
    author = member()
    case = waiting_case(author)
    sign_in(client, member("moderator"))
    assert "Duyệt và tin từ nay" in client.get(f"/kiem-duyet/{case.id}").text
    send(client, f"/kiem-duyet/{case.id}/duyet", f"/kiem-duyet/{case.id}", version="1", trust="1")
    following = waiting_case(author, **OTHER)
    assert (status_of(following), following.state) == ("published", "open")
    assert "Tác giả được tin nên bài đã lên trang" in client.get(f"/kiem-duyet/{following.id}").text


@pytest.fixture
def trusted():
    author, who = member(), member("moderator")
    case = waiting_case(author)
    with transaction():
        services.decide(case.id, who, 1, "approve", "", "", now(), trusting=True)
    return author


@pytest.mark.parametrize(
    ("outcome", "led_to"), [("approve", "published"), ("return", "needs_changes"), ("reject", "rejected")]
)
def test_what_went_up_on_trust_is_decided_and_undone_like_anything_else(trusted, outcome, led_to):
    case, who = waiting_case(trusted, **OTHER), member("moderator")
    words = ("", "") if outcome == "approve" else ("unclear", ADVICE)
    with transaction():
        decision = services.decide(case.id, who, 1, outcome, *words, now())
    assert status_of(case) == led_to
    undo(decision, who)
    assert status_of(case) == "published"


def test_what_a_rule_finds_something_in_waits_for_a_person_all_the_same(trusted):
    case = waiting_case(trusted, problem="Ai vứt rác ra ruộng là đồ ngu, cả xóm em nói thế rồi. Gọi em 0912345678.")
    assert status_of(case) == "waiting"


def test_trust_ends_with_a_refusal_by_hand_and_with_the_decision_that_gave_it(client, trusted):
    refuse(waiting_case(trusted), member("moderator"))
    assert not queries.author_facts(trusted, now().date()).trusted
    case, who = waiting_case(trusted), member("moderator")
    with transaction():
        decision = services.decide(case.id, who, 1, "approve", "", "", now(), trusting=True)
    assert queries.author_facts(trusted, now().date()).trusted
    undo(decision, who)
    assert not queries.author_facts(trusted, now().date()).trusted
    with transaction():
        services.trust(trusted, who, now())
    sign_in(client, who)
    send(client, f"/kiem-duyet/{case.id}/thoi-tin", f"/kiem-duyet/{case.id}")
    assert not queries.author_facts(trusted, now().date()).trusted


def trust_of(author):
    return db.session.execute(select(Trust.by_id, Trust.since).where(Trust.member_id == author.id)).first()


def test_undoing_a_refusal_gives_back_the_trust_that_ended_with_it(trusted):
    who, before = member("moderator"), trust_of(trusted)
    decision = refuse(waiting_case(trusted), who)
    assert trust_of(trusted) is None
    undo(decision, who)
    assert trust_of(trusted) == before


def test_trust_does_not_come_back_while_another_refusal_stands(trusted):
    who, before, both = member("moderator"), trust_of(trusted), [waiting_case(trusted) for _ in range(2)]
    first, second = (refuse(case, who) for case in both)
    undo(first, who)
    assert trust_of(trusted) is None
    undo(second, who)
    assert trust_of(trusted) == before


# --- notes ---------------------------------------------------------------------------------------


def test_a_colleague_who_is_called_in_a_note_is_told_and_nobody_else():
    who, called, author = member("moderator"), member("moderator"), member()
    case = waiting_case(author)
    with transaction():
        note = services.add_note(case.id, who, f"Nhờ @{called.handle} xem, và @{author.handle} thì không.", now())
    assert services.called(note) == [called.id]


def test_a_case_says_how_colleagues_are_called(client):
    other = member("moderator", name="Lan Hương")
    refuse(waiting_case(), other)
    sign_in(client, member("moderator"))
    assert f"Lan Hương @{other.handle}" in client.get(f"/kiem-duyet/{waiting_case().id}").text


def test_a_decision_keeps_what_it_carried():
    case = waiting_case()
    refuse(case, member("moderator"), MONTH)
    refuse(case, member("moderator"), MONTH)
    kept = db.session.scalars(select(Decision)).one()
    assert kept.silenced_until - kept.decided_at == timedelta(days=30)
