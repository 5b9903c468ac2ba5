"""How often rules were right: counted over standing decisions, told to moderators whole and to the public in sum."""

import re

import pytest

from portal.database import db, now, transaction
from portal.discussion.models import Comment
from portal.moderation import learning, services, triage
from portal.moderation.models import Case, Decision
from portal.moderation.queries import quality, rules
from portal.moderation.triage import evaluating, storing
from tests import factories
from tests.forms import token_in
from tests.portal.moderation import desk
from tests.portal.moderation.triage.test_learned import ROWS
from tests.queries import count_queries

PHONE = "Em thấy pin vứt đầy ruộng, ai cũng kêu. Gọi em 0912 345 678 nhé."


@pytest.fixture
def moderator(app):
    return factories.member("moderator")


def decided(moderator, times, outcome="approve", reason="", rule=None):
    """Decided cases about one idea, each with one reason for being there."""
    idea = factories.published_idea()
    with transaction():
        for _ in range(times):
            case = Case(subject="x", idea_id=idea.id, idea_version=1, state="decided", created_at=now(), due_at=now())
            db.session.add(case)
            db.session.flush()
            if rule:
                services.keep(case.id, [triage.finding(rule, count=1)], now())
            about = {"case_id": case.id, "case_version": 1, "idea_id": idea.id, "moderator_id": moderator.id}
            db.session.add(Decision(outcome=outcome, reason=reason or None, decided_at=now(), **about))


def of(rule, days=30):
    return next(each for each in quality.quality(days, now()).rules if each.rule == rule)


def test_a_finding_is_right_when_the_moderator_gives_its_reason_and_missed_when_it_was_silent(moderator):
    decided(moderator, 3, "reject", "advert", rule="links")
    decided(moderator, 1, "reject", "unclear", rule="links")
    decided(moderator, 4, "approve", rule="links")
    decided(moderator, 1, "reject", "advert")
    links = of("links")
    assert (links.fired, links.held, links.right, links.missed) == (8, 4, 3, 1)
    assert (links.precision, links.recall) == (3 / 8, 3 / 4)


def test_undone_decisions_and_old_ones_do_not_count(moderator):
    decision = desk.decide(desk.waiting_case(problem=PHONE), moderator, "reject", "privacy", desk.ADVICE)
    assert of("contact_data").right == 1
    with transaction():
        services.undo(decision.id, moderator, 60, now())
    assert of("contact_data").fired == 0
    assert quality.quality(0, now()).decisions == 0


def test_a_rule_that_is_mostly_wrong_hides_no_comment_any_more(moderator):
    decided(moderator, quality.SURE, "approve", rule="links")
    with transaction():
        services.publish_week(now())
    idea = factories.published_idea()
    said = factories.comment(idea, body="Xem https://a.example/bai-viet nhé")
    private = factories.comment(idea, body="Xem https://a.example nhé, gọi 0912345678")
    desk.relay()
    statuses = {one.id: one.status for one in db.session.query(Comment).populate_existing()}
    assert (statuses[said.id], statuses[private.id]) == ("published", "waiting")


def test_the_desk_shows_the_figures_of_a_month_and_of_three(client, moderator):
    decided(moderator, 3, "reject", "advert", rule="links")
    decided(moderator, quality.SURE, "approve", rule="offensive_words")
    factories.sign_in(client, moderator)
    with count_queries() as counted:
        page = client.get("/kiem-duyet/so-lieu").text
    assert counted.n <= 11
    assert "30 ngày qua" in page
    assert "90 ngày qua" in page
    assert "100%" in page
    assert "chỉ gợi ý" in page


def test_the_public_is_told_no_small_number(client, moderator):
    assert "Chưa có quyết định nào" in client.get("/minh-bach").text
    decided(moderator, 3, "reject", "advert", rule="links")
    decided(moderator, 10, "approve", rule="too_short")
    with count_queries() as counted:
        page = client.get("/minh-bach").text
    assert counted.n <= 5
    assert "13 quyết định" in page
    assert "dưới 5" in page
    assert moderator.display_name not in page


