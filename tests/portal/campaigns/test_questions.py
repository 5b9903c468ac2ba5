"""Organisers say what a campaign asks of those who send it an idea."""

import re

import pytest

from portal.campaigns import queries
from portal.units.queries import reference
from tests import factories
from tests.forms import send
from tests.queries import count_queries

pytestmark = pytest.mark.one_engine_each
CHOICE = {"label_vi": "Bạn đã thử ý này chưa?", "kind": "choice", "choices": "Chưa thử | Not yet\nĐã thử | Tried"}


@pytest.fixture
def page(client):
    return factories.sign_in(client, factories.member("organiser"))


@pytest.fixture
def campaign(app):
    return factories.campaign()


def path(campaign, rest=""):
    return f"/quan-tri/chien-dich/{campaign.id}/cau-hoi{rest}"


def asked(campaign):
    return queries.questions_of(campaign.slug)


def test_a_question_is_asked_shown_reworded_and_dropped(page, campaign):
    assert "Chưa có câu nào" in page.get(path(campaign)).text
    assert 'href="' + path(campaign) + '"' in page.get(f"/quan-tri/chien-dich/{campaign.id}").text
    said = {**CHOICE, "label_en": "Have you tried it?", "required": "y", "help_vi": "Thử nhỏ cũng tính."}
    assert send(page, path(campaign, "/moi"), **said).location == path(campaign)
    (one,) = asked(campaign)
    assert (one.kind, one.choices, one.required) == ("choice", (("Chưa thử", "Not yet"), ("Đã thử", "Tried")), True)
    with count_queries() as counted:
        listed = page.get(path(campaign)).text
    assert counted.n <= 5, counted.statements
    assert "Thử nhỏ cũng tính." in listed
    assert "bắt buộc" in listed
    own = path(campaign, f"/{one.id}")
    assert "Chưa thử | Not yet" in page.get(own).text
    send(page, own, **{**CHOICE, "label_vi": "Ý này đã thử chưa?", "version": 1})
    assert [(again.id, again.label_vi, again.required) for again in asked(campaign)] == [
        (one.id, "Ý này đã thử chưa?", False)
    ]
    send(page, f"{own}/bo")
    assert asked(campaign) == ()
    assert page.get(own).status_code == 404


def test_of_two_who_word_it_at_once_the_second_is_told_and_loses_nothing(page, campaign):
    own = path(campaign, f"/{factories.question(campaign)}")
    seen = re.search(r'name="version"[^>]* value="(\d+)"', page.get(own).text)[1]
    send(page, own, label_vi="Ai sẽ làm cùng bạn?", kind="long", version=seen)
    late = send(page, own, label_vi="Bạn cần bao nhiêu tiền?", kind="long", version=seen)
    assert late.status_code == 409
    assert "Vừa có người sửa mục này trước bạn" in late.text
    assert "Bạn cần bao nhiêu tiền?" in late.text
    assert asked(campaign)[0].label_vi == "Ai sẽ làm cùng bạn?"
    assert f'<a href="{own}" target="_blank">Xem bản mới' in late.text
    now_seen = re.search(r'name="version"[^>]* value="(\d+)"', late.text)[1]
    assert send(page, own, label_vi="Bạn cần bao nhiêu tiền?", kind="long", version=now_seen).status_code == 303


def test_the_order_is_the_organisers(page, campaign):
    first, last = factories.question(campaign), factories.question(campaign, "Ai làm cùng bạn?")
    send(page, path(campaign, f"/{last}/len"))
    assert [one.id for one in asked(campaign)] == [last, first]


def test_how_it_is_answered_stays_because_drafts_hold_answers(page, campaign):
    number = factories.question(campaign)
    answer = send(page, path(campaign, f"/{number}"), **CHOICE)
    assert answer.status_code == 422
    assert "Cách trả lời không đổi được" in answer.text
    assert asked(campaign)[0].kind == "long"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"label_vi": "Sao?"}, "cần ít nhất 5 ký tự"),
        ({"label_vi": ""}, "Viết câu hỏi"),
        ({"kind": "file"}, "Chọn cách trả lời"),
        ({"choices": "Chỉ một"}, "Viết từ 2 đến 12 câu trả lời"),
        ({"choices": "Có\nCó | Yes"}, "Có hai câu trả lời giống nhau"),
        ({"kind": "short", "most": "900"}, "Số này phải từ 10 đến 200"),
        ({"kind": "long", "most": "nhiều"}, "Số này phải từ 10 đến 1.500"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(page, campaign, typed, said):
    answer = send(page, path(campaign, "/moi"), **{**CHOICE, "help_vi": "Gợi ý còn nguyên", **typed})
    assert answer.status_code == 422
    assert said in answer.text
    assert "Gợi ý còn nguyên" in answer.text
    assert asked(campaign) == ()


def test_six_are_enough(page, campaign):
    for _ in range(6):
        factories.question(campaign)
    assert "Đã đủ 6 câu" in page.get(path(campaign)).text
    answer = send(page, path(campaign, "/moi"), **CHOICE)
    assert answer.status_code == 422
    assert "nhiều nhất 6 câu" in answer.text


def test_of_another_units_campaign_one_learns_nothing(client, campaign):
    nghe_an = factories.member("organiser", unit_id=reference().unit_by_code["40"].id)
    number = factories.question(campaign)
    page = factories.sign_in(client, nghe_an)
    for rest in ("", "/moi", f"/{number}"):
        assert page.get(path(campaign, rest)).status_code == 404
    for rest in ("/moi", f"/{number}", f"/{number}/bo", f"/{number}/len"):
        assert send(page, path(campaign, rest), **CHOICE).status_code == 404
    other = factories.campaign("khac", nghe_an.unit_id)
    assert send(page, path(other, f"/{number}/bo")).status_code == 404, "a question of another campaign"
    assert len(asked(campaign)) == 1


def test_the_api_tells_what_is_asked(client, campaign):
    number = factories.question(campaign, **{**CHOICE, "label_en": "Tried?"})
    (told,) = client.get("/api/v1/campaigns", headers={"Accept-Language": "en"}).json["items"]
    assert told["questions"] == [
        {
            "id": number,
            "label": "Tried?",
            "help": "",
            "kind": "choice",
            "choices": ["Not yet", "Tried"],
            "required": False,
            "most": 80,
        }
    ]
