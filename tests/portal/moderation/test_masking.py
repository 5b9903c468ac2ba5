"""Accepting the mask that triage proposes."""

import re

import pytest

from portal.database import db, now, transaction
from portal.discussion.models import Comment
from portal.errors import Conflict
from portal.ideas import queries as idea_queries
from portal.ideas import services as ideas
from portal.moderation import marking, services
from tests.factories import comment, content, member, published_idea, sign_in
from tests.portal.moderation.desk import again, approve, case_of, relay, waiting_case
from tests.portal.moderation.pages import send

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


def test_a_stale_version_masks_nothing():
    case, who = waiting_case(problem=TEXT), member("moderator")
    with pytest.raises(Conflict), transaction():
        services.mask(case.id, who, 7, marking.masks("vi"), now())
