"""Accepting the mask that triage proposes."""

import re

import pytest
from sqlalchemy import select, update

from portal.database import db, now, transaction
from portal.discussion.models import Comment
from portal.errors import Conflict
from portal.ideas import queries as idea_queries
from portal.ideas import services as ideas
from portal.ideas.models import Idea
from portal.moderation import marking, services
from portal.moderation.models import Case
from portal.outbox import services as outbox
from tests.factories import api_key, comment, content, member, published_idea, report, sign_in
from tests.portal.accounts import family
from tests.portal.moderation.desk import (
    ADVICE,
    THREE_DAYS,
    again,
    approve,
    case_of,
    decide,
    refuse,
    relay,
    waiting_case,
)
from tests.portal.moderation.pages import send
from worker.reactions import REACTIONS

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.one_engine_each]
PHONE = "0912 345 678"
TEXT = f"Em thấy pin vứt đầy ruộng, ai cũng kêu. Gọi em {PHONE} nhé, em ở xã suốt."


def test_the_proposed_mask_is_put_in_place_everywhere_and_the_case_goes_on(client):
    author, who = member(), member("moderator")
    case = waiting_case(author, problem=TEXT)
    with transaction():
        ideas.revise(author, case.idea_id, 1, content(problem=TEXT + " Thêm một câu."), now())
    relay()
    sign_in(client, who)
    path = f"/kiem-duyet/{case.id}"
    assert "Che như vậy, cả trong bản cũ" in client.get(path).text
    version = str(again(case.id).version)
    page = send(client, f"{path}/che", path, version=version)
    assert page.status_code == 303
    assert PHONE not in client.get(path).text
    shown = idea_queries.show(case.idea_id, author)
    assert PHONE not in str([each.content for each in idea_queries.versions(shown, whole=True)])
    assert "[đã che số điện thoại]" in shown.idea.problem
    assert "contact_data" not in {reason.rule for reason in again(case.id).reasons}
    assert send(client, f"{path}/che", path, version=version).status_code == 409, "somebody else's look at the old text"
    approve(again(case.id), who)
    assert PHONE not in client.get(f"/y-tuong/{case.idea_id}", follow_redirects=True).text


def test_a_comment_is_masked_the_same_way():
    said = comment(published_idea(), body=f"Gọi mình {PHONE} nhé.")
    relay()
    case, who = case_of(said.idea_id), member("moderator")
    with transaction():
        services.mask(case.id, who, case.version, marking.masks("vi"), now())
    assert db.session.get(Comment, said.id, populate_existing=True).body == "Gọi mình [đã che số điện thoại] nhé."


def test_a_mask_that_is_longer_than_what_it_hides_still_fits():
    idea = published_idea(
        title=(
            "Thu gom vỏ hộp sữa ở trường em rồi gọi cho thầy phụ trách theo số máy sau đây nhé các bạn ơi 0912345678 cảm ơn nhiều"
        )[:120]
    )
    with transaction():
        masked = ideas.mask(idea.id, 1, lambda text: re.sub(r"\d{10}", "[đã che số điện thoại]", text), now())
    assert len(masked.title) <= 120
    assert "0912345678" not in masked.title


def test_other_cases_of_the_idea_go_on_with_the_masked_text():
    idea, into, who = published_idea(problem=TEXT), published_idea(), member("moderator")
    with transaction():
        merging = services.open_merge_case(idea.id, who, THREE_DAYS, now())
    report(idea)
    relay()
    case = case_of(idea.id)
    assert case.kind == "report"
    with transaction():
        services.mask(case.id, who, case.version, marking.masks("vi"), now())
    renewed = again(merging)
    assert renewed.version == 2, "nobody decides on the text they read before"
    with transaction():
        assert services.decide(merging, who, renewed.version, "merge", "", "", now(), into=into.id)


