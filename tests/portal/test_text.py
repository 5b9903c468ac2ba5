"""Vietnamese text: what is kept, what is found, what comes first."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import text

WORDS = "Đổi mới HOÀ hoà hòa Ẳ Ễ Ộ Ữ Ỵ ﬁn ĐẮK LẮK"


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_every_normal_form_folds_alike(form):
    assert text.fold(unicodedata.normalize(form, WORDS)) == "doi moi hoa hoa hoa a e o u y fin dak lak"


def test_hoa_cannot_impersonate_hoa():
    assert text.fold("Hoà") == text.fold("Hòa") == text.fold("HOA") == text.fold("Ho\u200bà")


def test_what_is_kept_has_no_direction_or_control_characters():
    assert text.normalise("  a\u202eb\x00c\u200b \t d\n") == "abc d"


def test_what_is_kept_may_stand_in_xml():
    assert text.normalise("a\ufffeb\uffffc") == "abc"


def test_lines_are_kept_where_asked():
    assert text.normalise("a\r\nb\rc\u2028d", lines=True) == "a\nb\nc\nd"


def test_names_sort_as_in_a_vietnamese_dictionary():
    names = ["Vinh", "Đà Nẵng", "Ân", "Ăn", "An", "Dung", "Điện Biên", "Huế", "Hà Tĩnh", "Hà Nội", "Ế", "Êm", "Em"]
    expected = ["An", "Ăn", "Ân", "Dung", "Đà Nẵng", "Điện Biên", "Em", "Ế", "Êm", "Hà Nội", "Hà Tĩnh", "Huế", "Vinh"]
    assert sorted(names, key=text.sort_key) == expected


def test_a_slug_is_cut_at_a_word_and_never_empty():
    long = text.slug("Ứng dụng trí tuệ nhân tạo phân loại rác thải tại nguồn cho tất cả các trường trung học phổ thông")
    assert len(long) <= 80
    assert not long.endswith("-")
    assert text.slug("!!! 日本") == "y-tuong"


def test_an_excerpt_ends_at_a_word():
    assert text.excerpt("Mỗi tuần trường mình bỏ đi hơn **3.000** vỏ hộp", 19) == "Mỗi tuần trường…"


def test_of_a_link_an_excerpt_has_the_words():
    assert text.excerpt("Theo [báo](https://a.example/b) và ![ảnh](https://a.example/c)") == "Theo báo và ảnh"


def test_of_a_picture_that_is_a_link_an_excerpt_has_the_words():
    assert text.excerpt("Xem [![ảnh](https://a.example/c.png)](https://a.example/b)") == "Xem ảnh"


def test_brackets_that_nothing_closes_take_no_time():
    began = time.monotonic()
    text.excerpt("[" * 20_000)
    assert time.monotonic() - began < 3  # a bound against trying each of them up to the end, which takes ten


def test_an_excerpt_of_one_endless_word_is_cut_all_the_same():
    assert text.excerpt("a" * 50, 10) == "a" * 10 + "…"


@given(st.text())
def test_no_input_breaks_the_text_functions(anything):
    kept = text.normalise(anything, lines=True)
    assert text.normalise(kept, lines=True) == kept
    kept.encode("utf-8")
    assert set(text.fold(anything)) <= set("0123456789abcdefghijklmnopqrstuvwxyz ")
    text.sort_key(anything)
    text.slug(anything)


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        ("Vì **bão số 6**, lùi hạn.", "Vì bão số 6, lùi hạn."),
        ("Ở [trang này](https://nay.vn/a).", "Ở trang này (https://nay.vn/a)."),
        ("Xem ![bến xe](https://a.vn/x.png)!", "Xem bến xe (https://a.vn/x.png)!"),
        ("[![xe](https://a.vn/x.png)](https://a.vn)", "xe (https://a.vn/x.png) (https://a.vn)"),
        ("2 ** 3 và [x](y)", "2 ** 3 và [x](y)"),
    ],
)
def test_markdown_is_read_as_text(markdown, plain):
    assert text.without_markup(markdown) == plain
