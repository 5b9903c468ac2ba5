"""Every page of the portal with something on it, for the tests that look at all of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page

from tests.journeys import steps
from tests.journeys.pages import PAGES
from tests.journeys.running import Portal

ENDLESS = "Ghếđá" * 24  # 120 letters without a place to break
LONG = ("Một câu dài không xuống dòng để xem trang có chịu được không, mình viết tiếp. " * 19).strip()
COLLECTED = f"""Tên ý tưởng,Vấn đề,Cột lạ
Tủ thuốc chung của xóm,"{steps.PROBLEM}",3
{"Dài quá " * 20},"{LONG}",
,,5
""".encode()
WAITING = "Tủ sách dùng chung trước cổng uỷ ban phường"
RETURNED = "Trạm nước cho người giao hàng nghỉ trưa"


@dataclass
class World:
    """What each person's browser remembers, and where the pages are that have a number in their address."""

    states: dict[str, Any] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)

    def path(self, name: str) -> str:
        return PAGES[name][1].format(**self.paths)

    def place(self, name: str) -> tuple[Any, str]:
        """The state of the one who looks at a page, and its path."""
        return self.states[PAGES[name][0]], self.path(name)


def build(browser: Browser, portal: Portal) -> World:
    """A few people do a few things, once for all tests."""
    world = World(states={"visitor": None})

    def as_person(name: str, act: Callable[[Page], None]) -> None:
        context = browser.new_context(base_url=portal.url, locale="vi-VN")
        context.set_default_timeout(8000)
        act(context.new_page())
        world.states[name] = context.storage_state()
        context.close()

    as_person("author", lambda page: _write(page, portal, world))
    as_person("moderator", lambda page: _decide(page, portal, world))
    as_person("newcomer", lambda page: _join(page, portal))
    as_person("at the code", _stop_at_the_code)
    as_person("at the birth", lambda page: _stop_at_the_birth(page, portal))
    as_person("at the register", lambda page: _stop_at_the_register(page, portal))
    as_person("elsewhere", lambda page: _begin_elsewhere(page, portal))
    as_person("child", lambda page: _wait_for_a_guardian(page, portal, world))
    as_person("admin", lambda page: _administer(page, portal, world))
    as_person("anybody", lambda page: _look_around(page, world))
    return world


def _join(page: Page, portal: Portal) -> str:
    email = steps.fresh_email()
    page.goto("/dang-nhap")
    steps.sign_up(page, portal, email, f"Tác giả {next(steps.number)}")
    return email


def _write(page: Page, portal: Portal, world: World) -> None:
    """Three ideas, a draft and a vote."""
    email = _join(page, portal)
    steps.write_idea(page, WAITING)
    world.paths["done"] = _path(page)
    for title, problem, solution in ((RETURNED, steps.PROBLEM, steps.SOLUTION), (ENDLESS, LONG, ENDLESS * 33)):
        steps.write_idea(page, title, problem, solution)
        page.get_by_role("link", name="Xem ý tưởng của bạn").click()
        world.paths["returned" if title == RETURNED else "endless"] = re.sub(r"-[^/]*$", "", _path(page))
    page.goto("/gui-y-tuong")
    steps.fill_idea(page, "Bản nháp còn dang dở của mình")
    page.get_by_role("button", name="Tiếp tục").click()
    world.paths["review"] = _path(page)
    page.goto("/y-tuong?sort=top")
    page.get_by_role("button", name="Ủng hộ").first.click()
    page.get_by_role("button", name="Đã ủng hộ").first.wait_for()
    page.goto("/toi/tai-ve?moi=1")
    page.get_by_role("button", name="Làm tệp").click()
    portal.letter(email, "Đã nhận")


def _decide(page: Page, portal: Portal, world: World) -> None:
    """One idea is published, one returned, and one case stays in hand."""
    steps.sign_in(page, portal, "moderator")
    steps.approve(page, ENDLESS)
    steps.return_with_advice(page, RETURNED)
    steps.open_case(page, WAITING)
    world.paths["case"] = _path(page)
    world.paths["writer"] = page.locator("#m .meta a").first.get_attribute("href") or ""


def _stop_at_the_code(page: Page) -> None:
    page.goto("/y-tuong")
    page.get_by_role("button", name="Ủng hộ").first.click()
    steps.ask_for_code(page, steps.fresh_email())


