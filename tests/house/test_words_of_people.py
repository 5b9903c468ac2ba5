"""What somebody wrote says which language it is in wherever a page of the other language shows it (WCAG 3.1.2)."""

from html.parser import HTMLParser

import pytest

from portal.database import now, transaction
from portal.discussion import services as discussion
from portal.voting import services as voting
from tests import factories
from tests.house.test_access import address, rules, things  # noqa: F401  # a fixture
from tests.portal.moderation import desk

pytestmark = pytest.mark.one_engine_each

WORDS = "ươm mầm"  # stands in every title, text and comment, and in no sentence of the portal
EMPTY = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Unsaid(HTMLParser):
    """Collects texts with `WORDS` in a place that is not said to be Vietnamese."""

    def __init__(self):
        super().__init__()
        self.open, self.found, self.seen = [], [], 0

    def handle_starttag(self, tag, attrs):
        if tag not in EMPTY:
            self.open.append((tag, dict(attrs).get("lang")))

    def handle_endtag(self, tag):
        while tag in (name for name, _ in self.open) and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if WORDS not in data.lower():
            return
        self.seen += 1
        language = next((lang for _, lang in reversed(self.open) if lang), "en")
        if language != "vi" and self.open[-1][0] not in {"title", "option", "textarea", "script"}:
            self.found.append((self.open[-1][0], data.strip()[:60]))


def told(html):
    reader = Unsaid()
    reader.feed(html)
    return reader


@pytest.fixture
def written(app, things):  # noqa: F811
    """Things as everywhere, of somebody who may see and do all, with Vietnamese words in all that people write."""
    who, moment = factories.member("admin", language="en"), now()
    text = {
        name: f"Mình ươm mầm xanh quanh sân trường {name}, mỗi lớp một luống cho cả khối."
        for name in ("problem", "solution", "start")
    }
    text["title"] = "Ươm mầm xanh quanh sân trường làng"
    mine, other = factories.published_idea(who, **text), factories.published_idea(**text)
    factories.idea("waiting", who, **text)
    factories.draft(who, **text)
    said = factories.comment(other, who, body="Mình cũng muốn ươm mầm ở trường, hạt giống lấy ở đâu?")
    reply = factories.comment(mine, body="Trường mình ươm mầm từ năm ngoái, lớn nhanh lắm.")
    with transaction():
        voting.cast(who, other.id, moment)
        discussion.follow(who, other.id, moment)
    case = desk.waiting_case(**text)
    return who, {
        **things,
        "idea_id": other.id,
        "comment_id": said.id,
        "case_id": case.id,
        "mine": mine.id,
        "reply": reply.id,
    }


def test_what_people_write_in_vietnamese_says_so_on_english_pages(app, written):
    who, known = written
    client = factories.sign_in(app.test_client(), who)
    wrong, seen = {}, 0
    for idea_id in (known["idea_id"], known["mine"]):
        for rule in rules(app, "GET"):
            answer = client.get(
                "/en" + address(app, rule, {**known, "idea_id": idea_id}), follow_redirects=True, buffered=True
            )
            if answer.mimetype == "text/html":
                reader = told(answer.text)
                seen += reader.seen
                wrong |= {rule.rule: reader.found} if reader.found else {}
    assert wrong == {}
    assert seen > 50
