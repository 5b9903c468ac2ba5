def test_theme_is_remembered_on_the_device(client):
    answer = client.post("/giao-dien", data={"theme": "dark", "back": "/quy-tac"})
    assert (answer.status_code, answer.location) == (303, "/quy-tac")
    assert 'data-theme="dark"' in client.get("/quy-tac").text


def test_theme_auto_forgets(client):
    client.post("/giao-dien", data={"theme": "light"})
    client.post("/giao-dien", data={"theme": "auto"})
    assert "data-theme" not in client.get("/").text


def test_theme_that_does_not_exist_changes_nothing(client):
    assert client.post("/giao-dien", data={"theme": "<b>", "back": "//example.com"}).location == "/"
    assert "data-theme" not in client.get("/").text


def test_theme_form_comes_back_to_the_same_page_and_language(client):
    assert 'name="back" value="/en/quy-tac?a=1&amp;b=2"' in client.get("/en/quy-tac?a=1&b=2").text
