import pytest

from portal.web.security import local_path

ELSEWHERE = [
    None,
    "",
    " ",
    "y-tuong",
    "./y-tuong",
    "?a=1",
    "#main",
    "//example.com",
    "///example.com",
    "////example.com/%2f..",
    "//example.com/y-tuong",
    "/\\example.com",
    "/\\/example.com",
    "\\example.com",
    "\\\\example.com",
    "/y-tuong\\..\\",
    "http://example.com",
    "https://example.com/",
    "HTTPS://example.com",
    "http:example.com",
    "http:/example.com",
    "https:///example.com",
    "ftp://example.com",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,hi",
    "mailto:a@example.com",
    "\t//example.com",
    "/\t/example.com",
    "/\n/example.com",
    "/\r\nLocation: //example.com",
    "/\x00/example.com",
    "/\x7f",
    " /y-tuong",
    "/ //example.com",
    "user@example.com",
    "@example.com",
    ":80/",
    "[::1]/",
    "*",
]
HERE = ["/", "/y-tuong", "/en/y-tuong?q=r%C3%A1c&sort=new#y-12", "/a@b", "/a:b", "/%2f%2fexample.com", "/y-tuong//12"]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_what_could_lead_elsewhere_becomes_home(target):
    assert local_path(target) == "/"


@pytest.mark.parametrize("target", HERE)
def test_own_paths_stay(target):
    assert local_path(target) == target


def test_link_to_the_other_language_never_leaves_the_portal(client):
    page = client.get("/en//example.com/").text
    assert 'href="//example.com' not in page


@pytest.mark.parametrize("path", ["/y-tuong//1", "/toi/", "/en//toi"])
def test_no_address_is_put_right_with_the_host_of_the_request(client, path):
    answer = client.get(path, headers={"Host": "example.com"})
    assert "example.com" not in answer.headers.get("Location", "")
