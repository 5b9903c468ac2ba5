"""Organisers set how much support the ideas of a campaign need and until when they take it, in their own units."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.campaigns.models import Campaign
from portal.database import db, now
from portal.settings import ZONE
from portal.units.queries import reference
from tests import factories
from tests.forms import send
from tests.queries import count_queries

pytestmark = pytest.mark.one_engine_each


@pytest.fixture
def nghe_an():
    return reference().unit_by_code["40"].id


@pytest.fixture
def page(client, nghe_an):
    return factories.sign_in(client, factories.member("organiser", unit_id=nghe_an))


def path(campaign):
    return f"/quan-tri/chien-dich/{campaign.id}"


def stored(campaign):
    db.session.expire_all()
    return db.session.get(Campaign, campaign.id)


def test_organisers_see_the_campaigns_of_their_units_in_few_queries(page, nghe_an):
    factories.campaign("nha", nghe_an, support_goal=30)
    elsewhere, everybodys = factories.campaign("khac", reference().unit_by_code["01"].id), factories.campaign("chung")
    page.get("/quan-tri/chien-dich")
    with count_queries() as counted:
        text = page.get("/quan-tri/chien-dich").text
    assert ("Cuộc thi nha" in text, "Cuộc thi khac" in text, "Cuộc thi chung" in text) == (True, False, False)
    assert "Đủ 30 ủng hộ thì đơn vị được báo · nhận ủng hộ đến khi đóng" in text
    assert counted.n <= 5, counted.statements
    for one in (elsewhere, everybodys):
        assert page.get(path(one)).status_code == 404
        assert send(page, path(one), version=1, goal="5").status_code == 404


def test_without_campaigns_the_list_says_so(page):
    factories.campaign("chung")
    assert "Chưa có chiến dịch nào ở nơi bạn phụ trách" in page.get("/quan-tri/chien-dich").text


def test_goal_and_end_are_set_shown_and_on_record(page, nghe_an):
    one = factories.campaign("nha", nghe_an)
    last = (one.closes_at + timedelta(days=3)).astimezone(ZONE).date()
    assert send(page, path(one), version=1, goal="120", ends_on=last.isoformat()).location == path(one)
    text = page.get(path(one)).text
    assert f"Đủ 120 ủng hộ thì đơn vị được báo · nhận ủng hộ đến hết {last:%d/%m/%Y}" in text
    assert ('name="goal" type="text"' in text, 'value="120"' in text, f'value="{last}"' in text) == (True, True, True)
    public = page.get(f"/chien-dich/{one.slug}").text
    assert f"Các ý ở đây nhận ủng hộ đến hết ngày {last:%d/%m/%Y}." in public
    listed = page.get("/api/v1/campaigns").json["items"][0]
    assert (listed["support_goal"], listed["support_ends_at"] is None) == (120, False)
    trace = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "campaign_support_set")).one()
    detail = json.loads(trace.detail)
    assert (trace.object_kind, trace.object_id, detail["from"]["goal"], detail["to"]["goal"]) == (
        "campaign", one.id, None, 120,
    )  # fmt: skip


def test_empty_is_the_portals_own_and_nothing_is_a_goal_of_nothing(page, nghe_an):
    one = factories.campaign("nha", nghe_an, support_goal=30)
    send(page, path(one), version=1, goal="0", ends_on="")
    assert stored(one).support_goal == 0
    assert "Không đặt mức ủng hộ" in page.get(path(one)).text
    send(page, path(one), version=2, goal="", ends_on="")
    assert (stored(one).support_goal, stored(one).support_ends_at) == (None, None)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"goal": "nhiều"}, "Viết một số, như 100"),
        ({"goal": "-1"}, "Viết một số từ 0 đến 10.000.000"),
        ({"goal": "99999999999999999999"}, "Viết một số từ 0 đến 10.000.000"),
        ({"ends_on": "31/12"}, "Chọn một ngày"),
        ({"ends_on": "9999-12-31"}, "Chọn một ngày từ năm 2000 đến 2099"),
        ({"ends_on": "2001-05-01"}, "Ngày này phải sau khi chiến dịch mở"),
    ],
)
def test_what_makes_no_sense_comes_back_as_typed(page, nghe_an, typed, said):
    one = factories.campaign("nha", nghe_an)
    answer = send(page, path(one), version=1, **typed)
    assert (answer.status_code, said in answer.text, "Còn 1 chỗ cần sửa" in answer.text) == (422, True, True)
    assert f'value="{next(iter(typed.values()))}"' in answer.text
    assert stored(one).version == 1


def test_whoever_comes_second_is_told_and_sees_what_is_set(page, nghe_an):
    one = factories.campaign("nha", nghe_an)
    send(page, path(one), version=1, goal="120")
    late = send(page, path(one), version=1, goal="70")
    assert (late.status_code, "Vừa có người sửa mục này trước bạn" in late.text) == (409, True)
    assert ('value="70"' in late.text, "Đủ 120 ủng hộ" in late.text, 'value="2"' in late.text) == (True, True, True)
    assert send(page, path(one), version=2**63 - 1, goal="70").status_code == 409
    assert stored(one).support_goal == 120


def test_support_goes_on_after_the_close_or_ends_before_it(page, nghe_an):
    moment = now()
    over = {"opens_at": moment - timedelta(days=9), "closes_at": moment - timedelta(days=1)}
    after = factories.campaign("sau", nghe_an, **over)
    before = factories.campaign("truoc", nghe_an, opens_at=moment - timedelta(days=9))
    ideas = {one: factories.published_idea(campaign=one.slug) for one in (after, before)}
    send(page, path(after), version=1, ends_on=(moment + timedelta(days=3)).date().isoformat())
    send(page, path(before), version=1, ends_on=(moment - timedelta(days=3)).date().isoformat())
    assert "Bạn ủng hộ các ý đã gửi được đến hết ngày" in page.get("/chien-dich/sau").text
    assert send(page, f"/y-tuong/{ideas[after].id}/ung-ho", support="1").status_code == 303
    refused = send(page, f"/y-tuong/{ideas[before].id}/ung-ho", support="1")
    assert (refused.status_code, "Chiến dịch này đã hết thời gian nhận ủng hộ" in refused.text) == (409, True)
