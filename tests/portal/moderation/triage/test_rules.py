"""What the rules see in Vietnamese sentences, and what they must leave alone."""

import json
import unicodedata
from pathlib import Path

import pytest

import portal
from portal.moderation import triage
from portal.moderation.triage import Author, Neighbour

DEMO = Path(portal.__file__).parent / "data" / "demo" / "ideas.jsonl"
TEXTS = ("title", "summary", "problem", "solution", "start", "impact")
LONG = "Ở thôn em mọi người vứt pin chung với rác rồi đốt. Em hỏi 40 nhà thì 37 nhà không biết pin độc, có nhà còn đập pin lấy lõi than cho trẻ con chơi ngoài sân."


def rules_of(text):
    return {found.rule for found in triage.examine_text(text)}


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Liên hệ em qua 0912345678 nhé.", {"phone": 1}),
        ("Liên hệ em qua 0912 345 678 nhé.", {"phone": 1}),
        ("SĐT:0912.345.678, gặp bạn Hà.", {"phone": 1}),
        ("Gọi 09 12 34 56 78 hoặc 0387-654-321.", {"phone": 2}),
        ("Zalo +84 912 345 678", {"phone": 1}),
        ("Zalo 84912345678", {"phone": 1}),
        ("Zalo +84 (0) 912 345 678", {"phone": 1}),
        ("Điện thoại nhà (024) 3825 1234", {"phone": 1}),
        ("Viết cho em.lop8@gmail.com", {"email": 1}),
        ("Căn cước của em là 036205001234", {"identity": 1}),
        ("Căn cước 036 205 001 234", {"identity": 1}),
        ("Nhà em ở số nhà 12, thôn Đông", {"address": 1}),
        ("Gửi về số 15 đường Lê Lợi giúp em", {"address": 1}),
        ("Gửi về 15 ngõ 102 Trường Chinh", {"address": 1}),
        ("Em là học sinh lớp 8B trường THCS Nguyễn Du", {"school": 1}),
        ("Em học trường Nguyễn Du, lớp 9A1 của cô Hoa", {"school": 1}),
        ("em hoc lop 8b truong thcs nguyen du", {"school": 1}),
        ("Gọi 0912345678 hoặc viết cho a@b.vn, em lớp 8B trường Lê Lợi", {"phone": 1, "email": 1, "school": 1}),
    ],
)
def test_contact_data_is_seen_and_counted_by_kind(text, kinds):
    assert triage.contact_data(text) == kinds


@pytest.mark.parametrize(
    "text",
    [
        "Dự án cần 1 000 000 000 đồng, tương đương 10.000.000.000.000 đồng cho cả tỉnh.",
        "Kinh phí 0.35 0.78 0.99 tỷ đồng, hoặc 84 375 000 000 đồng.",
        "Tổ chức ngày 05.12.2026 08 giờ, kết thúc ngày 08-12-2026 17 giờ.",
        "Giai đoạn 2026 - 2030, gom 1.204 kg pin, 37/40 nhà.",
        "Tuyến xe số 15 chạy dọc đường Lê Lợi, qua ngõ 102 hay ngập.",
        "Học sinh lớp 8 và lớp 9 trường em cùng làm; lớp 8 em dạy lại cho lớp 7.",
        "Cách trường 3 km có 5 đường mòn, mỗi đường 2 trạm.",
        "Mã sản phẩm 8935049501234, phiên bản 2.0.1.",
    ],
)
def test_numbers_of_ordinary_prose_are_no_contact_data(text):
    assert triage.contact_data(text) == {}


def test_a_finding_never_keeps_the_personal_data_itself():
    (found,) = triage.examine_text("Liên hệ em qua 0912 345 678, em ở số nhà 12.")
    assert found.params == {"phone": 1, "address": 1}


@pytest.mark.parametrize(
    "text", ["Đồ ngu!", "ĐM chúng nó", "Mặt như cứt", "thằng chó này", "vcl luôn", "Đồ óc như con lol"]
)
def test_offensive_words_are_seen_in_any_case(text):
    assert "offensive_words" in rules_of(text)


def test_offensive_words_are_seen_in_decomposed_letters():
    assert "offensive_words" in rules_of(unicodedata.normalize("NFD", "địt mẹ"))


