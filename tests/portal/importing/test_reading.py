"""One row as an idea."""

from datetime import UTC, datetime

import pytest

from portal.importing.columns import plan
from portal.importing.reading import Reader, beginning
from portal.units.former import former_provinces
from portal.units.queries import reference

pytestmark = pytest.mark.one_engine_each


@pytest.fixture
def read(app):
    def of(cells, **otherwise):
        reader = Reader(plan(tuple(cells)), **{"field": "khac", **otherwise})
        return reader.read(cells)

    return of


def test_the_only_text_is_kept_whole_and_its_beginning_is_the_title(read):
    whole = "Trường mình mỗi ngày vứt đi hàng trăm chai nhựa, và không ai biết chúng về đâu. " * 3
    content = read({"text": whole}).content
    assert content.problem == whole.strip()
    assert content.title == "Trường mình mỗi ngày vứt đi hàng trăm chai nhựa, và không ai biết chúng về đâu…"


def test_a_beginning_ends_at_a_word():
    assert beginning("a" * 200) == "a" * 80 + "…"
    assert beginning("chín chữ, " * 20) == "chín chữ, " * 7 + "chín chữ…"
    assert beginning("ngắn\nthôi") == "ngắn thôi"


def test_a_text_too_long_for_a_problem_is_a_solution_if_a_summary_tells_the_problem(read):
    content = read({"title": "Tên", "summary": "Chuyện gì", "text": "x" * 1501}).content
    assert (content.problem, content.solution, content.summary) == ("Chuyện gì", "x" * 1501, "")


def test_a_summary_stands_in_for_a_missing_text(read):
    content = read({"title": "Limpiar las calles", "summary": "Algo tan básico como limpiar.", "text": ""}).content
    assert (content.problem, content.summary) == ("Algo tan básico como limpiar.", "")


def test_field_unit_and_language_are_known_by_code_and_by_name(read):
    content = read({"text": "a", "field": "Môi trường", "unit": "Nghe An", "language": "EN-us"}).content
    assert (content.field, content.unit, content.language) == ("moi-truong", "40", "en")


@pytest.mark.parametrize(
    ("written", "code", "then"),
    [("Bến Tre", "86", "Bến Tre"), ("ben tre", "86", "Bến Tre"), ("Hoà Bình", "25", "Hòa Bình"), ("Vĩnh Long", "86", ""),
     ("TP. Hồ Chí Minh", "79", ""), ("Bà Rịa - Vũng Tàu", "79", "Bà Rịa - Vũng Tàu")],
)  # fmt: skip
def test_a_province_of_before_the_mergers_is_kept_beside_todays(read, written, code, then):
    found = read({"text": "a", "unit": written})
    assert (found.content.unit, found.place_then) == (code, then)


def test_every_province_that_is_no_more_has_one_today(app):
    assert len([name for name, _ in former_provinces().values() if name]) == 63 - 34
    assert {code for _, code in former_provinces().values()} <= set(reference().unit_by_code)


def test_an_unknown_field_is_noted_and_left_as_the_files(read):
    found = read({"text": "a", "field": "Chiêm tinh"}, field="giao-duc-dao-tao")
    assert found.content.field == "giao-duc-dao-tao"
    assert found.notes == ("there is no field 'Chiêm tinh'",)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1542406176584", datetime(2018, 11, 16, 22, 9, 36, 584000, UTC)),
        ("1542406176", datetime(2018, 11, 16, 22, 9, 36, tzinfo=UTC)),
        ("2015-09-15", datetime(2015, 9, 14, 17, 0, tzinfo=UTC)),
        ("20150915", datetime(2015, 9, 14, 17, 0, tzinfo=UTC)),
        ("15/09/2015", datetime(2015, 9, 14, 17, 0, tzinfo=UTC)),
        ("2015-09-15T08:00:00+02:00", datetime(2015, 9, 15, 6, 0, tzinfo=UTC)),
        ("", None),
    ],
)
def test_times_are_read_as_files_write_them(read, written, meant):
    found = read({"text": "a", "date": written})
    assert found.created == meant
    assert found.notes == ()


@pytest.mark.parametrize(
    "written", ["hôm qua", "01/01/0001", "0001-01-01", "9999-12-31T23:00-05:00", "9" * 30, "9" * 5000, "1899-12-30"]
)
def test_what_is_no_time_is_noted(read, written):
    assert read({"text": "a", "date": written}).notes == (f"'{written[:40]}' is not a time",)


def test_texts_are_the_same_however_they_are_written(read):
    one, other = read({"text": "Hoà bình, ĐỔI MỚI!"}), read({"text": "hòa  bình đổi mới"})
    assert one.fingerprint == other.fingerprint


def test_texts_in_another_script_are_not_taken_for_the_same(read):
    assert read({"text": "1. ប្រទេស"}).fingerprint != read({"text": "1. ភាសា"}).fingerprint
    assert read({"text": "???"}).fingerprint != read({"text": "!!!"}).fingerprint
