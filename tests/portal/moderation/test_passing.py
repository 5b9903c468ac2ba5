"""Cases passed on, and who may know of which."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.accounts.models import Member
from portal.audit.models import AuditEntry
from portal.database import db, now, transaction
from portal.errors import Conflict, Missing, Refusal
from portal.moderation import services
from portal.moderation.models import Move
from portal.rules import Invalid
from portal.units.queries import reference
from tests.factories import member, published_idea, sign_in
from tests.portal.moderation.desk import again, approve, at_once, of_unit, waiting_case
from tests.portal.moderation.pages import send, token

pytestmark = pytest.mark.one_engine_each

WHY = "Việc của tỉnh bên, nhờ các bạn xem."


def pass_on(case, who, to="", note=WHY):
    with transaction():
        return services.pass_on(case.id, who, to, note, now())


def test_a_moderator_of_a_province_knows_of_its_cases_alone(client, app):
    here, there = waiting_case(unit="40"), waiting_case(unit="01")
    sign_in(client, of_unit("40"))
    page = client.get("/kiem-duyet").text
    assert here.idea.title in page
    assert there.idea.title not in page
    assert client.get(f"/kiem-duyet/{there.id}").status_code == 404
    assert client.get(f"/kiem-duyet/{here.id}").status_code == 200


def test_what_one_may_not_know_of_one_cannot_decide_hold_or_get(app):
    case, stranger = waiting_case(unit="01"), of_unit("40")
    with pytest.raises(Missing):
        approve(case, stranger)
    with transaction(), pytest.raises(Missing):
        services.claim(case.id, stranger, 600, now())
    with transaction():
        assert services.claim_next(stranger, 600, now()) is None


def test_a_case_goes_up_to_the_centre_with_a_word(app):
    case, who = waiting_case(unit="40"), of_unit("40")
    passed = pass_on(case, who)
    assert (passed.unit_id, passed.level, passed.version) == (reference().centre.id, 1, 2)
    move = db.session.scalars(select(Move)).one()
    assert (move.note, move.by_id, move.level) == (WHY, who.id, 1)
    assert "case.pass" in db.session.scalars(select(AuditEntry.action)).all()
    with pytest.raises(Conflict, match="đã chuyển mục này"):  # it is out of sight from below
        approve(again(case.id), who)
    approve(again(case.id), member("moderator"))


def test_a_case_goes_to_a_neighbour_whose_business_it_is(app):
    case = waiting_case(unit="40")
    passed = pass_on(case, of_unit("40"), "01")
    assert (passed.unit_id, passed.level) == (reference().unit_by_code["01"].id, 0)
    approve(again(case.id), of_unit("01"))


@pytest.mark.parametrize(("to", "note", "field"), [("nowhere", WHY, "unit"), ("40", WHY, "unit"), ("01", "", "note")])
def test_passing_on_needs_another_unit_and_a_word(app, to, note, field):
    case = waiting_case(unit="40")
    with pytest.raises(Invalid) as invalid:
        pass_on(case, of_unit("40"), to, note)
    assert set(invalid.value.errors) == {field}


def test_above_the_centre_is_nobody(app):
    with pytest.raises(Refusal, match="không còn cấp nào"):
        pass_on(waiting_case(), member("moderator"))


def test_of_many_who_pass_it_up_one_does(fresh_app):
    with fresh_app.app_context():
        case = waiting_case(unit="40")
        people = [of_unit("40") for _ in range(8)]
    got = at_once(fresh_app, lambda who: pass_on(case, who).id, people)
    assert sum(isinstance(each, int) for each in got) == 1
    assert all(isinstance(each, (int, Conflict, Missing)) for each in got)


def test_the_page_names_the_office_above(client, app):
    case = waiting_case(unit="40")
    sign_in(client, of_unit("40", name="Lan Hương"))
    path = f"/kiem-duyet/{case.id}/chuyen"
    assert f"Cấp trên: {reference().centre.office_vi}" in client.get(path).text
    assert send(client, path, path, unit="", note="").status_code == 422
    answer = send(client, path, path, unit="", note=WHY)
    assert (answer.status_code, answer.location) == (303, "/kiem-duyet")
    sign_in(client, member("moderator"))
    page = client.get(f"/kiem-duyet/{case.id}").text
    assert WHY in page
    assert "Lan Hương chuyển tới" in page


# --- the other pages of decisions -------------------------------------------------------------------


def test_title_and_field_are_set_right_before_publishing(client, moderator):
    case = waiting_case(title="thung thu pin cu o thon")
    right = {"version": 1, "title": "Thùng thu pin cũ ở thôn", "field": "giao-duc-dao-tao"}
    assert send(client, f"/kiem-duyet/{case.id}/duyet", f"/kiem-duyet/{case.id}", **right).status_code == 303
    idea = again(case.id).idea
    assert (idea.title, idea.status, idea.version) == ("Thùng thu pin cũ ở thôn", "published", 2)
    assert reference().field_by_id[idea.field_id].code == "giao-duc-dao-tao"


def test_undoing_it_brings_the_authors_words_back(client, moderator):
    case = waiting_case(title="thung thu pin cu o thon")
    right = {"version": 1, "title": "Thùng thu pin cũ ở thôn", "field": "moi-truong"}
    send(client, f"/kiem-duyet/{case.id}/duyet", f"/kiem-duyet/{case.id}", **right)
    send(client, f"/kiem-duyet/{case.id}/hoan-tac")
    back = again(case.id)
    assert (back.idea.title, back.idea.status, back.state) == ("thung thu pin cu o thon", "waiting", "open")
    approve(back, moderator)


def test_the_language_is_set_right_with_them(client, moderator):
    case = waiting_case(title="Pin collection boxes in our village", language="vi")
    path, field = f"/kiem-duyet/{case.id}", reference().field_by_id[case.idea.field_id].code
    assert '<option value="vi" selected>' in client.get(path).text
    right = {"version": 1, "title": "Pin collection boxes in our village", "field": field}
    answer = send(client, f"{path}/duyet", path, **right, language="xx")
    assert "Chọn tiếng Việt hoặc tiếng Anh" in answer.text
    send(client, f"{path}/duyet", path, **right, language="en")
    assert (again(case.id).idea.language, again(case.id).idea.status) == ("en", "published")
    assert case.idea.title in client.get("/y-tuong?language=en").text
    assert case.idea.title not in client.get("/y-tuong?language=vi").text
    send(client, f"{path}/hoan-tac")
    assert again(case.id).idea.language == "vi"


def test_a_form_without_the_language_leaves_it_as_it_is(client, moderator):
    case = waiting_case(title="thung thu pin cu o thon", language="en")
    right = {"version": 1, "title": "Thùng thu pin cũ ở thôn", "field": "moi-truong"}
    send(client, f"/kiem-duyet/{case.id}/duyet", f"/kiem-duyet/{case.id}", **right)
    assert (again(case.id).idea.title, again(case.id).idea.language) == (right["title"], "en")


def test_above_the_centre_there_is_nobody_and_the_note_comes_back(client, moderator):
    path = f"/kiem-duyet/{waiting_case().id}"
    answer = send(client, f"{path}/chuyen", path, unit="", note="Việc của cấp trên nữa, tôi nghĩ vậy.")
    assert answer.status_code == 422
    assert "Trên trung ương không còn cấp nào nữa." in answer.text
    assert "Việc của cấp trên nữa, tôi nghĩ vậy." in answer.text


def test_a_title_too_short_is_not_published(client, moderator):
    case = waiting_case()
    wrong = {"version": 1, "title": "Pin & rác", "field": "giao-duc-dao-tao", "language": "en"}
    answer = send(client, f"/kiem-duyet/{case.id}/duyet", f"/kiem-duyet/{case.id}", **wrong)
    assert answer.status_code == 422
    assert "Tên ý tưởng cần ít nhất" in answer.text
    for typed in (
        'value="Pin &amp; rác"',
        '"giao-duc-dao-tao" selected',
        '"en" selected',
        "<details open>",
    ):
        assert typed in answer.text
    assert again(case.id).state == "open"


def test_a_title_typed_while_somebody_else_decided_can_be_copied(client, moderator):
    case, other = waiting_case(), member("moderator", name="Lan Hương")
    seen = token(client, f"/kiem-duyet/{case.id}")
    with transaction():
        services.release(case.id, moderator)
    approve(again(case.id), other)
    typed = {"csrf_token": seen, "version": 1, "title": "Thùng thu pin cũ của xã mình", "field": "moi-truong"}
    answer = client.post(f"/kiem-duyet/{case.id}/duyet", data=typed)
    assert answer.status_code == 409
    assert "Lan Hương vừa xử lý mục này lúc" in answer.text
    assert "Thùng thu pin cũ của xã mình</textarea>" in answer.text


def test_the_merge_page_offers_what_is_like_it_or_a_number(client, moderator):
    twin = published_idea(title="Mô hình nuôi cá kết hợp trồng rau thuỷ canh")
    case = waiting_case(title="Mô hình nuôi cá kết hợp trồng rau thủy canh")
    path = f"/kiem-duyet/{case.id}/gop"
    assert twin.title in client.get(path).text
    assert send(client, path, path, version=1, number="999999").status_code == 422
    answer = send(client, path, path, version=1, into=twin.id)
    assert "Đã gộp “" in client.get(answer.location).text
    assert again(case.id).idea.merged_into_id == twin.id


def test_the_log_restores_a_decision_of_long_ago(client, moderator):
    case = waiting_case()
    decision = approve(case, member("moderator"))
    answer = send(client, f"/kiem-duyet/nhat-ky/{decision.id}/khoi-phuc")
    assert (answer.status_code, answer.location) == (303, f"/kiem-duyet/{case.id}")
    assert (again(case.id).state, again(case.id).idea.status) == ("open", "waiting")
    assert send(client, f"/kiem-duyet/nhat-ky/{decision.id}/khoi-phuc").status_code == 409


def test_every_decision_is_recorded_once(app):
    who: Member = member("moderator")
    decision = approve(waiting_case(), who)
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "case.approve")).all()
    assert [(entry.actor_id, entry.object_kind, entry.object_id) for entry in entries] == [
        (who.id, "case", decision.case_id)
    ]