@pytest.mark.parametrize("kind", ["merge", "report"])
def test_a_case_that_is_asked_for_again_is_about_the_text_of_now(kind):
    author, who = member(), member("moderator")
    idea = published_idea(author, problem=TEXT)

    def ask():
        if kind == "report":
            report(idea)
            relay()
            return db.session.scalars(select(Case.id).where(Case.kind == "report")).one()
        with transaction():
            return services.open_merge_case(idea.id, who, THREE_DAYS, now())

    opened = ask()
    assert ask() == opened
    assert again(opened).version == 1, "nothing has changed that anybody has read"
    with transaction():
        ideas.propose(author, idea.id, 1, content(problem=TEXT + " Thêm một câu."), now())
    relay()
    approve(again(db.session.scalars(select(Case.id).where(Case.kind == "edit")).one()), who)
    assert ask() == opened
    case = again(opened)
    assert (case.idea_version, case.version) == (2, 2)
    with transaction():
        services.mask(opened, who, case.version, marking.masks("vi"), now())


def ask_about(kind, author):
    """A case that no rule has read, about a text with a telephone number; who may have it."""
    who = member("moderator")
    if kind == "appeal":
        case = waiting_case(author, problem=TEXT)
        refuse(case, member("moderator"))
        with transaction():
            asked = services.appeal(author, case.idea_id, "Em đã hỏi cô giáo, cô bảo làm được.", THREE_DAYS, now())
        return again(asked.case_id), who
    idea = published_idea(author, problem=TEXT)
    if kind == "withdrawal":
        family.agree(author, "account")
        outbox.relay(REACTIONS)
    else:
        said = comment(published_idea(), author, f"Gọi mình {PHONE} nhé.") if kind == "report of a comment" else None
        with transaction():
            db.session.execute(update(Comment).values(status="published"))
        report(db.session.get(Idea, said.idea_id) if said else idea, comment=said, reason="privacy")
        relay()
    kinds = select(Case.id).where(Case.kind == kind.partition(" ")[0])
    return again(db.session.scalars(kinds).one()), who


@pytest.mark.parametrize("kind", ["report", "report of a comment", "appeal", "withdrawal"])
def test_whatever_is_asked_of_a_text_its_personal_data_can_be_masked(client, kind):
    author = family.allowed_child() if kind == "withdrawal" else member()
    case, who = ask_about(kind, author)
    sign_in(client, who)
    path = f"/kiem-duyet/{case.id}"
    page = client.get(path).text
    assert "Có thể lộ thông tin riêng: số điện thoại (1)" in page
    assert "Che như vậy" in page
    reasons = client.get("/api/v1/moderation/cases", headers=api_key(who)).json["items"][0]["reasons"]
    assert "contact_data" in {one["rule"] for one in reasons}
    assert send(client, f"{path}/che", path, version=case.version).status_code == 303
    page = client.get(path).text
    assert PHONE not in page
    assert "[đã che số điện thoại]" in page
    assert "Có thể lộ" not in page
    approve(again(case.id), who) if kind != "appeal" else decide(again(case.id), who, "approve", "", ADVICE)


def test_a_report_masks_the_text_of_now_though_an_edit_was_accepted_since():
    author, who = member(), member("moderator")
    idea = published_idea(author, problem=TEXT)
    report(idea, reason="privacy")
    relay()
    opened = case_of(idea.id)
    with transaction():
        ideas.propose(author, idea.id, 1, content(problem=TEXT + " Thêm một câu."), now())
    relay()
    approve(again(db.session.scalars(select(Case.id).where(Case.kind == "edit")).one()), who)
    with transaction():
        services.mask(opened.id, who, again(opened.id).version, marking.masks("vi"), now())
    problem = db.session.get(Idea, idea.id, populate_existing=True).problem
    assert "Thêm một câu." in problem
    assert PHONE not in problem


def test_a_stale_version_masks_nothing():
    case, who = waiting_case(problem=TEXT), member("moderator")
    with pytest.raises(Conflict), transaction():
        services.mask(case.id, who, 7, marking.masks("vi"), now())