def _stop_at_the_birth(page: Page, portal: Portal) -> None:
    email = steps.fresh_email()
    page.goto("/dang-nhap")
    steps.ask_for_code(page, email)
    steps.type_code(page, portal, email)


def _stop_at_the_register(page: Page, portal: Portal) -> None:
    _stop_at_the_birth(page, portal)
    steps.say_when_born(page)


def _wait_for_a_guardian(page: Page, portal: Portal, world: World) -> None:
    """Somebody of thirteen, what they said before they signed up, and the page their guardian finds in a letter."""
    guardian = steps.fresh_email()
    page.goto("/y-tuong")
    page.locator("article.idea").first.get_by_role("link").first.click()
    page.get_by_label("Góp ý cho tác giả").fill("Trường em cũng muốn làm thử một trạm như vậy.")
    page.get_by_role("button", name="Gửi bình luận").click()
    page.get_by_label("E-mail").wait_for()
    _stop_at_the_birth(page, portal)
    steps.say_when_born(page, datetime.now(UTC).year - 13)
    page.get_by_label("E-mail của bố, mẹ").fill(guardian)
    page.get_by_role("button", name="Đồng ý và gửi thư").click()
    letter = portal.letter(guardian, "Xin ý kiến phụ huynh").get_body(("plain",))
    world.paths["guardian"] = re.search(r"/dong-y/[\w.-]+", letter.get_content())[0]  # type: ignore[union-attr, index]


def _begin_elsewhere(page: Page, portal: Portal) -> None:
    """A vote and an address in one browser, and the owner of the address signs in on another."""
    email, _ = portal.account("organiser")
    other = page.context.browser.new_context(base_url=portal.url).new_page()  # type: ignore[union-attr]
    other.goto("/y-tuong")
    other.get_by_role("button", name="Ủng hộ").first.click()
    steps.ask_for_code(other, email)
    other.context.close()
    steps.sign_in(page, portal, "organiser")


def _administer(page: Page, portal: Portal, world: World) -> None:
    """Addresses that administrators find by following links."""
    steps.sign_in(page, portal, "admin")
    for name, start in (
        ("person", "nguoi-dung"),
        ("unit", "don-vi"),
        ("field", "linh-vuc"),
        ("campaign_settings", "chien-dich"),
    ):
        _follow(page, world, name, f"/quan-tri/{start}", f"main a[href*='/quan-tri/{start}/']:not([href$='/moi'])")
    for name in ("columns", "rows"):
        page.goto("/quan-tri/nhap")
        page.get_by_label("Tệp").set_input_files({"name": "phieu.csv", "mimeType": "text/csv", "buffer": COLLECTED})
        page.get_by_label("Không, ai cũng từ 18 tuổi").check()
        page.get_by_role("button", name="Tải lên").click()
        world.paths[name] = _path(page)
    page.get_by_role("button", name="Nhập 3 dòng").click()
    page.get_by_text("Xong").first.wait_for()
    page.goto("/y-tuong?sort=new")
    page.locator("article.idea h2 a").last.click()
    page.get_by_label("Góp ý cho tác giả").fill("Bên mình làm thử một tháng rồi, kể bạn nghe nhé.")
    page.get_by_role("button", name="Gửi bình luận").click()
    world.paths["said"] = page.get_by_role("link", name="Rút bình luận của bạn").get_attribute("href") or ""


def _look_around(page: Page, world: World) -> None:
    """Addresses that visitors find by following links."""
    for name, start, link in (
        ("idea", "/y-tuong?sort=top", "article.idea h2 a"),
        ("campaign", "/chien-dich", "main a[href*='/chien-dich/']"),
        ("mail", "/dev/mailbox", "main li a"),
    ):
        _follow(page, world, name, start, link)
    world.paths["number"] = re.sub(r"(/\d+)-[^/]*$", r"\1", world.paths["idea"])
    _follow(page, world, "member", world.paths["idea"], "main a[href*='/thanh-vien/']")


def _follow(page: Page, world: World, name: str, start: str, link: str) -> None:
    page.goto(start)
    world.paths[name] = str(page.locator(link).first.get_attribute("href"))


def _path(page: Page) -> str:
    where = urlsplit(page.url)
    return f"{where.path}?{where.query}" if where.query else where.path
