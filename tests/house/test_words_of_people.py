"""What somebody wrote says which language it is in wherever a page of the other language shows it (WCAG 3.1.2)."""

from datetime import timedelta
from html.parser import HTMLParser

import pytest

from portal.campaigns import services as campaigns
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
    factories.comment(mine, body="Trường mình ươm mầm từ năm ngoái, lớn nhanh lắm.")
    title, rules_of_it = ({"vi": words, "en": ""} for words in (text["title"], f"{text['problem']}\n\n{text['start']}"))
    with transaction():
        voting.cast(who, other.id, moment)
        discussion.follow(who, other.id, moment)
        campaigns.add("x", title, rules_of_it, moment, moment + timedelta(days=9))
    contest = factories.published_idea(campaign="x", **text)
    case = desk.waiting_case(**text)
    returned = desk.waiting_case(who, **text)
    advice = "Bạn kể thêm lớp nào ươm mầm trước, rồi gửi lại giúp mình nhé."
    desk.decide(returned, factories.member("moderator"), "return", "unclear", advice)
    known = {**things, "comment_id": said.id, "case_id": case.id}
    return who, known, (other.id, mine.id, contest.id, returned.idea_id)


def test_what_people_write_in_vietnamese_says_so_on_english_pages(app, written):
    who, known, ideas = written
    client = factories.sign_in(app.test_client(), who)
    wrong, seen = {}, 0
    for rule in rules(app, "GET"):
        for idea_id in ideas if "idea_id" in rule.arguments else ideas[:1]:
            path = address(app, rule, {**known, "idea_id": idea_id})
            answer = client.get(f"/en{path}", follow_redirects=True, buffered=True)
            if answer.mimetype == "text/html":
                reader = told(answer.text)
                seen += reader.seen
                wrong |= {path: reader.found} if reader.found else {}
    assert wrong == {}
    assert seen > 100
