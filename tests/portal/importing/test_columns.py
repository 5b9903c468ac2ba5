"""Which column becomes what."""

import pytest

from portal.errors import Fault
from portal.importing import columns, words
from portal.importing.columns import describe, plan

POLIS = ("conversation", "comment_id", "author_id", "created_ms", "agrees", "disagrees", "moderated", "text")
MADRID = ("", "id", "url", "code", "title", "userId", "date", "summary", "text", "numComments", "status")


def test_the_columns_of_polis_are_known():
    assert plan(POLIS) == {"problem": ("text",), "author": ("conversation", "author_id"), "created": ("created_ms",)}


def test_the_columns_of_decide_madrid_are_known():
    known = {
        "title": ("title",),
        "summary": ("summary",),
        "problem": ("text",),
        "author": ("userId",),
        "created": ("date",),
    }
    assert plan(MADRID) == known


def test_vietnamese_names_are_known():
    assert plan(("Tên ý tưởng", "Nội dung", "Tác giả", "Lĩnh vực")) == {
        "title": ("Tên ý tưởng",),
        "problem": ("Nội dung",),
        "author": ("Tác giả",),
        "field": ("Lĩnh vực",),
    }


def test_what_the_pages_call_the_parts_of_an_idea_is_known():
    """People copy the form onto paper."""
    assert columns.guess(list(words.PARTS.values())) == {part: (label,) for part, label in words.PARTS.items()}


def test_the_operator_overrules_the_guess():
    chosen = plan(POLIS, "title=text, author=comment_id, created=")
    assert chosen == {"problem": ("text",), "title": ("text",), "author": ("comment_id",)}


def test_the_only_text_is_kept_in_the_problem():
    assert plan(("giai_phap", "x")) == {"problem": ("giai_phap",)}
    assert plan(("title", "field"))["problem"] == ("title",)


@pytest.mark.parametrize(
    ("wishes", "words"),
    [
        ("title", "'title' is not PART=COLUMN"),
        ("colour=text", "'colour=text' is not PART=COLUMN"),
        ("title=nothing", "there is no column 'nothing'"),
        ("problem=", "No column is known to hold a text"),
    ],
)
def test_a_wish_that_cannot_be_met_says_why(wishes, words):
    with pytest.raises(Fault, match=words):
        plan(POLIS, wishes)


def test_the_plan_can_be_looked_over():
    lines = "\n".join(describe(plan(POLIS), POLIS))
    assert "title        <- the beginning of text" in lines
    assert "author       <- conversation + author_id" in lines
    assert "comment_id, agrees" in lines
