"""What a unit of the Union says to an idea before everybody, signed and dated."""

import re

import pytest
from sqlalchemy import select

from portal.accounts.events import MemberErased
from portal.audit.models import AuditEntry
from portal.database import db, now, transaction
from portal.ideas import queries, services
from portal.ideas.models import Idea
from portal.ideas.services import leaving
from portal.notifications import delivery
from portal.outbox.models import Fact
from portal.units.queries import reference
from tests import factories
from tests.forms import token_in
from tests.portal.notifications import stories

pytestmark = pytest.mark.usefixtures("app")
SAID = "Đủ nhỏ để thử ngay. Kết quả đăng ở đây ngày 15/01."


def officer(code="40", role="organiser"):
    return factories.member(role, unit_id=reference().unit_by_code[code].id)


def answer(client, idea, **said):
    token = token_in(client.get(f"/y-tuong/{idea.id}", follow_redirects=True).text)
    form = {"status": "shortlisted", "note_vi": SAID, "csrf_token": token, **said}
    return client.post(f"/y-tuong/{idea.id}/phan-hoi", data=form)


def page_of(client, idea, prefix=""):
    return client.get(f"{prefix}/y-tuong/{idea.id}", follow_redirects=True).text


def status_of(idea):
    return db.session.scalar(select(Idea.status).where(Idea.id == idea.id))


def test_a_unit_answers_and_signs_with_its_name_and_the_day(app, client):
    idea, who = factories.published_idea(unit="40"), officer()
    factories.sign_in(client, who)
    assert f"/y-tuong/{idea.id}/phan-hoi" in page_of(client, idea)
    form = client.get(f"/y-tuong/{idea.id}/phan-hoi").text
    assert "Tỉnh Đoàn Nghệ An" in form
    assert form.count("(không bắt buộc)") == 1, "only the English words"
    assert re.findall(r'name="status" value="(\w+)"', form) == ["shortlisted", "not_adopted"]
    assert f'data-draft="/y-tuong/{idea.id}/phan-hoi"' in form
    assert "data-draft-done" in client.get(answer(client, idea, note_en="Small enough to try.").location).text
    visitor = app.test_client()
    block = re.search(r'<section class="official.*?</section>', page_of(visitor, idea), re.DOTALL)[0]
    assert "Tỉnh Đoàn Nghệ An" in block
    assert SAID in block
    assert now().strftime("%Y") in block
    assert page_of(visitor, idea).count(SAID) == 1, "not once more in the timeline"
    assert "Small enough to try." in page_of(visitor, idea, "/en")
    assert "Đang xem xét" in page_of(visitor, idea)
    assert db.session.scalars(select(Fact.name).where(Fact.name == "IdeaAdvanced")).all()
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "idea.answer")).one()
    assert (entry.actor_id, entry.object_id) == (who.id, idea.id)
    assert SAID not in str(entry.detail), "the record names no words"


def test_programs_read_the_answers_too(client):
    idea = factories.published_idea(unit="40")
    address = f"/api/v1/ideas/{idea.id}"
    assert client.get(address).json["answers"] == []
    factories.sign_in(client, officer())
    answer(client, idea, note_en="Small enough to try.")
    (said,) = client.get(address).json["answers"]
    assert (said["status"], said["unit"]) == ("shortlisted", "40")
    assert (said["text_vi"], said["text_en"]) == (SAID, "Small enough to try.")
    schemas = client.get("/api/v1/openapi.json").json["components"]["schemas"]
    assert schemas["IdeaShownOut"]["properties"]["answers"]["items"]["$ref"].endswith("/AnswerOut")


def test_the_authors_letter_is_signed_by_the_unit_too(client):
    idea = factories.published_idea(stories.wants(factories.member(), my_ideas="now"), unit="40")
    factories.sign_in(client, officer())
    answer(client, idea)
    stories.relay()
    sink = stories.Sink()
    delivery.drain(mailer=sink)
    (letter,) = (one for one in sink.taken if "xem xét" in one["Subject"])
    for kind in ("plain", "html"):
        words = letter.get_body((kind,)).get_content()
        assert "Tỉnh Đoàn Nghệ An trả lời:" in words
        assert SAID in words


