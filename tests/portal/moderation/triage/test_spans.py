"""What exactly a rule means: the words it marks, the words it masks, and prose that it leaves alone."""

from pathlib import Path

import pytest

from portal.moderation import triage
from portal.moderation.triage import spans, wording

PROSE = [
    line
    for line in (Path(__file__).parents[3] / "data" / "official_prose_vi.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]
MASKS = {kind: f"<{kind}>" for kind in triage.KINDS}


def seen(source, rule):
    return [source[span.start : span.end] for span in triage.find(source) if span.rule == rule]


@pytest.mark.parametrize("sentence", PROSE)
def test_official_prose_is_left_alone(sentence):
    assert triage.examine_text(sentence) == []


@pytest.mark.parametrize(
    ("source", "masked"),
    [
        ("Gọi em 0912 345 678, gặp Hà.", "Gọi em <phone>, gặp Hà."),
        ("Máy bàn (024) 3825 1234 giờ hành chính", "Máy bàn <phone> giờ hành chính"),
        ("Mail lop8b@gmail.com nha", "Mail <email> nha"),
        ("Nhà em ở số nhà 12, thôn Đông, ai cũng biết", "Nhà em ở <address>, ai cũng biết"),
        ("Tới số 15/4 đường Lê Lợi nhận cây", "Tới <address> nhận cây"),
        ("Ở 15 ngõ 102 Trường Chinh có chỗ trống", "Ở <address> có chỗ trống"),
        ("Em học lớp 8B trường THCS Nguyễn Du ạ", "Em học <school> <school> ạ"),
        ("Trường Lê Lợi có bạn An lớp 9A1 vẽ đẹp", "<school> có bạn An <school> vẽ đẹp"),
        ("Căn cước 036 205 001 234 nhé", "Căn cước <identity> nhé"),
        ("CMND số 186123456 của bố em", "CMND số <identity> của bố em"),
        ("Ủng hộ qua STK 0912345678 ngân hàng X", "Ủng hộ qua STK <bank> ngân hàng X"),
        ("Không có gì để che.", "Không có gì để che."),
    ],
)
def test_masking_takes_the_data_out_and_leaves_the_sentence(source, masked):
    assert triage.mask(source, MASKS) == masked
    assert triage.contact_data(triage.mask(source, MASKS)) == {}


@pytest.mark.parametrize(
    "source",
    [
        "Mã số thuế 0312345678 của hợp tác xã",
        "Mã vạch 036205001234 trên vỏ hộp",
        "Công văn 0912345678/UBND-VX",
        "Tuyến xe buýt số 32 đường Nguyễn Trãi",
        "Nghị quyết số 25 đường lối đổi mới; cột số 3 đường dây 22 kV",
        "Học sinh lớp 8A vẽ quần đảo Trường Sa; lớp 9B tìm hiểu đường Trường Sơn",
        "Lớp 2 lớp cách nhiệt của mái trường Hùng Vương",
        "Mã 999205001234 không phải của tỉnh nào",
        "Số 15 tổ chức ở thôn Đông",
    ],
)
def test_numbers_and_names_that_lead_to_nobody_are_no_personal_data(source):
    assert triage.contact_data(source) == {}


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("Cái đồ NGUUUUU này", ["đồ NGUUUUU"]),
        ("thằng chó kia", ["thằng chó"]),
        ("Thang cho em mượn trèo hái quả", []),
        ("Địt MẸ chúng nó", ["Địt MẸ"]),
        ("Dịt chân vào đất", []),
        ("lòn qua khe, lon nước, lớn lên", []),
    ],
)
def test_an_offensive_word_is_marked_whole_and_its_innocent_neighbours_are_not(source, words):
    assert seen(source, "offensive_words") == words


@pytest.mark.parametrize(
    "source",
    [
        "Inbox shop để đặt hàng, freeship toàn quốc",
        "Giảm giá sốc 50 % chỉ còn 99k, mua ngay",
        "Tuyển cộng tác viên, việc nhẹ lương cao",
    ],
)
def test_two_offers_are_an_advertisement(source):
    assert len(seen(source, "advert")) >= 2


@pytest.mark.parametrize(
    "source",
    [
        "Mua ngay từ đầu năm một bộ sách",
        "Hợp tác xã giảm giá thành và mua bán rác",
        "Xe buýt giảm giá 50 % cho học sinh",
    ],
)
def test_one_word_of_trade_is_prose(source):
    assert seen(source, "advert") == []


@pytest.mark.parametrize(
    ("source", "kinds"),
    [
        ("HÃY DỌN RÁC NGAY ĐI MỌI NGƯỜI ƠI, BẨN LẮM RỒI, KHÔNG AI CHỊU ĐƯỢC NỮA", {"capitals"}),
        ("Sao không ai làm gì hết???? Chán!!!", {"signs"}),
        ("Ý này hayyyyyy quá", {"letters"}),
        ("UBND TP.HCM, Đoàn TNCS HCM và THPT chuyên", set()),
        ("Xem www.example.org và III, thế kỷ XVIII", set()),
        ("Thật không? Thật vậy!", set()),
    ],
)
def test_shouting_is_capitals_signs_and_letters_drawn_out(source, kinds):
    found = {each.rule: each.params for each in triage.examine_text(source)}
    assert set(found.get("shouting", {})) == kinds


LONG_VI = (
    "Ở thôn em mọi người vứt pin chung với rác rồi đốt. Em hỏi bốn mươi nhà thì ba mươi bảy nhà không biết pin độc."
)
LONG_EN = "In our village people throw old batteries away with the rest of the rubbish and then they burn it all near the river."
LONG_BARE = "o thon em moi nguoi vut pin chung voi rac roi dot. em hoi bon muoi nha thi ba muoi bay nha khong biet pin doc, va cac ban khong lam gi"


@pytest.mark.parametrize(
    ("source", "language", "kind"),
    [
        (LONG_VI, "vi", None),
        (LONG_EN, "en", None),
        (LONG_BARE, "en", "unaccented"),
        (LONG_BARE, "vi", "unaccented"),
        (LONG_VI, "en", "vietnamese"),
        (LONG_EN, "vi", "foreign"),
        (
            "Мы хотим чистую реку и чистый берег для всех детей нашего города, и для их родителей тоже, и навсегда.",
            "vi",
            "script",
        ),
        ("ngắn quá", "en", None),
    ],
)
def test_a_text_in_another_language_than_it_says_is_named(source, language, kind):
    assert wording.misfit(source, language) == kind


def test_two_rules_may_mean_one_place_but_it_is_marked_once():
    source = "STK 0912345678, gọi 0912345678, xem https://zalo.me/0912345678 hoặc a@b.vn"
    found = triage.find(source)
    assert {span.kind for span in found} == {"bank", "phone", "links", "email"}
    assert [span.kind for span in spans.apart(found)] == ["bank", "phone", "phone", "email"]
