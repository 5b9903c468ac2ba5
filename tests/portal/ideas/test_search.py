"""Finding ideas. Both engines are held to one plain oracle in Python, so they answer alike."""

import csv
import random
import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import literal, select, true, union_all

from portal import text
from portal.database import db, now, transaction
from portal.ideas import frequent, queries, search, services
from portal.ideas.models import IdeaRank
from portal.ideas.queries import Filters, lists
from portal.units.queries import reference
from tests import factories
from tests.queries import count_queries

TITLES = Path(__file__).parents[2] / "data" / "vi_idea_titles.csv"
SYLLABLES = """
rác nhựa biển trường học sinh viên vùng cao hoà hòa hóa thuỷ thủy đổi đời đá da ni lông mã QR xe buýt năng lượng
mặt trời ứng dụng trí tuệ cũ của cửa sông lúa lụa nước mặn ngọt HIV/AIDS covid19 3d 12a 1e5 2026
""".split()  # noqa: SIM905  # read as a text


def found(query, **filters):
    return [card.title for card in queries.page(Filters(q=query, **filters), limit=100).items]


def test_tokens_are_folded_words_and_their_neighbours():
    words = search.folded("Rác NHỰA ở biển")
    assert words == ["rac", "nhua", "o", "bien"]
    assert search.pairs(words) == ["0rac0nhua", "0nhua0o", "0o0bien"]


def test_accents_are_spelt_in_ascii_with_the_tone_last():
    assert search.accented("Hoà hòa đổi ƯƠM") == ["hoa2", "hoa2", "d9o6i3", "u7o7m"]


@pytest.mark.parametrize(
    "query", ["rac nhua", "RÁC NHỰA", "rác  nhựa!", unicodedata.normalize("NFD", "rác nhựa"), "nhựa rác", "rac nh"]
)
def test_words_are_found_without_accents_in_any_form_and_order(app, query):
    factories.published_idea(title="Gom rác nhựa ở bãi biển quê mình")
    factories.published_idea(title="Tủ sách đi nhờ xe buýt")
    assert found(query) == ["Gom rác nhựa ở bãi biển quê mình"]


def test_d_with_and_without_its_stroke_is_one_letter(app):
    factories.published_idea(title="Đổi pin cũ lấy sách hay")
    assert found("doi pin") == found("đổi pin") == ["Đổi pin cũ lấy sách hay"]


@pytest.mark.parametrize("query", ["!!!", "日本", "-", '"', "*", "\u202e"])
def test_a_query_without_words_finds_nothing(app, query):
    factories.published_idea()
    assert found(query) == []


@pytest.mark.parametrize(
    "query",
    ['" OR 1=1', "rac*", "NEAR(rac nhua)", "a:b", "tokens:rac", "'; DROP TABLE idea; --", "& | !", "rac <-> nhua"],
)
def test_operators_of_the_engines_are_only_words(app, query):
    factories.published_idea(title="Gom rác nhựa ở bãi biển quê mình")
    queries.page(Filters(q=query))
    assert queries.page(Filters()).total == 1


def test_a_title_with_the_very_words_comes_first(app):
    factories.published_idea(title="Bữa cơm hòa thuận trong nhà")
    late = factories.published_idea(title="Bồn hoa trước cổng trường")
    assert found("hoa")[0] == late.title  # newest, as nothing was said about accents
    assert found("hoà")[0] == "Bữa cơm hòa thuận trong nhà"


def test_words_side_by_side_come_before_words_far_apart(app):
    factories.published_idea(title="Sổ tay học sinh vùng cao")
    factories.published_idea(
        title="Lớp học cho sinh viên năm nhất",
        problem="Nhiều bạn ở vùng núi cao xuống thành phố học mà chưa quen ai cả.",
    )
    assert found("hoc sinh vung cao")[0] == "Sổ tay học sinh vùng cao"


def test_only_public_ideas_are_found(app):
    factories.idea("waiting", title="Gom rác nhựa ở bãi biển")
    assert found("rác nhựa") == []


