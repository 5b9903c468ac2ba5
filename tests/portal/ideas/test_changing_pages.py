"""Changing an idea that waits, or was sent back; withdrawing it; the advice above it."""

import re

import pytest

from portal.database import db, now, transaction
from portal.ideas import queries, services
from portal.moderation.models import Case, Decision
from tests import factories
from tests.forms import token_in
from tests.portal.ideas.writing import csrf, signed_in, typed


def test_an_author_changes_a_waiting_idea(client):
    who, member = signed_in(client)
    idea = factories.idea("waiting", who, title="Tên cũ của ý tưởng", unit="40", start="Một thùng.")
    address = f"/y-tuong/{idea.id}/sua"
    page = member.get(address)
    for words in ('value="Tên cũ của ý tưởng"', "Một thùng.", '<option value="40" selected>'):
        assert words in page.text
    form = {**typed(title="Tên mới của ý tưởng"), "version": "1", "csrf_token": csrf(member, address)}
    assert "Tên mới của ý tưởng" in member.post(address, data=form, follow_redirects=True).text


def test_a_stale_change_keeps_what_was_typed(client):
    who, member = signed_in(client)
    idea = factories.idea("waiting", who)
    address = f"/y-tuong/{idea.id}/sua"
    token = csrf(member, address)
    with transaction():
        services.revise(who, idea.id, 1, factories.content(title="Bản từ máy khác"), now())
    page = member.post(address, data={**typed(title="Bản trên máy này"), "version": "1", "csrf_token": token})
    assert page.status_code == 409
    assert "vừa được sửa ở nơi khác" in page.text
    assert "Bản trên máy này" in page.text


def mark_in(page):
    return re.search(r'name="version" value="([^"]+)"', page)[1]


def test_two_texts_of_one_idea_are_shown_side_by_side_and_each_part_is_chosen(client):
    who, member = signed_in(client)
    idea = factories.idea("waiting", who, problem="Vấn đề lúc đầu, viết cho đủ năm mươi ký tự như cần phải có.")
    address = f"/y-tuong/{idea.id}/sua"
    mine = {"csrf_token": csrf(member, address), "version": mark_in(member.get(address).text)}
    theirs = factories.content(
        title="Tên người duyệt đã sửa", problem="Vấn đề từ máy tính, viết dài cho đủ năm mươi ký tự."
    )
    with transaction():
        services.revise(who, idea.id, 1, theirs, now())
    mine |= typed(title="Tên viết trên điện thoại", problem="Vấn đề từ điện thoại, viết dài cho đủ năm mươi ký tự.")
    page = member.post(address, data=mine).text
    for text in (mine["title"], theirs.title, mine["problem"], theirs.problem):
        assert text in page
    picks = {"pick-title": "theirs", "pick-problem": "both", "pick-solution": "mine"}
    assert 'data-draft-seen="1.0"' in page
    assert member.post(address, data={**mine, **picks, "version": mark_in(page)}).status_code == 303
    kept = queries.show(idea.id, who).content
    assert (kept.title, kept.solution) == (theirs.title, mine["solution"])
    assert kept.problem == f"{mine['problem']}\n\n{theirs.problem}"


def test_of_two_changes_of_a_published_idea_neither_is_lost(client):
    who, member = signed_in(client)
    address = f"/y-tuong/{factories.published_idea(who).id}/sua"
    old = {"csrf_token": csrf(member, address), "version": mark_in(member.get(address).text)}
    assert member.post(address, data={**old, **typed(title="Tên viết ở máy thứ nhất")}).status_code == 303
    page = member.post(address, data={**old, **typed(title="Tên viết ở máy thứ hai")})
    assert page.status_code == 409
    assert "Tên viết ở máy thứ nhất" in page.text
    assert "Tên viết ở máy thứ hai" in page.text
    again = {**old, **typed(title="Tên viết ở máy thứ hai"), "version": mark_in(page.text)}
    assert member.post(address, data=again).status_code == 303


def test_a_change_that_comes_after_the_decision_keeps_what_was_typed(client):
    who, member = signed_in(client)
    idea, moderator = factories.idea("waiting", who), factories.member("moderator")
    token = csrf(member, f"/y-tuong/{idea.id}/sua")
    with transaction():
        services.reject(idea.id, 1, moderator, now())
    form = {**typed(title="Bản trên máy này"), "version": "1", "csrf_token": token}
    page = member.post(f"/y-tuong/{idea.id}/sua", data=form)
    assert page.status_code == 409
    assert "đã có người xem xong" in page.text
    assert "Bản trên máy này" in page.text


def test_a_change_that_comes_after_the_publication_waits_beside_the_page(client):
    who, member = signed_in(client)
    idea, moderator = factories.idea("waiting", who), factories.member("moderator")
    token = csrf(member, f"/y-tuong/{idea.id}/sua")
    with transaction():
        services.publish(idea.id, 1, moderator, now())
    form = {**typed(title="Bản trên máy này"), "version": "1", "csrf_token": token}
    assert member.post(f"/y-tuong/{idea.id}/sua", data=form).status_code == 303
    assert "Bản trên máy này" not in client.get(f"/y-tuong/{idea.id}", follow_redirects=True).text
    assert 'value="Bản trên máy này"' in member.get(f"/y-tuong/{idea.id}/sua").text


def test_a_faulty_change_is_said_and_kept(client):
    who, member = signed_in(client)
    idea = factories.idea("needs_changes", who)
    address = f"/y-tuong/{idea.id}/sua"
    page = member.post(address, data={**typed(title="Ngắn"), "version": "1", "csrf_token": csrf(member, address)})
    assert page.status_code == 422
    assert 'value="Ngắn"' in page.text


