"""Letters to begin with, as an installation words them."""

import re

import pytest

from portal.moderation import templates
from portal.units.queries import reference
from tests.factories import member, sign_in
from tests.portal.moderation.desk import waiting_case
from tests.portal.moderation.pages import choose, send, token

pytestmark = pytest.mark.one_engine_each

PATH = "/kiem-duyet/mau-thu/nho-sua/unclear"
OURS = {
    "body_vi": "Chào {name}, kể thêm một ví dụ giúp chi đoàn nhé.",
    "body_en": "Hello {name}, one example more helps us.",
}


@pytest.fixture
def organiser(client):
    sign_in(client, member("organiser"))


def letter(client, language):
    case = waiting_case(member(name=f"Bạn {language}", language=language))
    return choose(client, f"/kiem-duyet/{case.id}/nho-sua", "unclear")


@pytest.mark.parametrize(("role", "unit"), [("moderator", None), ("organiser", "40"), ("admin", "40")])
def test_who_is_no_organiser_of_the_centre_reads_them_and_does_not_change_them(client, role, unit):
    sign_in(client, member(role, **({"unit_id": reference().unit_by_code[unit].id} if unit else {})))
    page = client.get("/kiem-duyet/mau-thu")
    assert "mình rất muốn hiểu thêm" in page.text
    assert PATH not in page.text
    assert client.get(PATH).status_code == 404
    assert send(client, PATH, **OURS).status_code == 404


def test_a_letter_begins_as_the_installation_words_it_in_the_authors_language(client, organiser):
    assert "mình rất muốn hiểu thêm" in client.get(PATH).text
    send(client, PATH, PATH, **OURS)
    assert "đã sửa: vi, en" in client.get("/kiem-duyet/mau-thu").text
    assert "Chào Bạn vi, kể thêm một ví dụ giúp chi đoàn nhé." in letter(client, "vi")
    assert "Hello Bạn en, one example more helps us." in letter(client, "en")


@pytest.mark.parametrize("how", ["button", "same words"])
def test_the_way_back_to_the_original(client, organiser, how):
    original = {"body_vi": "", "body_en": ""}
    if how == "same words":
        original = {f"body_{name}": templates.original("return", "unclear", name) for name in ("vi", "en")}
    send(client, PATH, PATH, **OURS)
    send(client, PATH, PATH, **original, **({"original": "1"} if how == "button" else {}))
    assert "đã sửa: " not in client.get("/kiem-duyet/mau-thu").text


@pytest.mark.parametrize("body", ["Ngắn", "Chào {ten}, bạn kể thêm nhé."])
def test_a_template_nobody_could_fill_is_refused(client, organiser, body):
    answer = send(client, PATH, PATH, **{**OURS, "body_vi": body})
    assert answer.status_code == 422
    assert body in answer.text


def test_of_two_who_word_one_letter_at_once_the_second_is_told_and_loses_nothing(app, client, organiser):
    seen = re.search(r'name="seen" type="hidden" value="([^"]*)"', client.get(PATH).text)[1]
    other = sign_in(app.test_client(), member("organiser"))
    send(other, PATH, PATH, **OURS)
    mine = {
        "body_vi": "Chào {name}, chi đoàn muốn nghe thêm.",
        "body_en": "Hello {name}, tell us more, please.",
        "csrf_token": token(client, PATH),
    }
    late = client.post(PATH, data={**mine, "seen": seen})
    assert late.status_code == 409
    assert "Vừa có người sửa mục này trước bạn" in late.text
    assert mine["body_vi"] in late.text
    assert f'<p class="diff" lang="vi">{OURS["body_vi"]}</p>' in late.text
    again = re.search(r'name="seen" type="hidden" value="([^"]*)"', late.text)[1]
    assert client.post(PATH, data={**mine, "seen": again}).status_code == 303
    assert mine["body_vi"] in client.get(PATH).text


def test_only_letters_that_there_are(client, organiser):
    assert client.get("/kiem-duyet/mau-thu/nho-sua/khac").status_code == 404
