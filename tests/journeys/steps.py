"""What people do in these stories, one function for each thing."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.running import Portal

Open = Callable[..., BrowserContext]
number = itertools.count(1)

PROBLEM = "Trưa nào cũng có khoảng 20 người đứng chờ xe giữa nắng, mình đếm ba ngày liền ở bến trước chợ."
SOLUTION = "Xin ba ghế đá cũ của công viên, trồng hai cây bàng non, đoàn phường tưới trong mùa khô đầu tiên."


def fresh_email() -> str:
    """An address nobody has used in this run."""
    return f"ban{next(number)}@example.vn"


def votes(page: Page) -> int:
    """The number on the page's vote button."""
    return int(page.locator(".vote:visible [data-c]").first.inner_text().replace(".", ""))


def sees(page: Page, words: str | re.Pattern[str]) -> None:
    """The words stand somewhere a person can see them; a phone hides panes that a laptop shows."""
    expect(page.get_by_text(words).filter(visible=True).first).to_be_visible()


def ask_for_code(page: Page, email: str) -> None:
    page.get_by_label("E-mail").fill(email)
    page.get_by_role("button", name="Gửi mã cho mình").click()
    expect(page.get_by_label("Mã 6 số")).to_be_visible()


def type_code(page: Page, portal: Portal, email: str) -> None:
    page.get_by_label("Mã 6 số").fill(portal.code(email))
    page.get_by_role("button", name="Xác nhận").or_(page.get_by_role("button", name="Đăng nhập")).click()
    expect(page.get_by_label("Tháng")).to_be_visible()


def say_when_born(page: Page, year: int = 2003) -> None:
    page.get_by_label("Tháng").select_option("5")
    page.get_by_label("Năm").select_option(str(year))
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_label("Tên hiển thị")).to_be_visible()


def sign_up(page: Page, portal: Portal, email: str, name: str) -> None:
    """From the e-mail form to an account."""
    ask_for_code(page, email)
    type_code(page, portal, email)
    say_when_born(page)
    page.get_by_label("Tên hiển thị").fill(name)
    page.get_by_label("Tỉnh").select_option(label="Nghệ An")
    page.get_by_role("button", name="Tạo tài khoản").click()
    expect(page.get_by_role("button", name="Tạo tài khoản")).to_have_count(0)


def sign_in(page: Page, portal: Portal, role: str) -> None:
    """With the password of a demonstration account."""
    email, password = portal.account(role)
    page.goto("/dang-nhap/mat-khau")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Mật khẩu").fill(password)
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_label("Mật khẩu")).to_have_count(0)


def fill_idea(page: Page, title: str, problem: str = PROBLEM, solution: str = SOLUTION) -> None:
    page.get_by_label("Tên ý tưởng").fill(title)
    page.get_by_role("radio", name="Cộng đồng").check()
    page.get_by_label("Vấn đề bạn thấy").fill(problem)
    page.get_by_label("Ý tưởng của bạn").fill(solution)


def write_idea(page: Page, title: str, problem: str = PROBLEM, solution: str = SOLUTION) -> None:
    """From the empty form to “Đã nhận ý tưởng của bạn”."""
    page.goto("/gui-y-tuong")
    fill_idea(page, title, problem, solution)
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Xem lại trước khi gửi")
    expect(page.get_by_text(problem)).to_be_visible()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Gửi ý tưởng").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã nhận ý tưởng của bạn")


def open_case(page: Page, title: str) -> None:
    """Through the queue; the tick that opens the case comes within a second."""
    link = page.get_by_role("link", name=title)
    for _ in range(40):
        page.goto("/kiem-duyet")
        if link.count():
            break
        page.wait_for_timeout(100)
    link.first.click()


def approve(desk: Page, title: str) -> None:
    open_case(desk, title)
    desk.get_by_role("button", name="Duyệt đăng").click()
    expect(desk.get_by_role("link", name=title)).to_have_count(0)


def choose_reason(desk: Page, reason: str) -> None:
    """In the dialog of a browser with scripts, or on the page of one without."""
    named = re.compile(reason)
    desk.get_by_role("radio", name=named).or_(desk.get_by_role("button", name=named)).click()


def return_with_advice(desk: Page, title: str) -> None:
    open_case(desk, title)
    desk.get_by_role("link", name="Nhờ sửa").click()
    choose_reason(desk, "Chưa rõ vấn đề")
    desk.get_by_role("button", name="Gửi lời nhờ sửa").click()
    expect(desk.get_by_role("button", name="Gửi lời nhờ sửa")).to_have_count(0)