@pytest.mark.parametrize("status", ["rejected", "withdrawn"])
def test_what_is_decided_is_not_changed(client, status):
    who, member = signed_in(client)
    assert member.get(f"/y-tuong/{factories.idea(status, who).id}/sua").status_code == 409


def test_nobody_changes_anothers_idea(client):
    _, member = signed_in(client)
    token = csrf(member, "/gui-y-tuong")
    for status, code in (("waiting", 404), ("published", 404)):
        idea = factories.idea(status)
        assert member.get(f"/y-tuong/{idea.id}/sua").status_code == code
        assert member.post(f"/y-tuong/{idea.id}/sua", data={**typed(), "csrf_token": token}).status_code == code
        assert member.post(f"/y-tuong/{idea.id}/rut", data={"csrf_token": token}).status_code == code


def test_an_author_withdraws_with_a_reason(client):
    who, member = signed_in(client)
    idea = factories.published_idea(who)
    form = {
        "reason": "duplicate",
        "note": "Đã có người làm rồi.",
        "csrf_token": csrf(member, f"/y-tuong/{idea.id}-{queries.show(idea.id, None).slug}"),
    }
    assert member.post(f"/y-tuong/{idea.id}/rut", data=form).status_code == 303
    assert queries.show(idea.id, None).idea.status == "withdrawn"
    (last,) = queries.history(idea.id, whole=True)[-1:]
    assert (last.reason, last.note_vi) == ("duplicate", "Đã có người làm rồi.")


def test_a_reason_for_withdrawing_is_no_official_answer_and_outlasts_being_hidden(client):
    who, member = signed_in(client)
    idea, moderator = factories.published_idea(who), factories.member("moderator")
    with transaction():
        services.withdraw(who, idea.id, "other", now(), note="Mình làm xong rồi.")
        services.hide(idea.id, moderator, now())
        services.restore(idea.id, moderator, now())
    page = member.get(f"/y-tuong/{idea.id}", follow_redirects=True).text
    assert "Mình làm xong rồi." in page
    assert "Phản hồi chính thức" not in page
    (last,) = queries.history(idea.id, whole=True)[-1:]
    assert (last.status, last.reason, last.note_vi) == ("withdrawn", "other", "Mình làm xong rồi.")


def test_only_its_author_is_offered_to_withdraw_an_idea(app, client):
    who, member = signed_in(client)
    idea = factories.published_idea(who)
    others = app.test_client(), factories.sign_in(app.test_client(), factories.member())
    for reader, is_offered in ((member, True), *((other, False) for other in others)):
        page = reader.get(f"/y-tuong/{idea.id}", follow_redirects=True).text
        assert (f"/y-tuong/{idea.id}/rut" in page) is is_offered


def test_a_note_too_long_is_said_to_be_so_not_cut_by_the_browser(client):
    who, member = signed_in(client)
    idea = factories.published_idea(who)
    page = member.get(f"/y-tuong/{idea.id}", follow_redirects=True).text
    (box,) = re.findall(r'<textarea[^>]* id="why"[^>]*>', page)
    assert "maxlength" not in box
    assert 'data-for="why" data-most="500"' in page
    form = {"reason": "duplicate", "note": f"{'Chữ ' * 130}", "csrf_token": token_in(page)}
    answer = member.post(f"/y-tuong/{idea.id}/rut", data=form)
    assert answer.status_code == 422
    beside = answer.text.partition('id="why-error"')[2].partition("</p>")[0]
    assert "Dài quá 19 ký tự (tối đa 500)" in beside
    assert '<a href="#why">' in answer.text
    assert '<details class="noprint" open>' in answer.text
    assert ("Chữ " * 130).strip() in answer.text
    assert '<option value="duplicate" selected>' in answer.text
    assert idea.title in answer.text
    assert member.get(f"/y-tuong/{idea.id}/rut").location.startswith(f"/y-tuong/{idea.id}")  # in the other language
    assert queries.show(idea.id, None).idea.status == "published"


def test_a_note_too_long_about_the_idea_of_another_shows_nothing_of_it(client):
    _, member = signed_in(client)
    idea = factories.idea("waiting")
    form = {"note": "Chữ " * 130, "csrf_token": csrf(member, "/gui-y-tuong")}
    assert member.post(f"/y-tuong/{idea.id}/rut", data=form).status_code == 404
    public = factories.published_idea()
    assert member.post(f"/y-tuong/{public.id}/rut", data=form).status_code == 404


def test_visitors_are_asked_to_sign_in_before_changing(client):
    idea = factories.idea("waiting")
    for answer in (
        client.get(f"/y-tuong/{idea.id}/sua"),
        client.post(f"/y-tuong/{idea.id}/rut"),
        client.get("/gui-y-tuong/xong?y=1"),
    ):
        assert answer.location.endswith("/dang-nhap")


def test_the_advice_of_a_moderator_stands_above_the_idea(client):
    who, member = signed_in(client)
    idea, moderator = factories.idea("needs_changes", who), factories.member("moderator")
    with transaction():
        case = Case(
            subject=f"idea:{idea.id}", idea_id=idea.id, idea_version=1, state="decided", created_at=now(), due_at=now()
        )
        db.session.add(case)
        db.session.flush()
        told = {"outcome": "return", "reason": "unclear", "advice": "Kể thêm **một ví dụ** nhé."}
        db.session.add(
            Decision(
                case_id=case.id, case_version=1, idea_id=idea.id, moderator_id=moderator.id, decided_at=now(), **told
            )
        )
    page = member.get(f"/y-tuong/{idea.id}", follow_redirects=True)
    assert "Cần bạn sửa một chỗ rồi gửi lại." in page.text
    assert "Kể thêm <strong>một ví dụ</strong> nhé." in page.text