def test_the_public_is_told_how_often_somebody_looked_again(client, moderator):
    others = [factories.member("moderator") for _ in range(2)]

    def ask(outcome):
        author = factories.member()
        case = desk.waiting_case(author)
        desk.refuse(case, others[0])
        with transaction():
            made = services.appeal(author, case.idea_id, "Mình đã hỏi uỷ ban xã rồi nhé.", desk.THREE_DAYS, now())
        desk.decide(desk.again(made.case_id), others[1], outcome, "", desk.ADVICE)

    for _ in range(4):
        ask("approve")
    assert "90 ngày qua có dưới 5 đề nghị." in client.get("/minh-bach").text
    ask("reject")
    page = client.get("/minh-bach").text
    assert "90 ngày qua có 5 đề nghị, 5 đã trả lời, dưới 5 lần đổi kết quả." in page


def test_the_score_orders_the_queue_only_where_enough_was_decided(moderator, monkeypatch, tmp_path):
    model, figures = evaluating.fit(ROWS, "clean", lambda _done, _all: None)
    storing.save(model, figures, {"trained_at": "2026-11-26"}, tmp_path)
    decided(moderator, 3)
    assert learning.active(tmp_path) is None
    monkeypatch.setattr(learning, "ENOUGH", 3)
    kept = learning.active(tmp_path)
    first = factories.idea(title="Nhóm em trồng cây ở sân trường", problem="Nhóm em trồng cây và tưới mỗi sáng. " * 3)
    second = factories.idea(title="Inbox mua ngay hàng giá rẻ", problem="Bán hàng giá rẻ, inbox mua ngay kẻo hết. " * 3)
    desk.relay()
    cases = [desk.case_of(first.id), desk.case_of(second.id)]
    for case in cases:
        case.triaged_at = None
    with transaction():
        for case in cases:
            services.triage(case.id, now(), kept)
    bad = desk.again(cases[1].id)
    assert bad.queue_at < desk.again(cases[0].id).queue_at
    assert bad.due_at - bad.queue_at <= services.AHEAD
    (reason,) = [each for each in bad.reasons if each.rule == "learned"]
    assert reason.params["score"] > 50
    assert reason.params["words"]


def test_own_decisions_become_rows_to_learn_from(moderator):
    desk.approve(desk.waiting_case(title="Xe đạp cũ cho học sinh vùng cao"), moderator)
    desk.decide(desk.waiting_case(problem=PHONE), moderator, "reject", "privacy", desk.ADVICE)
    desk.decide(desk.waiting_case(), moderator, "reject", "duplicate", desk.ADVICE)
    assert sorted(label for _, label in learning.own_rows()) == ["clean", "privacy"]


# --- week by week, and how rules are set -----------------------------------------------------------


def test_a_week_is_published_once_and_told_to_everybody(client, moderator):
    decided(moderator, 6, "reject", "advert", rule="links")
    with transaction():
        assert services.publish_week(now())
    decided(moderator, 6, "approve", rule="links")
    with transaction():
        assert not services.publish_week(now())
    ((week, told),) = rules.published()
    assert (week, told.decisions) == (rules.monday(now()), 6)
    assert "Công bố cho tuần từ" in client.get("/minh-bach").text
    factories.sign_in(client, moderator)
    assert "Đã công bố từng tuần" in client.get("/kiem-duyet/so-lieu").text


@pytest.fixture
def governor(client):
    factories.sign_in(client, factories.member("admin"))


def post(client, path, **fields):
    token = token_in(client.get("/kiem-duyet/so-lieu").text)
    return client.post(path, data={"csrf_token": token or csrf(client), **fields})


def csrf(client):
    return token_in(client.get("/toi").text)


