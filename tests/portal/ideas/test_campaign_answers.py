"""What a campaign asks is answered where the idea is written, and stands wherever its words do."""

import re

import pytest
from sqlalchemy import select

from portal.accounts.models import Member
from portal.campaigns import asking
from portal.database import db, now, transaction
from portal.errors import Refusal
from portal.ideas import receipts, services
from portal.ideas.forms import SendForm
from portal.ideas.models import Draft, Idea, IdeaEdit
from tests import factories
from tests.forms import token_in
from tests.portal.ideas.campaign_answers import COST, COST_EN, TRIED, answered, drop, fresh, organiser, publish
from tests.portal.ideas.writing import signed_in, typed


def draft():
    return db.session.scalars(select(Draft).execution_options(populate_existing=True)).one()


@pytest.mark.one_engine_each
def test_the_form_asks_for_every_open_campaign_and_opens_the_chosen_one(client, campaign, cost):
    other = factories.campaign("khac")
    factories.question(other, "Trường bạn tên gì?")
    page = client.get(f"/gui-y-tuong?chien-dich={campaign.slug}").text
    boxes = dict(re.findall(r'<details class="field" data-campaign="([^"]*)"( open| data-other)', page))
    assert boxes == {campaign.slug: " open", "khac": " data-other"}
    assert f'name="answer-{cost}"' in page
    assert "Trường bạn tên gì?" in page
    assert COST_EN in client.get("/en/gui-y-tuong").text


def test_an_answer_is_kept_checked_sent_and_read(client, campaign, cost):
    signed_in(client)
    tried = factories.question(campaign, **TRIED)
    token = token_in(client.get("/gui-y-tuong").text)
    said = {f"answer-{cost}": "Khoảng **300** nghìn", f"answer-{tried}": "Đã thử", "csrf_token": token}
    answer = client.post("/gui-y-tuong", data={**typed(campaign=campaign.slug), **said})
    assert draft().content["answers"] == {str(cost): "Khoảng **300** nghìn", str(tried): "Đã thử"}
    check = client.get(answer.location).text
    assert "Khoảng <strong>300</strong> nghìn" in check
    assert f'#answer-{cost}"' in check
    sent = client.post(answer.location, data={"own_work": "y", "csrf_token": token_in(check)})
    assert sent.status_code == 303
    idea = db.session.scalars(select(Idea)).one()
    publish(idea)
    page = client.get(f"/y-tuong/{idea.id}", follow_redirects=True).text
    assert COST in page
    assert "Khoảng <strong>300</strong> nghìn" in page
    english = client.get(f"/en/y-tuong/{idea.id}", follow_redirects=True).text
    assert COST_EN in english
    assert "Tried it" in english


@pytest.mark.one_engine_each
@pytest.mark.parametrize(
    ("said", "wrong"),
    [("", "Trả lời câu hỏi này"), ("x" * 61, "Dài quá 1 ký tự (tối đa 60)")],
)
def test_what_is_wrong_with_an_answer_is_said_and_kept(client, campaign, cost, said, wrong):
    answer = client.post("/gui-y-tuong", data=typed(campaign=campaign.slug, title="Ngắn") | {f"answer-{cost}": said})
    assert answer.status_code == 422
    assert f'<a href="#answer-{cost}">{wrong}' in answer.text
    assert "Tên ý tưởng cần ít nhất 12 ký tự" in answer.text, "all faults are told at once"
    assert said in answer.text
    again = client.get(f"/gui-y-tuong?nhap={draft().token}&loi=1").text
    assert wrong in again


@pytest.mark.one_engine_each
def test_a_wrong_choice_and_forged_numbers_get_nowhere(client, campaign):
    tried = factories.question(campaign, **TRIED)
    forged = {f"answer-{tried}": "Bịa ra", "answer-999": "Lạ", "answer-x": "Lạ"}
    answer = client.post("/gui-y-tuong", data={**typed(campaign=campaign.slug), **forged})
    assert "Chọn một trong các câu trả lời có sẵn" in answer.text
    assert draft().content["answers"] == {str(tried): "Bịa ra"}


