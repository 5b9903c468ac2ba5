"""Administrators keep the tree and the fields: named anew, added, closed, never deleted; each change on record."""

import json
import re

import pytest
import sqlalchemy as sa

from portal.audit.models import AuditEntry
from portal.database import db
from portal.units import queries
from portal.units.models import Field, Unit
from portal.units.queries import reference
from tests import factories
from tests.forms import send
from tests.queries import count_queries

SCHOOL = {"new-kind": "school", "new-name_vi": "THPT Phan Bội Châu", "new-name_en": "Phan Boi Chau High School"}


def unit(code):
    return db.session.scalars(
        sa.select(Unit).where(Unit.code == code).execution_options(populate_existing=True)
    ).one_or_none()


def field(code):
    return db.session.scalars(
        sa.select(Field).where(Field.code == code).execution_options(populate_existing=True)
    ).one()


@pytest.fixture
def page(client, app):
    return factories.sign_in(client, factories.member("admin"))


def traces():
    found = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action != "role_granted").order_by(AuditEntry.id))
    return [(one.action, one.object_id, json.loads(one.detail)) for one in found]


def test_the_tree_is_shown_from_the_top_in_few_queries(page):
    page.get("/quan-tri/don-vi")
    with count_queries() as counted:
        text = page.get("/quan-tri/don-vi").text
    assert text.index("Hội Sinh viên Việt Nam") < text.index("Thành Đoàn Hà Nội") < text.index("Tỉnh Đoàn Nghệ An")
    assert counted.n <= 5, counted.statements


def test_a_school_is_added_below_a_province_and_can_be_chosen(page):
    nghe_an = unit("40")
    path = f"/quan-tri/don-vi/{nghe_an.id}"
    assert send(page, f"{path}/them", **SCHOOL).location == path
    assert "THPT Phan Bội Châu" in page.get(path).text
    school = unit("40-1")
    assert (school.kind, school.parent_id, school.office_vi) == ("school", nghe_an.id, "THPT Phan Bội Châu")
    assert reference().path(school.id) == [school.id, nghe_an.id, reference().centre.id]
    assert traces()[-1][:2] == ("unit_added", school.id)
    send(page, f"{path}/them", **SCHOOL)
    assert unit("40-2")
    assert "1 đơn vị bên dưới" not in page.get("/quan-tri/don-vi").text
    assert "2 đơn vị bên dưới" in page.get("/quan-tri/don-vi").text


@pytest.mark.parametrize("fields", [{"new-kind": "province"}, {"new-name_vi": ""}, {"new-name_en": "x" * 121}])
def test_a_wrong_unit_comes_back_as_it_was_typed(page, fields):
    answer = send(page, f"/quan-tri/don-vi/{unit('40').id}/them", **{**SCHOOL, **fields})
    assert (answer.status_code, "Lỗi: " in answer.text) == (422, True)
    assert unit("40-1") is None


def test_a_renamed_unit_keeps_its_old_name_with_the_day(page):
    nghe_an = unit("40")
    path = f"/quan-tri/don-vi/{nghe_an.id}"
    names = {"name_vi": "Xứ Nghệ", "name_en": "Nghe", "office_vi": "", "office_en": ""}
    assert send(page, path, version=nghe_an.version, **names).location == path
    text = page.get(path).text
    assert "<h1>Xứ Nghệ</h1>" in text
    assert re.search(r"Tên trước đây</h2>.*Nghệ An</b>", text, re.DOTALL)
    action, _, detail = traces()[-1]
    assert (action, detail["from"]["name_vi"], detail["to"]["name_vi"]) == ("unit_renamed", "Nghệ An", "Xứ Nghệ")
    assert reference().unit_by_code["40"].name_vi == "Xứ Nghệ"


def test_whoever_comes_second_is_told_and_overwrites_nothing(page):
    nghe_an = unit("40")
    path, version = f"/quan-tri/don-vi/{nghe_an.id}", nghe_an.version
    send(page, path, version=version, name_vi="Xứ Nghệ", name_en="Nghe")
    late = send(page, path, version=version, name_vi="Tên khác", name_en="Other")
    assert (late.status_code, "Vừa có người sửa mục này trước bạn" in late.text) == (409, True)
    assert (unit("40").name_vi, "Tên khác" in late.text) == ("Xứ Nghệ", True)
    assert f'<a href="{path}" target="_blank">Xem bản mới' in late.text
    now_seen = re.search(r'name="version"[^>]* value="(\d+)"', late.text)[1]
    assert send(page, path, version=now_seen, name_vi="Tên khác", name_en="Other").status_code == 303


