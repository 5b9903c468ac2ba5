"""The score learned from labelled texts: the same rows give the same model, it says why, and it is data."""

import json

import pytest

from portal.moderation.triage import evaluating, learned, storing

CLEAN = [f"Nhóm em trồng {n} cây ở sân trường và tưới mỗi sáng cùng thầy cô" for n in range(40)]
ADVERT = [f"Bán hàng giá rẻ {n} nghìn, inbox mua ngay kẻo hết" for n in range(40)]
ROWS = [(text, "clean") for text in CLEAN] + [(text, "advert") for text in ADVERT]


@pytest.fixture(scope="module")
def fitted():
    return evaluating.fit(ROWS, "clean", lambda _done, _all: None)


def test_what_it_has_learned_it_finds_in_new_words_and_says_by_which(fitted):
    model, figures = fitted
    assert figures.macro_f1 == 1.0
    bad, clean = model.score("Inbox mua hàng giá rẻ nhé"), model.score("Trồng cây cùng thầy cô ở sân trường")
    assert (bad > 0.8, clean < 0.2) == (True, True)
    assert bad > model.threshold
    words = [word for word, rise in model.explain("Inbox mua hàng giá rẻ nhé") if rise > 0]
    assert words
    assert all(word in "inbox mua hàng giá rẻ nhé hang gia re nhe" for word in words)


def test_the_same_rows_in_any_order_give_the_same_model(fitted):
    again, _ = evaluating.fit(list(reversed(ROWS)), "clean", lambda _done, _all: None)
    assert [list(weights) for weights in again.weights] == [list(weights) for weights in fitted[0].weights]
    assert again.threshold == fitted[0].threshold


def test_a_kept_model_scores_as_before_and_is_plain_data(fitted, tmp_path):
    model, figures = fitted
    file = storing.save(model, figures, {"rows": 80, "source": "test", "trained_at": "2026-11-26"}, tmp_path)
    body = json.loads(file.read_text(encoding="utf-8"))
    assert (body["format"], body["about"]["figures"]["macro_f1"]) == (learned.FORMAT, 1.0)
    kept = storing.load(tmp_path)
    for source in (CLEAN[0], ADVERT[0], "", "日本 !!!"):
        assert kept.score(source) == pytest.approx(model.score(source), abs=0.02)


def test_a_model_of_another_format_is_left_alone(fitted, tmp_path):
    file = storing.save(*fitted, {}, tmp_path)
    file.write_text(file.read_text(encoding="utf-8").replace('"format": 1', '"format": 0'), encoding="utf-8")
    assert storing.load(tmp_path) is None
    assert storing.load(tmp_path / "elsewhere") is None


def test_copies_of_a_text_fall_into_one_part():
    parts = evaluating.split([("Trồng cây", "clean"), ("TRỒNG CÂY!", "clean"), ("trong cay", "advert")] * 3)
    assert sorted(map(len, parts)) == [0, 0, 9]


def test_figures_are_those_of_the_textbook():
    model = learned.Model(["clean", "bad"], "clean", [[0.0] * learned.SIZE, [0.0] * learned.SIZE], [0.0, -1.0])
    figures = evaluating.measure(model, [("a", "clean"), ("b", "clean"), ("c", "bad"), ("d", "bad")])
    clean, bad = sorted(figures.classes, key=lambda each: each.label, reverse=True)
    assert (clean.precision, clean.recall, bad.recall, bad.f1) == (0.5, 1.0, 0.0, 0.0)
    assert figures.macro_f1 == pytest.approx((2 / 3) / 2)
    assert (figures.passing, figures.recall) == (1.0, 0.0)


def test_one_label_alone_teaches_nothing():
    with pytest.raises(ValueError, match="at least two labels"):
        learned.train([("a", "clean")], "clean")