@pytest.mark.parametrize(
    "text",
    [
        "Các buổi sinh hoạt chi đoàn giải quyết từng điểm một, cứ đi là đến.",
        "Bảo tồn chó Phú Quốc, giống bò vàng H’Mông và lợn Móng Cái",
        "Tuyên truyền phòng chống ma túy, HIV/AIDS, mại dâm, bạo lực học đường và xâm hại tình dục trẻ em",
        "Hỗ trợ người khuyết tật, người điên lang thang, nạn nhân buôn bán người, người đồng tính",
        "Em thấy mẹ gánh nước, bố bỏ mẹ con em, có bạn không đủ cha đủ mẹ.",
        "Rác rơi vãi dọc đường kìm hãm du lịch; không khí sảng khoái hơn khi dọn.",
        "Thu gom cái lon bia, con lon ton chạy theo; tái chế lon nhôm.",
        "Trồng cây óc chó, ủ cứt trâu làm phân, tiêm phòng chó điên.",
        "Mỗi chai 500 ml, dài 3 dm, nồng độ 2 cl; khảo sát bằng laptop Dell chạy Linux.",
        "bo me em va cac ban di cu den truong, cu moi buoi deu mang thung cac ton de thu lon",
        "Làng đìu hiu thờ tổ sư nghề gốm, đặt cái lờ bắt cá, đổ vỏ trấu ra bờ.",
        "Trẻ bỏ bú, sốt cao cần đi trạm y tế; phòng lao cho người nghèo.",
        "xin kinh phi cho ngu dan bien, giai quyet viec lam cho thanh nien",
    ],
)
def test_ordinary_prose_is_not_offensive(text):
    assert "offensive_words" not in rules_of(text)


@pytest.mark.parametrize(
    "text", ["Xem https://a.example/x", "vào www.shop-abc.com mua", "nhóm zalo.me/g/abc", "banhang.shop giá rẻ"]
)
def test_links_are_seen(text):
    assert "links" in rules_of(text)


@pytest.mark.parametrize(
    "text", ["Viết cho a@b.vn", "Rác ở đây.Em thấy", "Phiên bản 2.0.vân vân", "TP.HCM và P.Bến Nghé"]
)
def test_mail_addresses_and_missing_spaces_are_no_links(text):
    assert "links" not in rules_of(text)


def test_a_short_text_is_called_short_and_a_long_one_is_not():
    short = triage.examine("Thùng thu pin cũ", ["Pin vứt bừa."], Author())
    assert [(found.rule, found.params) for found in short] == [("too_short", {"length": 12})]
    assert triage.examine("Thùng thu pin cũ", [LONG], Author()) == []


def test_tone_places_and_accents_do_not_hide_a_twin():
    twin = Neighbour(7, "Mô hình nuôi cá kết hợp trồng rau thuỷ canh", "Bài khác hẳn.")
    (found,) = triage.examine("Mô hình nuôi cá kết hợp trồng rau thủy canh", [LONG], Author(), [twin])
    assert (found.rule, found.params) == ("near_duplicate", {"idea_id": 7, "score": 100, "whose": "other"})


def test_the_closest_of_several_neighbours_is_named():
    far, near = Neighbour(3, "Đổi pin lấy sách", "Bài khác."), Neighbour(4, "Thu pin cũ", LONG)
    (found,) = triage.examine("Hòm gom pin ở nhà văn hoá", [LONG], Author(), [far, near])
    assert found.params["idea_id"] == 4


def test_a_related_idea_is_no_duplicate():
    other = Neighbour(3, "Ngày hội thu gom pin", "Mỗi quý một lần, đoàn trường mở ngày hội đổi pin lấy cây.")
    assert triage.examine("Thùng thu pin cũ ở nhà văn hoá thôn", [LONG], Author(), [other]) == []


def test_findings_come_heaviest_first():
    found = triage.examine("Thùng thu pin cũ", ["Gọi 0912345678."], Author(minor=True, first=True))
    assert [each.rule for each in found] == ["contact_data", "minor", "too_short", "first_idea"]


def test_every_rule_has_words_and_a_weight():
    assert set(triage.RULES) == set(triage.WEIGHTS)
    assert all(1 <= weight <= 100 for weight in triage.WEIGHTS.values())


def test_of_the_demonstration_ideas_only_the_one_that_waits_with_a_telephone_number_is_flagged():
    ideas = [json.loads(line) for line in DEMO.read_text(encoding="utf-8").splitlines()]
    flagged = [idea for idea in ideas if rules_of(" ".join(idea.get(name) or "" for name in TEXTS))]
    assert [idea["status"] for idea in flagged] == ["waiting"]