@pytest.mark.one_engine_each
def test_another_campaigns_answers_wait_in_the_draft_and_are_not_sent(client, campaign, cost):
    who, _ = signed_in(client)
    other = factories.campaign("khac")
    school = factories.question(other, "Trường bạn tên gì?")
    said = {f"answer-{cost}": "300 nghìn", f"answer-{school}": "Trường Lê Lợi"}
    token = token_in(client.get("/gui-y-tuong").text)
    client.post("/gui-y-tuong", data={**typed(campaign="khac"), **said, "csrf_token": token})
    page = client.get(f"/gui-y-tuong?nhap={draft().token}").text
    assert "300 nghìn" in page, "chosen again, it is there again"
    with transaction():
        idea = services.submit(who, draft().token, now())
    assert [answer["text"] for answer in fresh(idea.id).answers] == ["Trường Lê Lợi"]


@pytest.mark.one_engine_each
def test_what_is_asked_no_more_stays_in_the_draft(client, campaign, cost):
    client.post("/gui-y-tuong", data={**typed(campaign=campaign.slug), f"answer-{cost}": "300 nghìn"})
    drop(campaign, cost)
    before = draft()
    again = {**typed(campaign=campaign.slug), "nhap": before.token, "version": before.version}
    assert client.post("/gui-y-tuong", data=again).status_code == 303
    assert draft().content["answers"] == {str(cost): "300 nghìn"}


@pytest.mark.one_engine_each
def test_two_devices_compare_their_answers(client, campaign, cost):
    client.post("/gui-y-tuong", data={**typed(campaign=campaign.slug), f"answer-{cost}": "300 nghìn"})
    first = draft()
    there = {**first.content, "nhap": first.token, "version": first.version, "answers": ""}
    client.post("/gui-y-tuong", data={**there, f"answer-{cost}": "Một triệu", "action": "leave"})
    answer = client.post("/gui-y-tuong", data={**there, f"answer-{cost}": "Hai triệu"})
    assert answer.status_code == 409
    assert f'name="pick-answer-{cost}"' in answer.text
    chosen = {**there, "version": draft().version, f"answer-{cost}": "Hai triệu", f"pick-answer-{cost}": "both"}
    client.post("/gui-y-tuong", data=chosen)
    assert draft().content["answers"] == {str(cost): "Hai triệu\n\nMột triệu"}


@pytest.mark.one_engine_each
def test_an_answer_outlives_its_question_and_can_be_changed(client, campaign, cost):
    idea, who = answered(campaign, cost, status="waiting")
    drop(campaign, cost)
    factories.sign_in(client, who)
    page = client.get(f"/y-tuong/{idea.id}/sua").text
    assert COST in page
    form = {**typed(campaign=campaign.slug), "version": "1.0", "csrf_token": token_in(page)}
    client.post(f"/y-tuong/{idea.id}/sua", data={**form, f"answer-{cost}": "500 nghìn"})
    assert [(one["label_vi"], one["text"]) for one in fresh(idea.id).answers] == [(COST, "500 nghìn")]
    changes = client.get(f"/y-tuong/{idea.id}/lich-su", follow_redirects=True).text
    assert COST in changes
    assert "500" in changes


@pytest.mark.one_engine_each
def test_a_published_ideas_answer_is_changed_by_an_edit(client, campaign, cost):
    idea, who = answered(campaign, cost)
    factories.sign_in(client, who)
    page = client.get(f"/y-tuong/{idea.id}/sua").text
    assert 'name="campaign"' not in page, "where it takes part is decided"
    assert '<details class="field" open' in page, "nothing on the page could open it by choosing a campaign"
    texts = {name: getattr(idea, name) for name in ("title", "problem", "solution")}
    form = {**texts, "field": "moi-truong", "version": f"{idea.version}.0", "csrf_token": token_in(page)}
    client.post(f"/y-tuong/{idea.id}/sua", data={**form, f"answer-{cost}": "500 nghìn"})
    assert fresh(idea.id).answers[0]["text"] == "Khoảng 300 nghìn"
    assert "500 nghìn" in client.get(f"/y-tuong/{idea.id}/sua").text, "one goes on from what was sent last"
    assert fresh(idea.id).campaign_id == campaign.id


