from tests.factories import member, published_idea, sign_in
from tests.portal.campaigns.campaign_rows import campaign
from tests.queries import count_queries


def test_index_without_campaigns_says_so(client):
    assert "Chưa có chiến dịch nào đang mở" in client.get("/chien-dich").text


def test_index_shows_open_upcoming_and_closed(client):
    campaign("mo", "Đang mở này")
    campaign("sap", "Sắp mở này", opens_in=2)
    campaign("dong", "Đóng rồi này", opens_in=-9, closes_in=-2)
    page = client.get("/chien-dich").text
    assert page.index("Đang mở này") < page.index("Sắp mở này") < page.index("Đóng rồi này")


def test_show_says_until_when_and_invites(client):
    campaign("sang-tao-xanh", closes_in=12, text="Giảm rác.\n\nTiết kiệm **nước** và điện.")
    page = client.get("/chien-dich/sang-tao-xanh").text
    assert "Còn 12 ngày" in page
    assert "Hạn gửi: " in page
    assert 'href="/gui-y-tuong?chien-dich=sang-tao-xanh"' in page
    assert '<div class="lead" hx-ignore><p>Giảm rác.</p>' in page
    assert "Tiết kiệm <strong>nước</strong> và điện." in page


def test_show_counts_hours_on_the_last_day(client):
    campaign("gap", closes_in=0)
    assert "Còn 1 giờ" in client.get("/chien-dich/gap").text


def test_show_before_the_opening_does_not_take_entries(client):
    campaign("sap", opens_in=2)
    page = client.get("/chien-dich/sap").text
    assert "Chiến dịch chưa mở" in page
    assert "Gửi bài dự thi" not in page


def test_show_after_the_end_keeps_the_entries_readable(client):
    row = campaign("cu", opens_in=-9, closes_in=-1)
    published_idea(title="Gạch lát vỉa hè từ túi ni lông", campaign=row.slug)
    page = client.get("/chien-dich/cu").text
    assert "không nhận thêm ủng hộ." in page
    assert "Gạch lát vỉa hè từ túi ni lông" in page
    assert "Gửi bài dự thi" not in page


def test_show_lists_only_its_own_entries(client):
    row = campaign("xanh")
    published_idea(title="Bể gom nước mưa tưới cây", campaign=row.slug)
    published_idea(title="Một ý không thuộc chiến dịch")
    page = client.get("/chien-dich/xanh").text
    assert "Bể gom nước mưa tưới cây" in page
    assert "Một ý không thuộc chiến dịch" not in page


def test_show_of_an_unknown_campaign_is_a_404(client):
    assert client.get("/chien-dich/khong-co").status_code == 404


def test_pages_in_english_use_the_english_words(client):
    campaign("sang-tao-xanh")
    assert "Sáng tạo xanh (English)" in client.get("/en/chien-dich").text
    assert "Less waste, more water." in client.get("/en/chien-dich/sang-tao-xanh").text


def test_pages_cost_at_most_five_queries(client):
    row = campaign("xanh")
    published_idea(campaign=row.slug)
    sign_in(client, member())
    for path in ("/chien-dich", "/chien-dich/xanh"):
        client.get(path)
        with count_queries() as counted:
            assert client.get(path).status_code == 200
        assert counted.n <= 5, counted.statements