def test_a_closed_unit_is_offered_no_more_and_opens_again(page):
    nghe_an = unit("40")
    path = f"/quan-tri/don-vi/{nghe_an.id}"
    send(page, f"{path}/them", **SCHOOL)
    refused = send(page, f"{path}/dong", version=nghe_an.version)
    assert "Còn đơn vị bên dưới đang mở" in page.get(refused.location).text
    school = unit("40-1")
    send(page, f"/quan-tri/don-vi/{school.id}/dong", version=school.version)
    send(page, f"{path}/dong", version=nghe_an.version)
    assert "40" not in {one.code for one in reference().provinces}
    assert 'value="40"' not in page.get("/toi/cai-dat").text
    assert "Đã đóng" in page.get(path).text
    send(page, f"{path}/mo", version=unit("40").version)
    assert "40" in {one.code for one in reference().provinces}
    assert [action for action, *_ in traces()] == ["unit_added", "unit_closed", "unit_closed", "unit_opened"]


def test_the_centre_is_not_closed(page):
    centre = unit("TW")
    refused = send(page, f"/quan-tri/don-vi/{centre.id}/dong", version=centre.version)
    assert "Trung ương không đóng được." in page.get(refused.location).text


def test_a_province_changes_what_is_below_it_and_not_itself(client, app):
    nghe_an, ha_noi = unit("40"), unit("01")
    client = factories.sign_in(client, factories.member("admin", unit_id=nghe_an.id))
    tree = client.get("/quan-tri/don-vi").text
    assert ("Nghệ An" in tree, "Hà Nội" in tree) == (True, False)
    assert "Đổi tên" not in client.get(f"/quan-tri/don-vi/{nghe_an.id}").text
    assert send(client, f"/quan-tri/don-vi/{nghe_an.id}/them", **SCHOOL).status_code == 303
    assert "Đổi tên" in client.get(f"/quan-tri/don-vi/{unit('40-1').id}").text
    for path in (
        f"/quan-tri/don-vi/{nghe_an.id}",
        f"/quan-tri/don-vi/{nghe_an.id}/dong",
        f"/quan-tri/don-vi/{ha_noi.id}/them",
    ):
        assert send(client, path, version=1, name_vi="Xx", name_en="Xx", **SCHOOL).status_code == 404
    assert client.get(f"/quan-tri/don-vi/{ha_noi.id}").status_code == 404


# --- fields -------------------------------------------------------------------------------------


def test_a_field_is_changed_for_everybody(page):
    health = field("y-te-suc-khoe")
    version = health.version
    path = f"/quan-tri/linh-vuc/{health.id}"
    values = {"name_vi": "Sức khoẻ và thể chất", "name_en": "Health", "short_vi": "Khoẻ", "short_en": "Health",
              "hue": "cong-dong", "icon": "sprout"}  # fmt: skip
    assert send(page, path, version=version, **values).location == "/quan-tri/linh-vuc"
    changed = reference().field_by_id[health.id]
    assert (changed.short_vi, changed.hue, changed.icon) == ("Khoẻ", "cong-dong", "sprout")
    assert traces()[-1][0] == "field_changed"
    late = send(page, path, version=version, **values)
    assert (late.status_code, "Vừa có người sửa" in late.text) == (409, True)
    wrong = send(page, path, version=version + 1, **{**values, "hue": "do", "short_vi": ""})
    assert (wrong.status_code, "Chọn một màu" in wrong.text, "Điền tên ngắn" in wrong.text) == (422, True, True)


def test_fields_change_places(page):
    first, second = queries.all_fields()[:2]
    assert send(page, f"/quan-tri/linh-vuc/{second.id}/cho", to="up").location == "/quan-tri/linh-vuc"
    assert [one.id for one in reference().fields[:2]] == [second.id, first.id]
    send(page, f"/quan-tri/linh-vuc/{second.id}/cho", to="up")
    assert [action for action, *_ in traces()] == ["field_moved"]
    text = page.get("/quan-tri/linh-vuc").text
    assert text.index(second.name_vi) < text.index(first.name_vi)


def test_a_closed_field_is_kept_by_ideas_and_chosen_by_nobody(page):
    idea = factories.published_idea(field="nang-luong", title="Đèn năng lượng mặt trời cho lối về thôn")
    energy = field("nang-luong")
    send(page, f"/quan-tri/linh-vuc/{energy.id}/dong", version=energy.version)
    assert "nang-luong" not in reference().field_by_code
    assert 'value="nang-luong"' not in page.get("/gui-y-tuong").text
    assert "Năng lượng" in page.get(f"/y-tuong/{idea.id}", follow_redirects=True).text
    assert "Đã đóng" in page.get("/quan-tri/linh-vuc").text
    send(page, f"/quan-tri/linh-vuc/{energy.id}/mo", version=field("nang-luong").version)
    assert "nang-luong" in reference().field_by_code


def test_one_field_stays_open(page):
    keep = field("khac")
    db.session.execute(sa.update(Field).where(Field.id != keep.id).values(closed_at=keep.closed_at or sa.func.now()))
    db.session.commit()
    refused = send(page, f"/quan-tri/linh-vuc/{keep.id}/dong", version=keep.version)
    assert "lĩnh vực cuối cùng" in page.get(refused.location).text
