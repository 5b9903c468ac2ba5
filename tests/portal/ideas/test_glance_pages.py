"""The whole bank at a glance: the map and the roadmap."""

import csv
import re
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import portal
from portal.database import now, transaction
from portal.ideas import services
from portal.ideas.queries import overview
from portal.units.tiles import tiles
from tests import factories
from tests.queries import count_queries


def moved(idea, *steps):
    with transaction():
        for step in steps:
            services.advance(idea.id, step, None, now())
    return idea


def read(client, path):
    """A page as it is once the counts are new, and what it cost."""
    overview.forget()
    with count_queries() as counted:
        page = client.get(path)
    assert counted.n <= 5, counted.statements
    return page.text


def tiles_on(page):
    """By the words on a tile, where it leads and how it looks."""
    links = re.findall(r'<a href="(/[^>]*)><svg x=.*?<text>(.*?)</text>', page)
    return {re.sub(r"<[^>]+>", "", words): link for link, words in links}


def test_every_province_of_today_has_a_tile_of_its_own():
    lines = (Path(portal.__file__).parent / "data" / "provinces_34.csv").read_text(encoding="utf-8").splitlines()
    assert set(tiles()) == {row["code"] for row in csv.DictReader(lines)}
    assert len(set(tiles().values())) == 34


def test_the_map_counts_ideas_by_province_in_tiles_and_in_a_table(client):
    for unit in ("40", "40", "40", "48", ""):
        factories.published_idea(unit=unit)
    factories.idea("waiting", unit="40")
    page = read(client, "/ban-do")
    assert "5 ý tưởng, 1 không gắn với tỉnh, thành nào." in page
    found = tiles_on(page)
    assert found["Nghệ An 3"] == '/tinh/nghe-an" aria-label="Nghệ An 3 ý tưởng" class="many"'
    assert found["Đà Nẵng 1"] == '/tinh/da-nang" aria-label="Đà Nẵng 1 ý tưởng" class="some"'
    assert found["Hà Nội 0"] == '/tinh/ha-noi" aria-label="Hà Nội 0 ý tưởng"'
    assert (found["Hoàng Sa"], found["Trường Sa"]) == (
        '/tinh/da-nang" aria-label="Hoàng Sa"',
        '/tinh/khanh-hoa" aria-label="Trường Sa"',
    )
    assert page.count('<tr><td><a class="lnk"') == 34
    assert "Nghe An 3" in tiles_on(read(client, "/en/ban-do"))


def test_the_map_of_an_empty_bank_has_all_provinces(client):
    page = read(client, "/ban-do")
    assert sum(words.endswith(" 0") for words in tiles_on(page)) == 34
    assert 'class="some"' not in page


def test_the_roadmap_has_a_column_for_each_step_with_the_newest(client):
    newest = [moved(factories.published_idea(unit="40"), "shortlisted") for _ in range(6)]
    tried = moved(factories.published_idea(), "shortlisted", "adopted", "in_progress")
    moved(factories.published_idea(), "not_adopted")
    page = read(client, "/lo-trinh")
    columns = dict(re.findall(r'<section class="card[^"]*" aria-labelledby="(\w+)">(.*?)</section>', page, re.DOTALL))
    assert list(columns) == ["shortlisted", "adopted", "in_progress", "realised"]
    assert re.search(
        r'href="/y-tuong\?status=shortlisted&amp;sort=new">Đang xem xét</a><span class="num">6<', columns["shortlisted"]
    )
    assert [idea.title in columns["shortlisted"] for idea in newest].count(True) == 5
    assert tried.title in columns["in_progress"]
    assert "Chưa có ý nào ở bước này." in columns["realised"]
    assert "1 ý chưa phù hợp lúc này" in page
    assert "In pilot" in read(client, "/en/lo-trinh")


def test_both_are_found_from_any_page(client):
    page = client.get("/quy-tac").text
    assert 'href="/ban-do"' in page
    assert 'href="/lo-trinh"' in page


def test_while_one_counts_the_others_go_on_with_what_is_known(app, monkeypatch):
    overview.forget()
    known, hour = overview.overview(), time.monotonic() + 3600
    begun, may_end, fresh = Event(), Event(), overview.Overview(Counter(), Counter(), Counter(), Counter())

    def count():
        begun.set()
        assert may_end.wait(10)
        return fresh

    monkeypatch.setattr(overview, "_count", count)

    def ask():
        with app.app_context():
            return overview.overview(lambda: hour)

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(ask)
        assert begun.wait(10)
        assert overview.overview(lambda: hour) is known
        may_end.set()
        assert first.result() is fresh
    assert overview.overview(lambda: hour) is fresh
    overview.forget()
