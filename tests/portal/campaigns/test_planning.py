"""Organisers open campaigns and change them, in their own units."""

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.audit.models import AuditEntry
from portal.campaigns import planning, queries
from portal.campaigns.models import Campaign
from portal.campaigns.planning import Plan
from portal.database import db, now
from portal.errors import Missing
from portal.rules import Invalid
from portal.settings import ZONE
from portal.units.queries import reference
from tests import factories
from tests.forms import send
from tests.queries import count_queries
from tests.transactions import run

pytestmark = pytest.mark.one_engine_each
NEW = "/quan-tri/chien-dich/moi"


def unit(code):
    return reference().unit_by_code[code].id


@pytest.fixture
def page(client):
    return factories.sign_in(client, factories.member("organiser", unit_id=unit("40")))


@pytest.fixture
def central(client):
    return factories.sign_in(client, factories.member("organiser"))


def minute(moment):
    """As a browser sends it."""
    return moment.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M")


def days(number):
    return minute(now() + timedelta(days=number))


def typed(**values):
    return {
        "title_vi": "Đường làng không rác 2027",
        "title_en": "",
        "text_vi": "Làm sao để **đường làng** sạch quanh năm?",
        "text_en": "",
        "unit": "40",
        "opens_at": days(1),
        "closes_at": days(9),
        **values,
    }


def edit(campaign):
    return f"/quan-tri/chien-dich/{campaign.id}/sua"


def as_stored(page, campaign, **values):
    """The form as its page has it, with some of it typed anew."""
    html = page.get(edit(campaign)).text
    found = dict(re.findall(r'<input class="input" id="[^"]+" name="([^"]+)"[^>]* value="([^"]*)"', html))
    version = re.search(r'name="version"[^>]* value="(\d+)"', html)[1]
    code = re.search(r'<option value="([^"]*)" selected', html)[1]
    return {
        **found,
        "text_vi": campaign.text_vi,
        "text_en": campaign.text_en,
        "unit": code,
        "version": version,
        **values,
    }


def stored(campaign):
    db.session.expire_all()
    return db.session.get(Campaign, campaign.id)


def newest():
    return db.session.scalars(select(Campaign).order_by(Campaign.id.desc()).limit(1)).one()


def acts(action):
    return [json.loads(one) for one in db.session.scalars(select(AuditEntry.detail).where(AuditEntry.action == action))]


def test_one_is_opened_shown_and_on_record(page):
    assert f'href="{NEW}"' in page.get("/quan-tri/chien-dich").text
    assert f'data-draft="{NEW}"' in page.get(NEW).text
    answer = send(page, NEW, **typed(closes_at="2099-12-05T23:59"))
    one = newest()
    assert answer.location == f"/quan-tri/chien-dich/{one.id}"
    assert "data-draft-done" in page.get(answer.location).text
    assert (one.slug, one.unit_id, one.source) == ("duong-lang-khong-rac-2027", unit("40"), "web")
    assert one.closes_at.isoformat() == "2099-12-05T16:59:00+00:00", "what is typed is Vietnam's time"
    public = page.get(f"/chien-dich/{one.slug}").text
    assert "Làm sao để <strong>đường làng</strong> sạch quanh năm?" in public
    assert "Đường làng không rác 2027" in page.get(f"/en/chien-dich/{one.slug}").text, "without English it is as it is"
    (detail,) = acts("campaign.open")
    assert (detail["unit"], detail["closes_at"]) == (unit("40"), "2099-12-05T16:59:00+00:00")
    assert "đường" not in json.dumps(detail, ensure_ascii=False).lower()


