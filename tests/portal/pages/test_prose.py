import pytest

pytestmark = pytest.mark.one_engine_each

PAGES = {
    "/gioi-thieu": "Giới thiệu",
    "/quy-tac": "Quy tắc cộng đồng",
    "/rieng-tu": "Quyền riêng tư",
    "/phu-huynh": "Hướng dẫn cho phụ huynh",
    "/ban-nho": "Dành cho bạn nhỏ",
    "/tro-giup": "Trợ giúp",
    "/tiep-can": "Tiếp cận",
}


@pytest.mark.parametrize("path", PAGES)
def test_page_answers_in_both_languages(client, path):
    for prefix in ("", "/en"):
        answer = client.get(prefix + path)
        assert answer.status_code == 200
        assert answer.text.count("<h1>") == 1


@pytest.mark.parametrize(("path", "title"), PAGES.items())
def test_page_carries_its_title_and_is_linked_from_every_footer(client, path, title):
    assert f"<title>{title} – Nảy</title>" in client.get(path).text
    assert f'href="{path}"' in client.get("/").text


def test_age_limit_on_the_page_is_the_one_of_the_settings(client):
    limit = client.application.config["SETTINGS"].min_own_account_age
    assert f"Từ {limit} tuổi" in client.get("/phu-huynh").text


def test_pages_say_where_to_write(client):
    contact = client.application.config["SETTINGS"].contact
    for path in ("/rieng-tu", "/phu-huynh", "/tro-giup", "/gioi-thieu"):
        assert f'href="mailto:{contact}"' in client.get(path).text


def test_api_is_described_without_a_script_of_others(client):
    page = client.get("/api/v1/docs").text
    assert "/api/v1/campaigns" in page
    assert "CampaignsOut" in page
    assert page.count("<script") == 2  # htmx and nay.js, as on every page


def test_manifest_names_the_portal(client):
    answer = client.get("/manifest.webmanifest")
    assert answer.content_type == "application/manifest+json"
    assert answer.get_json(force=True)["short_name"] == "Nảy"
    assert client.get("/en/manifest.webmanifest").get_json(force=True)["start_url"] == "/en/"
