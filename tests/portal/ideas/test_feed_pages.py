"""The Atom feed of ideas."""

from datetime import timedelta
from xml.etree import ElementTree as ET

from portal.database import now
from tests import factories

ATOM = {"a": "http://www.w3.org/2005/Atom"}


def test_the_feed_is_atom_newest_first_and_escapes_what_people_write(client):
    factories.published_idea(title="Cũ hơn & <b>đậm</b> một chút", at=now() - timedelta(hours=1))
    factories.published_idea(title="Mới nhất trong ngày hôm nay")
    answer = client.get("/feeds/ideas.atom?field=moi-truong")
    assert answer.content_type.startswith("application/atom+xml")
    feed = ET.fromstring(answer.data)
    assert [title.text for title in feed.findall("a:entry/a:title", ATOM)] == [
        "Mới nhất trong ngày hôm nay",
        "Cũ hơn & <b>đậm</b> một chút",
    ]
    assert feed.find("a:entry/a:id", ATOM).text.startswith("http://localhost/y-tuong/")


def test_an_empty_feed_is_a_feed(client):
    assert ET.fromstring(client.get("/feeds/ideas.atom?q=zzz&after=bad").data).findall("a:entry", ATOM) == []