def test_a_time_that_is_over_opens_it_at_once(page):
    send(page, NEW, **typed(opens_at="2020-01-01T08:00"))
    assert timedelta() <= now() - newest().opens_at < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title_vi": ""}, "Viết tên chiến dịch"),
        ({"title_vi": "Rác"}, "cần ít nhất 5 ký tự"),
        ({"title_en": "x" * 121}, "Dài quá 1 ký tự"),
        ({"text_vi": ""}, "Viết chủ đề của chiến dịch"),
        ({"text_en": "x" * 8001}, "Dài quá 1 ký tự (tối đa 8.000)"),
        ({"opens_at": ""}, "Chọn ngày và giờ mở"),
        ({"closes_at": ""}, "Chọn ngày và giờ đóng"),
        ({"closes_at": "31/12"}, "Chọn ngày và giờ"),
        ({"closes_at": "0206-01-01T00:00"}, "Chọn một ngày từ năm 2000 đến 2099"),
        ({"closes_at": "2020-01-01T00:00"}, "Giờ đóng phải còn ở phía trước"),
        ({"opens_at": "2098-01-01T00:00", "closes_at": "2097-01-01T00:00"}, "Giờ đóng phải sau giờ mở"),
        ({"unit": "01"}, "Chọn một mục trong danh sách"),
        ({"unit": ""}, "Chọn một mục trong danh sách"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(page, wrong, said):
    sent = typed(**{"title_en": "Clean lanes", **wrong})
    answer = send(page, NEW, **sent)
    assert (answer.status_code, said in answer.text, "Còn 1 chỗ cần sửa" in answer.text) == (422, True, True)
    for name, value in sent.items():
        assert name == "unit" or value in answer.text
    assert db.session.scalar(select(func.count()).select_from(Campaign)) == 0


def test_the_same_name_is_taken_once_at_one_place_and_gets_another_address_elsewhere(page, central):
    send(central, NEW, **typed())
    twice = send(central, NEW, **typed())
    assert (twice.status_code, "Nơi này đã có một chiến dịch tên như vậy" in twice.text) == (422, True)
    send(central, NEW, **typed(unit="01"))
    assert newest().slug == "duong-lang-khong-rac-2027-2"
    send(central, NEW, **typed(unit=""))
    assert (newest().slug, newest().unit_id) == ("duong-lang-khong-rac-2027-3", None)


def test_of_two_who_open_one_of_the_same_name_the_second_is_told(page, monkeypatch):
    """As if the other had come between the look and the insert."""
    factories.campaign("duong-lang-khong-rac-2027")
    monkeypatch.setattr("portal.campaigns.planning._free_slug", lambda _title: "duong-lang-khong-rac-2027")
    late = send(page, NEW, **typed())
    assert late.status_code == 409
    assert "Vừa có người mở một chiến dịch tên như vậy" in late.text
    assert "Đường làng không rác 2027" in late.text


def test_names_text_and_end_are_changed_and_the_address_stays(page):
    one = factories.campaign("nha", unit("40"))
    beginning = one.opens_at
    factories.published_idea(campaign=one.slug)
    values = as_stored(page, one, title_vi="Ngôi nhà chung 2027", title_en="Our home", closes_at="2099-01-01T17:30")
    assert send(page, edit(one), **values).location == f"/quan-tri/chien-dich/{one.id}"
    now_is = stored(one)
    assert (now_is.slug, now_is.title_vi, now_is.title_en, now_is.version) == (
        "nha",
        "Ngôi nhà chung 2027",
        "Our home",
        2,
    )
    assert now_is.opens_at == beginning, "what was left as it was keeps its seconds"
    assert "Ngôi nhà chung 2027" in page.get("/chien-dich/nha").text
    (detail,) = acts("campaign.change")
    assert detail["changed"] == ["title_vi", "title_en", "closes_at"]
    assert detail["to"] == {"closes_at": "2099-01-01T10:30:00+00:00"}


def test_once_it_takes_ideas_its_beginning_and_its_place_stay(central):
    one = factories.campaign("nha", unit("40"))
    for wrong, said in (({"opens_at": days(2)}, "giờ mở giữ nguyên"), ({"unit": "01"}, "Chọn một mục trong danh sách")):
        answer = send(central, edit(one), **as_stored(central, one, **wrong))
        assert (answer.status_code, said in answer.text) == (422, True)
    assert stored(one).version == 1


def test_before_it_opens_all_may_be_moved(central):
    one = factories.campaign("nha", unit("40"), opens_at=now() + timedelta(days=1))
    send(
        central,
        edit(one),
        **as_stored(central, one, opens_at="2098-01-01T08:00", closes_at="2098-02-01T08:00", unit=""),
    )
    assert (stored(one).unit_id, stored(one).opens_at.isoformat()) == (None, "2098-01-01T01:00:00+00:00")


def test_it_does_not_open_after_its_support_has_ended(page):
    moment = now()
    times = {"opens_at": moment + timedelta(days=1), "support_ends_at": moment + timedelta(days=3)}
    one = factories.campaign("nha", unit("40"), **times)
    answer = send(page, edit(one), **as_stored(page, one, opens_at=days(4)))
    assert (answer.status_code, "trước ngày hết nhận ủng hộ" in answer.text) == (422, True)


def test_one_that_is_over_is_mended_as_it_is_or_takes_ideas_again(page):
    moment = now()
    one = factories.campaign(
        "cu", unit("40"), opens_at=moment - timedelta(days=9), closes_at=moment - timedelta(days=1)
    )
    idea = factories.published_idea(campaign=one.slug)
    send(page, edit(one), **as_stored(page, one, title_vi="Cuộc thi đã xong"))
    assert (stored(one).title_vi, stored(one).state(now())) == ("Cuộc thi đã xong", "closed")
    past = send(page, edit(one), **as_stored(page, one, closes_at=days(-2)))
    assert (past.status_code, "Giờ đóng phải còn ở phía trước" in past.text) == (422, True)
    send(page, edit(one), **as_stored(page, one, closes_at=days(2)))
    assert stored(one).state(now()) == "open"
    assert send(page, f"/y-tuong/{idea.id}/ung-ho", support="1").status_code == 303


def test_whoever_comes_second_is_told_sees_what_is_stored_and_may_replace_it(page):
    one = factories.campaign("nha", unit("40"))
    seen = as_stored(page, one, title_vi="Tên của mình đây")
    send(page, edit(one), **as_stored(page, one, title_vi="Tên của người khác"))
    late = send(page, edit(one), **seen)
    assert late.status_code == 409
    for words in ("Vừa có người sửa mục này trước bạn", "Tên của người khác", "Tên của mình đây", 'value="2"'):
        assert words in late.text
    send(page, edit(one), **{**seen, "version": 2})
    assert stored(one).title_vi == "Tên của mình đây"


def test_of_another_units_campaign_one_learns_nothing(page):
    for one in (factories.campaign("khac", unit("01")), factories.campaign("chung")):
        assert page.get(edit(one)).status_code == 404
        assert send(page, edit(one), **typed(version=1)).status_code == 404
        assert stored(one).version == 1


def test_a_province_offers_itself_the_centre_everything(page):
    html = page.get(NEW).text
    assert 'value="40"' in html
    for other in ('<option value="01"', '<option value=""'):
        assert other not in html
    central = page.get  # the same browser, another person
    factories.sign_in(page, factories.member("organiser"))
    html = central(NEW).text
    assert '<option value="">Cả nước' in html
    assert f'value="{reference().centre.code}"' not in html


def test_without_a_page_too_an_organiser_plans_for_their_own_units_alone(app):
    who, elsewhere = factories.member("organiser", unit_id=unit("40")), factories.campaign("thi", unit("01"))
    texts = {"title_vi": "Sông sạch", "title_en": "", "text_vi": "Sông", "text_en": ""}
    plan = Plan(**texts, unit_id=unit("01"), opens_at=now(), closes_at=now() + timedelta(days=1))
    with pytest.raises(Invalid) as refused:
        run(planning.launch, who, plan, now())
    assert set(refused.value.errors) == {"unit"}
    with pytest.raises(Missing):
        run(planning.revise, who, elsewhere.id, elsewhere.version, plan, now())


def test_what_was_changed_is_known_to_this_process_at_once(page):
    one = factories.campaign("nha", unit("40"))
    assert queries.by_id()[one.id].title_vi == "Cuộc thi nha"
    send(page, edit(one), **as_stored(page, one, title_vi="Sông sạch"))
    assert queries.by_id()[one.id].title_vi == "Sông sạch"


def test_both_pages_cost_few_queries(page):
    one = factories.campaign("nha", unit("40"))
    for path in (NEW, edit(one)):
        page.get(path)
        with count_queries() as counted:
            assert page.get(path).status_code == 200
        assert counted.n <= 5, counted.statements