def test_a_rule_is_tried_on_what_was_decided_before_it_is_switched_on(client, governor, moderator):
    bad = desk.waiting_case(problem="Nhà mình bán thuốc gia truyền chữa bách bệnh cho cả xã, ai cũng khen.")
    desk.decide(bad, moderator, "reject", "advert", desk.ADVICE)
    desk.approve(
        desk.waiting_case(problem="Trạm y tế xã hết Thuốc gia truyền từ tháng trước, bà con phải đi xa."), moderator
    )
    desk.approve(desk.waiting_case(), moderator)
    path = "/kiem-duyet/quy-tac/own_words"
    page = post(client, f"{path}/thu", words="thuốc gia truyền").text
    assert "Với 3 quyết định gần nhất, quy tắc này sẽ giữ lại 2, trong đó 1 người duyệt" in page
    assert rules.setting().words == ()
    assert post(client, path, state="on", words="thuốc gia truyền\n").status_code == 303
    seen = desk.waiting_case(problem="Chợ phiên nào cũng có người bán thuốc gia truyền, không ai biết là thuốc gì.")
    assert "own_words" in {reason.rule for reason in desk.again(seen.id).reasons}


def test_a_rule_that_is_off_says_nothing_and_one_that_advises_hides_nothing(client, governor):
    idea = factories.published_idea()
    post(client, "/kiem-duyet/quy-tac/links", state="advice")
    said = factories.comment(idea, body="Xem https://a.example/bai-viet nhé")
    desk.relay()
    assert db.session.get(Comment, said.id, populate_existing=True).status == "published"
    post(client, "/kiem-duyet/quy-tac/links", state="off")
    case = desk.waiting_case(problem="Xem thêm ở https://a.example/bai-viet cho rõ hơn nhé các bạn, em đọc ở đó.")
    assert "links" not in {reason.rule for reason in desk.again(case.id).reasons}


@pytest.mark.parametrize("rule", ["minor", "reported", "learned", "x"])
def test_that_somebody_is_a_minor_is_no_rule_to_turn_off(client, governor, rule):
    assert client.get(f"/kiem-duyet/quy-tac/{rule}").status_code == 404
    assert post(client, f"/kiem-duyet/quy-tac/{rule}", state="off").status_code == 404


def test_an_empty_list_cannot_be_switched_on(client, governor):
    answer = post(client, "/kiem-duyet/quy-tac/own_words", state="on", words=" ")
    assert answer.status_code == 422
    assert "Viết ít nhất một từ" in answer.text


def test_a_list_that_is_too_long_comes_back_whole_with_what_was_chosen(client, governor):
    """A browser does not cut it without a word; line ends count once."""
    words = "\n".join(["rác thải"] * 600)
    answer = post(client, "/kiem-duyet/quy-tac/own_words", state="advice", words=words)
    assert answer.status_code == 422
    assert "Dài quá 399 ký tự" in answer.text
    assert f"{words}</textarea>" in answer.text
    assert 'value="advice" checked' in answer.text


def test_of_two_who_change_one_list_at_once_the_second_is_told_and_loses_nothing(client, governor):
    path = "/kiem-duyet/quy-tac/own_words"
    post(client, path, state="on", words="thuốc gia truyền")
    late = post(client, path, state="on", words="bán sim số đẹp", seen="")
    assert late.status_code == 409
    assert "Vừa có người sửa mục này trước bạn" in late.text
    assert "bán sim số đẹp</textarea>" in late.text
    assert '<p class="diff">thuốc gia truyền</p>' in late.text
    assert rules.setting().words == ("thuốc gia truyền",)
    now_seen = re.search(r'name="seen"[^>]* value="([^"]+)"', late.text)[1]
    assert post(client, path, state="on", words="bán sim số đẹp", seen=now_seen).status_code == 303
    assert rules.setting().words == ("bán sim số đẹp",)


def test_only_who_governs_turns_a_rule(client):
    factories.sign_in(client, factories.member("organiser"))
    assert "Thử trên 500" in client.get("/kiem-duyet/quy-tac/links").text
    assert post(client, "/kiem-duyet/quy-tac/links", state="off").status_code == 404


def test_many_from_one_unit_within_an_hour_are_seen(app, monkeypatch):
    monkeypatch.setattr(triage, "BURST", 3)
    cases = [desk.waiting_case(unit="40") for _ in range(3)]
    assert "burst" in {reason.rule for reason in desk.again(cases[-1].id).reasons}
    assert "burst" not in {reason.rule for reason in desk.again(cases[0].id).reasons}
