from tests.portal.campaigns.campaign_rows import campaign


def test_api_lists_campaigns_with_their_state(client):
    campaign("cu", opens_in=-9, closes_in=-1)
    campaign("xanh", closes_in=5)
    campaign("sap", opens_in=6)
    answer = client.get("/api/v1/campaigns")
    assert answer.status_code == 200
    assert {item["slug"]: item["state"] for item in answer.get_json()["items"]} == {
        "sap": "upcoming",
        "xanh": "open",
        "cu": "closed",
    }


def test_api_speaks_the_readers_language(client):
    campaign("xanh")
    item = client.get("/api/v1/campaigns", headers={"Accept-Language": "en"}).get_json()["items"][0]
    assert item["title"] == "Sáng tạo xanh (English)"
    assert item["url"].endswith("/chien-dich/xanh")
    assert item["opens_at"].endswith("+00:00")