def test_a_changed_text_is_found_by_its_new_words_only(app):
    author, moderator = factories.member(), factories.member("moderator")
    idea = factories.idea("waiting", author, title="Gom rác nhựa ở bãi biển")
    with transaction():
        services.revise(author, idea.id, 1, factories.content(title="Tủ sách đi nhờ xe buýt"), now())
    with transaction():
        services.publish(idea.id, 2, moderator, now())
    assert found("nhựa biển") == []
    assert found("tu sach") == ["Tủ sách đi nhờ xe buýt"]


# --- the oracle: 1,000 random queries with filters, against a list comprehension ----------------


def titles():
    with TITLES.open(encoding="utf-8", newline="") as handle:
        yield from (row["title"] for row in csv.DictReader(handle))
    chance = random.Random(20261124)
    for _ in range(90):
        title = " ".join(chance.choices(SYLLABLES, k=chance.randint(4, 9))).capitalize()
        yield unicodedata.normalize("NFD", title) if chance.random() < 0.2 else title


def query_of(chance, title):
    words = unicodedata.normalize("NFC", title).split()
    start = chance.randrange(len(words))
    query = " ".join(words[start : start + chance.randint(1, 3)])
    query = query[: len(query) - chance.choice([0, 0, 0, 1, 2])] or "r"
    return chance.choice([query, text.fold(query), query.upper(), unicodedata.normalize("NFD", query)])


class Oracle:
    """What a list must be: every word there, the last as a beginning, better tiers first, then the sort."""

    def __init__(self, ideas):
        self.words = {idea.id: text.fold(f"{idea.title} . {idea.problem} . {idea.solution}").split() for idea in ideas}
        self.title = {idea.id: search.accented(idea.title) for idea in ideas}
        self.key = {idea.id: idea.published_at for idea in ideas}
        self.idea = {idea.id: idea for idea in ideas}

    def list(self, filters):
        words, spelt = text.fold(filters.q).split(), search.accented(filters.q)
        hits = [
            idea_id
            for idea_id, there in self.words.items()
            if self.passes(filters, self.idea[idea_id]) and self.has_all(words, there)
        ]
        return sorted(hits, key=lambda one: (self.tier(words, spelt, one), self.key[one], one), reverse=True)

    def passes(self, filters, idea):
        return all(
            getattr(filters, name) in {None, getattr(idea, name)}
            for name in ("field_id", "unit_id", "language", "status")
        )

    def has_all(self, words, there):
        *whole, last = words
        return all(word in there for word in whole) and any(
            word == last or (len(last) > 1 and word.startswith(last)) for word in there
        )

    def tier(self, words, spelt, idea_id):
        tiers = [lambda: self.side_by_side(words, self.words[idea_id])] if len(words) > 1 else []
        if "".join(spelt) != "".join(words):
            tiers.append(lambda: self.side_by_side(spelt, self.title[idea_id]))
        return max((number for number, holds in enumerate(tiers, start=1) if holds()), default=0)

    def side_by_side(self, words, there):
        if len(words) == 1:
            return self.has_all(words, there)
        pairs = list(pairwise(there))
        *whole, last = list(pairwise(words))
        begins = (
            any(one == last[0] and two.startswith(last[1]) for one, two in pairs)
            if len(words[-1]) > 1
            else last in pairs
        )
        return set(whole) <= set(pairs) and begins


@pytest.fixture
def bank(app):
    """Real titles and made-up ones, over three fields, three units, two languages, two states."""
    author, chance, known = factories.member(), random.Random(3), reference()
    with transaction():
        return [
            services.add(
                author,
                factories.content(
                    title=title[:120],
                    field=chance.choice(known.fields[:3]).code,
                    unit=chance.choice(known.provinces[:3]).code,
                    language=chance.choice(["vi", "vi", "en"]),
                ),
                now(),
                source="import",
                status=chance.choice(["published", "published", "realised"]),
            )
            for title in titles()
        ]


def asked(chance, ideas):
    """A query of words from some title, one in three with filters of any idea."""
    one, other = chance.choices(ideas, k=2)
    names = [name for name in ("field_id", "unit_id", "language", "status") if chance.random() < 0.15]
    return Filters(q=query_of(chance, one.title), **{name: getattr(other, name) for name in names})