@pytest.mark.one_engine_each
def test_a_campaign_that_closed_meanwhile_is_what_is_wrong_not_its_questions(client, campaign):
    signed_in(client)
    page = client.get("/gui-y-tuong")
    answer = client.post("/gui-y-tuong", data={**typed(campaign=campaign.slug), "csrf_token": token_in(page.text)})
    factories.question(campaign, COST, required=True)
    with transaction():
        campaign.closes_at = now()
        db.session.add(campaign)
    wrong = client.get(client.get(answer.location).location)
    assert wrong.status_code == 422
    assert wrong.text.count("Chiến dịch này chưa mở hoặc đã đóng") == 2, "above the form, and beside what it leads to"
    assert '<a href="#campaign">' in wrong.text
    assert 'id="campaign"' in wrong.text


@pytest.mark.one_engine_each
def test_a_question_asked_since_the_page_was_made_is_said_above_the_form(app, campaign):
    with app.test_request_context(method="POST"):
        form = SendForm()
        form.add_errors({"answer-7": Refusal("Trả lời câu hỏi này")})
        assert form.form_errors == ["Trả lời câu hỏi này"]


def test_a_choice_that_was_made_stays_one_whatever_becomes_of_it(client, campaign):
    tried = factories.question(campaign, **TRIED, required=True)
    idea, who = answered(campaign, tried, "Đã thử")
    by = organiser()
    with transaction():
        asking.reword(campaign.id, tried, 1, asking.Wording(**{**TRIED, "choices": "Chưa | No\nRồi | Yes"}), by)
    factories.sign_in(client, who)
    page = client.get(f"/en/y-tuong/{idea.id}/sua").text
    assert re.search(r'value="Đã thử"[^>]*checked|checked[^>]*value="Đã thử"', page)
    form = {name: getattr(idea, name) for name in ("title", "problem", "solution")}
    form |= {"field": "moi-truong", "version": f"{idea.version}.0", "csrf_token": token_in(page)}
    sent = client.post(f"/y-tuong/{idea.id}/sua", data={**form, "start": "Từ mai.", f"answer-{tried}": "Đã thử"})
    assert sent.status_code == 303
    edit = db.session.scalars(select(IdeaEdit)).one()
    assert (edit.content["answers"][0]["text"], edit.content["answers"][0]["text_en"]) == ("Đã thử", "Tried it")


@pytest.mark.one_engine_each
def test_leaving_the_campaign_leaves_its_answers_in_the_history(campaign, cost):
    idea, who = answered(campaign, cost, status="waiting")
    with transaction():
        services.revise(who, idea.id, 1, factories.content(answers={str(cost): "Khoảng 300 nghìn"}), now())
    assert fresh(idea.id).answers == []


def test_it_is_found_by_its_answers_and_the_receipt_proves_them(client, campaign, cost):
    idea, _ = answered(campaign, cost, "Góp heo đất xuyên năm")
    assert idea.title in client.get("/y-tuong?q=heo đất").text
    told = receipts.text_of(services.writing.text_of(idea)).decode()
    assert "Góp heo đất xuyên năm" in told
    assert "answers" not in receipts.text_of({"title": "Không thi"}).decode(), "the hashes of before stay right"


@pytest.mark.one_engine_each
def test_with_its_author_go_the_answers(campaign, cost):
    from portal.accounts.events import MemberErased
    from portal.ideas.services.leaving import forget_author

    idea, who = answered(campaign, cost)
    with transaction():
        forget_author(MemberErased(who.id, keep_ideas=False))
    assert fresh(idea.id).answers == []
    assert db.session.get(Member, who.id) is not None