def test_the_nearest_unit_signs_and_the_centre_for_what_is_nobodys(client):
    for idea in (factories.published_idea(unit="40"), factories.published_idea()):
        factories.sign_in(client, officer("TW"))
        answer(client, idea)
        assert local_office("TW") in page_of(client, idea)


def local_office(code):
    return reference().unit_by_code[code].office_vi


@pytest.mark.parametrize(
    ("who", "unit"), [(("48", "organiser"), "40"), (("40", "moderator"), "40"), (("40", "organiser"), None)]
)
def test_who_does_not_speak_for_the_unit_finds_no_form(client, who, unit):
    idea = factories.published_idea(**({"unit": unit} if unit else {}))
    factories.sign_in(client, officer(*who))
    assert "/phan-hoi" not in page_of(client, idea)
    assert client.get(f"/y-tuong/{idea.id}/phan-hoi").status_code == 404
    assert answer(client, idea).status_code == 404
    assert status_of(idea) == "published"


def test_nobody_answers_their_own_idea_nor_one_that_is_not_public(client):
    who = officer()
    factories.sign_in(client, who)
    for idea in (factories.published_idea(who, unit="40"), factories.idea("waiting", unit="40")):
        before = status_of(idea)
        assert answer(client, idea).status_code == 404
        assert status_of(idea) == before


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"status": ""}, "Chọn bước tiếp theo của ý tưởng"),
        ({"status": "removed"}, "Chọn bước tiếp theo của ý tưởng"),
        ({"note_vi": ""}, "Viết phản hồi"),
        ({"note_en": "x" * 1501}, "Dài quá 1 ký tự"),
    ],
)
def test_what_is_wrong_with_an_answer_is_said_and_nothing_is_lost(client, said, fault):
    idea = factories.published_idea(unit="40")
    factories.sign_in(client, officer())
    back = answer(client, idea, **said)
    assert back.status_code == 422
    assert fault in back.text
    assert said.get("note_vi", SAID) in back.text
    assert status_of(idea) == "published"


def test_a_step_that_is_not_there_from_here_is_a_conflict(client):
    idea = factories.published_idea(unit="40")
    factories.sign_in(client, officer())
    assert answer(client, idea, status="realised").status_code == 409
    assert status_of(idea) == "published"


def test_at_the_end_of_its_way_there_is_nothing_to_answer(client):
    idea = factories.idea("realised", unit="40")
    factories.sign_in(client, officer())
    assert "/phan-hoi" not in page_of(client, idea)
    assert client.get(f"/y-tuong/{idea.id}/phan-hoi").status_code == 303


def test_an_official_answer_outlives_the_account_it_was_typed_in(client):
    idea, who = factories.published_idea(unit="40"), officer()
    factories.sign_in(client, who)
    answer(client, idea)
    with transaction():
        leaving.forget_author(MemberErased(who.id, keep_ideas=False))
    assert SAID in page_of(client.application.test_client(), idea)


def test_a_story_keeps_its_words_and_its_day_when_the_idea_comes_back(client):
    idea, staff = factories.idea("in_progress", unit="40"), factories.member("moderator")
    for verb, *args in (
        (services.answer, officer(), idea.id, "realised", (SAID, "")),
        (services.hide, idea.id, staff),
        (services.restore, idea.id, staff),
    ):
        with transaction():
            verb(*args, now())
    (story,) = queries.stories()
    (first, *_) = [event for event in queries.history(idea.id, whole=True) if event.status == "realised"]
    assert (story.note_vi, story.at) == (SAID, first.at)
    assert SAID in client.get("/da-ap-dung").text
    assert SAID in client.get("/").text
    assert SAID in page_of(client, idea)
