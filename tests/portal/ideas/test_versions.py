"""What an idea said before: word by word, and only to those who may read it."""

import re

import pytest

from portal.database import now, transaction
from portal.ideas import diff, services
from portal.ideas.models import IdeaVersion
from portal.ideas.services.writing import text_of
from portal.outbox import services as outbox
from tests import factories
from tests.portal.accounts import family
from tests.queries import count_queries
from worker.reactions import REACTIONS


def pieces(old, new):
    return [(piece.kind, piece.text) for piece in diff.words(old, new)]


def test_words_that_go_and_come_are_told_apart():
    assert pieces("Đặt một trạm ở cổng", "Đặt hai trạm ở cổng trường") == [
        ("same", "Đặt"),
        ("gone", " một"),
        ("new", " hai"),
        ("same", " trạm ở cổng"),
        ("new", " trường"),
    ]


@pytest.mark.parametrize(
    ("old", "new"), [("", "Một hai"), ("Một hai", ""), ("a\n\nb c ", "a b\nc"), ("x " * 900, "x y " * 900)]
)
def test_both_texts_can_be_read_out_of_a_comparison(old, new):
    found = diff.words(old, new)
    assert "".join(piece.text for piece in found if piece.kind != "new").split() == old.split()
    assert "".join(piece.text for piece in found if piece.kind != "gone") == new


def revised(author, **values):
    """An idea whose author wrote a telephone number into it and took it out before it was published."""
    idea = factories.idea(
        "waiting", author, problem="Gọi mình số 0912 345 678 để biết trường nào thiếu trạm đổi vỏ hộp sữa."
    )
    moderator = factories.member("moderator")
    with transaction():
        services.revise(author, idea.id, 1, factories.content(title=idea.title, **values), now())
        services.publish(idea.id, 2, moderator, now())
    return idea


def page_of(client, idea, query=""):
    return client.get(f"/y-tuong/{idea.id}/lich-su{query}", follow_redirects=True)


def test_what_was_taken_out_before_publication_stays_out_of_sight(app, client):
    author = factories.member()
    idea = revised(author)
    page = page_of(client, idea).text
    assert "0912" not in page
    assert "Chỉ có một bản" in page
    assert "lich-su" not in client.get(f"/y-tuong/{idea.id}", follow_redirects=True).text
    for who in (author, factories.member("moderator")):
        known = factories.sign_in(app.test_client(), who)
        assert "<del>" in page_of(known, idea).text
        assert "0912" in page_of(known, idea).text
        assert "lich-su" in known.get(f"/y-tuong/{idea.id}", follow_redirects=True).text


def test_an_idea_that_only_waited_for_a_guardian_has_no_earlier_text(client):
    child = family.child()
    with transaction():
        sent = services.add(child, factories.content(), now())
    family.agree(child, "account", "publish")
    family.confirm(child)
    outbox.relay(REACTIONS)
    page = factories.sign_in(client, child).get(f"/y-tuong/{sent.id}", follow_redirects=True).text
    assert sent.title in page
    assert "lich-su" not in page


def test_what_was_public_can_be_compared_by_everybody_but_for_the_confidential_part(client):
    idea = factories.published_idea(confidential="Công thức mới nằm ở đây.")
    with transaction() as session:
        old = {
            **factories.content(title="Tên cũ của ý tưởng này").as_dict(),
            "confidential": "Công thức cũ",
            "field_id": idea.field_id,
        }
        session.add(IdeaVersion(idea_id=idea.id, version=0, at=now(), content=old))
    assert "lich-su" in client.get(f"/y-tuong/{idea.id}", follow_redirects=True).text
    with count_queries() as counted:
        page = page_of(client, idea).text
    assert counted.n <= 5
    assert re.search(r"<del>.*Tên cũ", page)
    assert '<p class="diff was">' in page, "on a laptop the old stands beside the new"
    assert "Công thức" not in page


def test_what_an_idea_is_filed_under_is_named_in_the_readers_language(client):
    author = factories.member()
    idea = factories.idea("waiting", author, unit="40")
    with transaction():
        services.revise(author, idea.id, 1, factories.content(field="nang-luong", unit="48"), now())
    factories.sign_in(client, author)
    vi, en = (client.get(f"{prefix}/y-tuong/{idea.id}/lich-su", follow_redirects=True).text for prefix in ("", "/en"))
    assert "Năng lượng" in vi
    assert "Đà Nẵng" in vi
    assert "Energy" in en
    assert "Da Nang" in en
    assert "Năng lượng" not in en


def test_the_parts_are_called_as_on_the_page_of_the_idea(client):
    author = factories.member()
    idea = factories.published_idea(author=author)
    with transaction() as session:
        before = {**text_of(idea), "solution": "Cách cũ", "campaign_id": 0, "language": "en"}
        session.add(IdeaVersion(idea_id=idea.id, version=0, at=now(), content=before))
    for prefix, words in (("", ("Ý tưởng", "Viết bằng")), ("/en", ("Idea", "Written in"))):
        page = client.get(f"{prefix}/y-tuong/{idea.id}/lich-su", follow_redirects=True).text
        assert tuple(re.findall(r'<h2 class="h3">(.*?)</h2>', page)) == words
        shown = client.get(f"{prefix}/y-tuong/{idea.id}", follow_redirects=True).text
        assert re.search(rf"<h2[^>]*>{words[0]}</h2>", shown)


def test_two_versions_are_chosen_by_their_numbers_in_either_order(client):
    author = factories.member()
    idea = revised(author)
    factories.sign_in(client, author)
    for query in ("?tu=1&den=2", "?tu=2&den=1"):
        assert re.search(r"<del>.*0912", page_of(client, idea, query).text)
    same = page_of(client, idea, "?tu=1&den=1").text
    assert "Hai bản này nói như nhau" in same
    assert "So sánh" in same, "and two others can be chosen"
    assert page_of(client, idea, "?tu=x&den=99").status_code == 200


@pytest.mark.parametrize(("status", "code"), [("waiting", 404), ("removed", 410)])
def test_what_is_not_there_to_read_has_no_history(client, status, code):
    assert page_of(client, factories.idea(status) if status == "waiting" else removed()).status_code == code


def removed():
    idea = factories.published_idea()
    with transaction():
        services.advance(idea.id, "removed", None, now())
    return idea
