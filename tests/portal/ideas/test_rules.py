"""What an idea must be."""

import unicodedata

import pytest

from portal.ideas import rules
from portal.ideas.rules import Content
from portal.rules import Invalid
from portal.text import language_of
from tests.factories import content

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.one_engine_each]


def faults(**values):
    with pytest.raises(Invalid) as refused:
        rules.check(content(**values))
    return {name: str(fault) for name, fault in refused.value.errors.items()}


def test_a_whole_idea_is_accepted_and_its_language_guessed():
    assert rules.check(content()).language == "vi"


def test_every_fault_is_named_at_once():
    assert set(faults(title="", problem="Ngắn", solution="", field="khong-co")) == {
        "title",
        "problem",
        "solution",
        "field",
    }


def test_the_words_are_those_of_the_form():
    said = faults(title="", problem="Nhiều rác quá.")
    assert said == {"title": "Đặt tên cho ý tưởng", "problem": "Kể thêm về vấn đề (cần ít nhất 50 ký tự)"}


def test_too_long_says_by_how_much():
    assert faults(title="ư" * 123)["title"] == "Dài quá 3 ký tự (tối đa 120)"


def test_length_counts_characters_as_people_see_them():
    decomposed = unicodedata.normalize("NFD", "Ủ" * 120)
    assert len(decomposed) > 120
    assert rules.check(Content.read({**content().as_dict(), "title": decomposed})).title == "Ủ" * 120


def test_unit_language_and_field_must_exist():
    assert set(faults(unit="99", language="fr", field="")) == {"unit", "language", "field"}


def test_an_import_may_be_short_and_have_one_text_but_not_none():
    kept = rules.check(content(title="Ngắn", problem="Một câu.", solution=""), relaxed=True)
    assert kept.problem == "Một câu."
    with pytest.raises(Invalid):
        rules.check(content(problem=""), relaxed=True)
    with pytest.raises(Invalid):
        rules.check(content(problem="x" * 1501), relaxed=True)


def test_reading_takes_what_is_known_and_leaves_the_rest():
    read = Content.read({"title": "  Một \u202etên\u200b  hay ", "votes": 10_000, "author_id": 1, "problem": None})
    assert read == Content(title="Một tên hay")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Thùng gom vỏ hộp sữa ở lớp", "vi"),
        ("Collect milk cartons in every classroom and plant trees", "en"),
        ("Un jardin partagé dans la cour de l'école du quartier", "en"),
        ("Tu sach di nho xe buyt. Moi tuan mot chuyen xe cho sach cu ve truong vung xa cho hoc sinh muon.", "vi"),
        ("Can we put the bins of our school in a row, and sort it for the town?", "en"),
        ("12345 !!!", "vi"),
    ],
)
def test_the_language_is_told_by_its_letters(text, language):
    assert language_of(text) == language


@pytest.mark.parametrize("likely", ["vi", "en"])
def test_a_few_words_that_tell_nothing_are_in_the_likely_language(likely):
    assert language_of("Hay qua!", likely) == likely
    assert language_of("We have this at our school", likely) == "en"
    assert language_of("Trường mình cũng vậy", likely) == "vi"
