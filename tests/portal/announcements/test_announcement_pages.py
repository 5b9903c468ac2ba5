"""The organisers' pages of announcements."""

from __future__ import annotations

import pytest

from portal.announcements import services
from portal.notifications import delivery
from tests import factories, forms
from tests.forms import token_in
from tests.portal.announcements.drafting import WORDS, drafted, sent, spread, unit_id
from tests.portal.notifications import stories
from tests.queries import count_queries

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.one_engine_each]


@pytest.fixture
def organiser(client):
    who = factories.member("organiser", unit_id=unit_id("40"))
    factories.sign_in(client, who)
    return who


def token(client):
    return token_in(client.get("/quan-tri/thong-bao/moi").text)


def write(client, **values):
    data = {**WORDS, "audience": f"unit:{unit_id('40')}", "language": "vi", "csrf_token": token(client), **values}
    return client.post("/quan-tri/thong-bao/moi", data=data)


def press(client, page, label):
    return forms.press(client, page, f"{label}<").text


def test_an_empty_list_says_how_to_begin(client, organiser):
    assert "Chưa có thông báo nào" in client.get("/quan-tri/thong-bao").text


def test_from_draft_to_sent_on_pages(client, organiser):
    factories.member(unit_id=unit_id("40"))
    page = write(client).location
    preview = client.get(page).text
    assert "<strong>bão</strong>" in preview
    assert "data-draft-done" in preview
    assert "2 người" in preview
    assert "Thư thử đang tới hộp thư của bạn." in press(client, page, "Gửi thử cho mình")
    sink = stories.Sink()
    delivery.drain(mailer=sink)
    assert [message["To"] for message in sink.taken] == [organiser.email]
    assert "Đang gửi" in press(client, page, "Gửi")
    spread()
    assert "2 thư đang chờ đi" in client.get(page).text
    assert ">Dừng gửi<" in client.get(page).text
    delivery.drain(mailer=stories.Sink())
    spread()
    assert "Đã gửi 2 thư trong 2." in client.get(page).text
    assert "Đã gửi hết" in client.get(page).text
    assert WORDS["subject"] in client.get("/quan-tri/thong-bao").text


def test_what_is_wrong_stands_beside_the_field_and_nothing_is_lost(client, organiser):
    answer = write(client, subject="Ngắn")
    assert answer.status_code == 422
    assert "Còn 1 chỗ cần sửa" in answer.text
    assert "hạn gửi bài lùi" in answer.text


def test_another_provinces_unit_cannot_be_chosen(client, organiser):
    assert write(client, audience=f"unit:{unit_id('01')}").status_code == 422


def test_who_looks_after_a_province_is_told_that_a_field_is_narrowed_to_it(client, organiser):
    field_id = factories.published_idea().field_id
    narrowed, whole = drafted(organiser, "field", field_id), drafted(organiser)
    words = f"Chỉ gồm người ở nơi {organiser.display_name} phụ trách."
    assert words in client.get(f"/quan-tri/thong-bao/{narrowed.id}").text
    assert words not in client.get(f"/quan-tri/thong-bao/{whole.id}").text


def test_a_draft_can_be_changed_until_it_is_sent(client, organiser):
    page = write(client).location
    data = {**WORDS, "subject": "Hạn gửi bài lùi hẳn một tuần", "audience": f"unit:{unit_id('40')}", "language": "vi"}
    client.post(f"{page}/sua", data={**data, "csrf_token": token(client)})
    assert "lùi hẳn một tuần" in client.get(page).text


def test_others_announcements_are_not_there_for_an_organiser_of_a_province(client, organiser):
    row = drafted(factories.member("admin"))
    assert client.get(f"/quan-tri/thong-bao/{row.id}").status_code == 404
    assert WORDS["subject"] not in client.get("/quan-tri/thong-bao").text


def test_the_list_costs_few_queries(client, organiser):
    for _ in range(3):
        drafted(organiser)
    with count_queries() as counted:
        client.get("/quan-tri/thong-bao")
    assert counted.n <= 5


def test_a_second_person_finds_under_the_bell_what_waits_for_them(client, monkeypatch):
    monkeypatch.setattr(services, "SECOND_PERSON_ABOVE", 1)
    author, second = factories.member("admin"), factories.member("admin")
    for _ in range(2):
        factories.member(unit_id=unit_id("40"))
    row = drafted(author)
    sent(author, row)
    factories.sign_in(client, second)
    bell = client.get("/toi/thong-bao").text
    assert "Một thông báo gửi cho nhiều người đang chờ bạn duyệt." in bell
    assert f'href="/quan-tri/thong-bao/{row.id}"' in bell
    assert ">Duyệt và gửi<" in client.get(f"/quan-tri/thong-bao/{row.id}").text
