"""The place in the queue goes along: the shelf, the unit, the campaign and the page one came from."""

import re

import pytest

from portal.units.queries import reference
from tests.factories import member, published_idea, report, sign_in
from tests.portal.campaigns.campaign_rows import campaign
from tests.portal.moderation.desk import again, case_of, relay, waiting_case
from tests.portal.moderation.pages import hold, send
from tests.queries import count_queries

pytestmark = pytest.mark.one_engine_each


def reported():
    idea = published_idea()
    report(idea)
    relay()
    return case_of(idea.id)


def in_list(page):
    """Numbers of the cases in the list beside the case, and the one that is open."""
    pane = page.partition('id="q"')[2].partition("</ul>")[0]
    opened = re.search(r'href="/kiem-duyet/(\d+)[^"]*" aria-current', pane)
    return [int(number) for number in re.findall(r'href="/kiem-duyet/(\d+)', pane)], opened and int(opened[1])


def test_a_case_opened_from_a_shelf_stands_in_the_list_of_that_shelf(client, moderator):
    waiting_case()
    first, second = reported(), reported()
    link = re.search(r'href="(/kiem-duyet/\d+\?ngan=bao-cao)"', client.get("/kiem-duyet/bao-cao").text)[1]
    page = client.get(link).text
    assert in_list(page) == ([first.id, second.id], first.id)
    assert 'href="/kiem-duyet/bao-cao"' in page
    for door in ("khong-dang", "chuyen"):
        assert f"{door}?ngan=bao-cao" in page
        assert "?ngan=bao-cao" in client.get(f"/kiem-duyet/{first.id}/{door}?ngan=bao-cao").text


def test_the_next_case_comes_from_the_same_list(client, moderator):
    waiting_case()
    first, second = reported(), reported()
    path = f"/kiem-duyet/{first.id}"
    done = send(client, f"{path}/duyet?ngan=bao-cao", f"{path}?ngan=bao-cao", version=1)
    assert re.fullmatch(rf"/kiem-duyet/{second.id}\?vua=\d+&ngan=bao-cao", done.location)
    path = f"/kiem-duyet/{second.id}"
    done = send(client, f"{path}/duyet?ngan=bao-cao", f"{path}?ngan=bao-cao", version=1)
    assert done.location.startswith("/kiem-duyet/bao-cao?vua=")
    assert "Không còn mục nào ở ngăn này." in client.get(done.location).text


def test_a_case_of_the_second_page_stands_in_the_list_of_that_page(client, moderator):
    cases = [waiting_case() for _ in range(22)]
    more = re.search(r'href="(/kiem-duyet\?after=\d+)"', client.get("/kiem-duyet").text)[1]
    link = re.findall(r'href="(/kiem-duyet/\d+\?after=\d+)"', client.get(more).text)[0]
    page = client.get(link).text
    assert in_list(page) == ([case.id for case in cases[20:]], cases[20].id)
    following = send(client, link.replace("?", "/duyet?"), link, version=1).location
    assert following.startswith(f"/kiem-duyet/{cases[0].id}?vua=")
    assert "after" not in following


@pytest.mark.parametrize(("asked", "there"), [("don-vi=40", [1]), ("don-vi=TW", [0]), ("chien-dich=xanh", [2])])
def test_the_queue_of_a_unit_or_of_a_campaign(client, moderator, asked, there):
    campaign("xanh", "Sáng tạo xanh")
    cases = [waiting_case(), waiting_case(unit="40"), waiting_case(unit="01", campaign="xanh")]
    with count_queries() as counted:
        page = client.get(f"/kiem-duyet?{asked}").text
    assert counted.n <= 5, counted.statements
    assert in_list(page)[0] == [cases[which].id for which in there]
    assert f"/kiem-duyet/{cases[there[0]].id}?{asked}" in page
    assert (
        send(client, f"/kiem-duyet/tiep?{asked}", "/kiem-duyet").location == f"/kiem-duyet/{cases[there[0]].id}?{asked}"
    )


def test_nothing_there_leads_back_to_everything(client, moderator):
    waiting_case(unit="01")
    page = client.get("/kiem-duyet?don-vi=40").text
    assert "Không có mục nào khớp" in page
    assert 'href="/kiem-duyet">Bỏ lọc' in page
    assert in_list(client.get("/kiem-duyet?don-vi=khong-co").text)[0] != []


def test_one_chooses_among_ones_own_units(client):
    sign_in(client, member("moderator", unit_id=reference().unit_by_code["40"].id))
    waiting_case(unit="40")
    page = client.get("/kiem-duyet").text
    assert 'name="don-vi"' not in page
    sign_in(client, member("moderator"))
    assert '<option value="01">' in client.get("/kiem-duyet").text


def test_many_at_once_stays_in_the_list_one_came_from(client, moderator):
    here, there = waiting_case(unit="40"), waiting_case(unit="01")
    link = re.search(r'href="(/kiem-duyet/nhieu[^"]*)"', client.get("/kiem-duyet?don-vi=40").text)[1]
    page = client.get(link).text
    assert f'value="{here.id}:1"' in page
    assert f'value="{there.id}:1"' not in page
    assert 'loai=report&amp;ngan=bao-cao" aria-current="true"' in client.get("/kiem-duyet/nhieu?ngan=bao-cao").text


def test_letting_go_leads_back_to_the_list(client, moderator):
    case = reported()
    hold(case, moderator)
    path = f"/kiem-duyet/{case.id}"
    assert send(client, f"{path}/nha?ngan=bao-cao", path).location == "/kiem-duyet/bao-cao"
    assert again(case.id).claimed_by_id is None