def answers(batch):
    """What the list would choose and how well it fits, for many queries in one statement."""
    arms = []
    for number, filters in enumerate(batch):
        wanted = search.wanted(filters.q)
        tier = lists._tier(wanted.first, descending=True)
        chosen = select(literal(number), tier, IdeaRank.published_at, IdeaRank.idea_id)
        arms.append(chosen.where(*lists._conditions(filters, "new"), IdeaRank.idea_id.in_(search.ids(wanted.match))))
    found = [[] for _ in batch]
    for number, *place in db.session.execute(union_all(*arms)):
        found[number].append(place)
    return [[place[-1] for place in sorted(places, reverse=True)] for places in found]


def test_1000_random_queries_answer_as_the_oracle_does(bank):
    oracle, chance = Oracle(bank), random.Random(1)
    for _ in range(20):
        batch = [asked(chance, bank) for _ in range(50)]
        for filters, ids in zip(batch, answers(batch), strict=True):
            assert ids == oracle.list(filters), filters


def test_the_page_shows_and_counts_what_the_oracle_does(bank):
    oracle, chance = Oracle(bank), random.Random(2)
    for filters in (asked(chance, bank) for _ in range(60)):
        page, right = queries.page(filters, "new", limit=100), oracle.list(filters)
        assert [card.id for card in page.items] == right[:100], filters
        assert page.total == len(right), filters


# --- likeness -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "alike"),
    [
        (
            "Mô hình nuôi cá kết hợp trồng rau thuỷ canh",
            "Mô hình nuôi cá kết hợp trồng rau thủy canh cho thanh niên nông thôn",
        ),
        ("tai che lop xe cu thanh san choi", "Ý tưởng tái chế lốp xe cũ thành sân chơi cho thiếu nhi"),
        ("Sân chơi thiếu nhi từ lốp xe cũ tái chế", "Ý tưởng tái chế lốp xe cũ thành sân chơi cho thiếu nhi"),
        ("Dạy bơi miễn phí cho trẻ em", "Tổ chức lớp dạy bơi miễn phí phòng chống đuối nước cho trẻ em trong dịp hè"),
    ],
)
def test_a_like_title_is_found_in_other_words_order_and_accents(app, title, alike):
    for one in list(titles())[:18]:
        factories.published_idea(title=one)
    assert search.similar(title)[0].title == alike


def test_a_few_short_words_in_common_are_no_likeness(app):
    factories.published_idea(title="Ghe đi biển mang rác về bờ đổi nước đá")
    factories.published_idea(title="Một trang tìm đồ bỏ quên chung cho các bến xe và xe công nghệ")
    assert search.similar("Ghế đá bóng mát cho bến xe buýt trước chợ") == []


def test_nothing_is_like_something_else(app):
    factories.published_idea(title="Tủ sách đi nhờ xe buýt")
    assert search.similar("Máy lọc nước mặn dùng nắng") == []
    assert search.similar("!!!") == []


def test_readers_are_shown_public_twins_and_moderators_all(app):
    waiting = factories.idea("waiting", title="Tủ sách đi nhờ xe buýt")
    assert search.similar("Tủ sách đi nhờ xe buýt") == []
    assert [twin.id for twin in search.similar("Tủ sách đi nhờ xe buýt", which=true())] == [waiting.id]
    assert search.similar("Tủ sách đi nhờ xe buýt", which=true(), leave_out=waiting.id) == []


def test_a_common_word_is_not_followed(app, monkeypatch):
    monkeypatch.setattr(search, "COMMON", 3)
    for n in range(8):
        factories.published_idea(title=f"Trường học xanh của chúng mình số {n}")
    rare = factories.published_idea(title="Trường học xanh có vườn ong")
    assert search.similar("Trường học có ong trong vườn")[0].id == rare.id


def test_which_words_are_everywhere_is_asked_once_in_ten_minutes(app):
    frequent._kept.clear()
    on_postgresql = db.engine.dialect.name == "postgresql"
    for seconds, asked in ((0, 1), (600, 0), (601, 1)):
        with count_queries() as counted:
            assert frequent.tokens(search.TITLE, 400, clock=lambda: seconds) == frozenset()  # noqa: B023
        assert counted.n == (asked if on_postgresql else 0)
