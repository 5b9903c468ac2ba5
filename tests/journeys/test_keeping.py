"""No word is lost: bars without data, an idea changed in two places, a draft that was sent from another device."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.journeys.cable import cable_to
from tests.journeys.running import LAPTOP, Portal
from tests.journeys.steps import PROBLEM, Open, fill_idea, sees, sign_in, write_idea

CONTROLLED = """
new Promise(done => {
  const { serviceWorker } = navigator;
  if (serviceWorker.controller) done(); else serviceWorker.addEventListener('controllerchange', () => done());
})
"""
PDF = {"name": "bao-gia.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n"}


def at_the_review(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Xem lại trước khi gửi")


def test_bars_without_data_lose_no_word(member: Any, portal: Portal, open_context: Open) -> None:
    page = open_context(storage_state=member).new_page()
    problem, onward = page.get_by_label("Vấn đề bạn thấy"), page.get_by_role("button", name="Tiếp tục")
    with cable_to(portal.url) as cable:
        page.goto(f"{cable.url}/gui-y-tuong")
        page.evaluate(CONTROLLED)
        fill_idea(page, "Ghế đá đọc sách dưới gốc bàng")
        onward.click()
        page.get_by_role("link", name="Sửa vấn đề").click()
        problem.fill(f"{PROBLEM} Câu thứ nhất.")
        sees(page, "Đã lưu nháp trên máy này")

        cable.cut()  # a cheap telephone throws tabs away: the page comes from its store
        page.reload()
        expect(problem).to_have_value(f"{PROBLEM} Câu thứ nhất.")
        sees(page, "Mất mạng – nháp vẫn nằm trên máy này")
        onward.click()
        page.get_by_role("button", name="Gửi khi có mạng").click()
        cable.mend()
        page.evaluate("dispatchEvent(new Event('online'))")
        at_the_review(page)
        sees(page, "Câu thứ nhất.")

        page.get_by_role("link", name="Sửa vấn đề").click()
        problem.fill(f"{PROBLEM} Câu thứ hai.")
        cable.cut()
        onward.click()  # the form itself is sent, and finds nobody
        expect(page.get_by_role("button", name="Gửi khi có mạng")).to_be_focused()
        expect(problem).to_have_value(f"{PROBLEM} Câu thứ hai.")
        cable.mend()
        page.reload()
        expect(problem).to_have_value(f"{PROBLEM} Câu thứ hai.")
        onward.click()
        at_the_review(page)
        sees(page, "Câu thứ hai.")
    page.goto("/toi")
    expect(page.get_by_role("link", name="Ghế đá đọc sách dưới gốc bàng")).to_have_count(1)


def test_an_idea_changed_in_two_places_is_locked_in_none(member: Any, open_context: Open) -> None:
    phone, laptop = open_context(storage_state=member).new_page(), open_context(storage_state=member).new_page()
    write_idea(phone, "Mái che cho chợ hoa ven sông")
    idea = re.search(r"y=(\d+)", phone.url)[1]  # type: ignore[index]
    problem, send = phone.get_by_label("Vấn đề bạn thấy"), phone.get_by_role("button", name="Gửi lại")

    phone.goto(f"/y-tuong/{idea}/sua")
    problem.fill(f"{PROBLEM} Trên điện thoại.")
    sees(phone, "Đã lưu nháp trên máy này")
    phone.goto(f"/y-tuong/{idea}/tep")
    phone.get_by_label("Ảnh hoặc tệp PDF").set_input_files(PDF)
    phone.get_by_role("button", name="Thêm tệp").click()
    sees(phone, "Đã thêm “")
    phone.goto(f"/y-tuong/{idea}/sua")
    expect(problem).to_have_value(f"{PROBLEM} Trên điện thoại.")
    send.click()
    sees(phone, "Đã gửi lại")

    laptop.goto(f"/y-tuong/{idea}/sua")
    phone.goto(f"/y-tuong/{idea}/sua")
    problem.fill(f"{PROBLEM} Lần hai trên điện thoại.")
    sees(phone, "Đã lưu nháp trên máy này")
    laptop.get_by_label("Vấn đề bạn thấy").fill(f"{PROBLEM} Trên máy tính.")
    laptop.get_by_role("button", name="Gửi lại").click()
    sees(laptop, "Đã gửi lại")
    for _ in range(2):  # nor does it help nobody to leave and come back before choosing
        phone.goto(f"/y-tuong/{idea}/sua")
        expect(problem).to_have_value(f"{PROBLEM} Lần hai trên điện thoại.")
        send.click()
        sees(phone, "Trên máy tính.")
    phone.get_by_label("Giữ cả hai").check()
    send.click()
    sees(phone, "Đã gửi lại")
    sees(phone, "Lần hai trên điện thoại.")
    sees(phone, "Trên máy tính.")


def test_what_is_written_once_and_at_length_outlives_a_network_that_goes_while_it_is_sent(
    portal: Portal, open_context: Open
) -> None:
    """A browser goes back past a form whose sending failed, as it is sent to the page's own address."""
    page = open_context(viewport=LAPTOP).new_page()
    subject, body = page.get_by_label("Tiêu đề"), page.get_by_label("Nội dung")
    sign_in(page, portal, "organiser")
    with cable_to(portal.url) as cable:
        write = f"{cable.url}/quan-tri/thong-bao/moi"
        page.goto(write)
        subject.fill("Hạn gửi bài lùi một tuần")
        body.fill("Hạn gửi bài lùi đến thứ Bảy tuần sau, vì nhiều trường đang thi.")
        cable.cut()
        page.get_by_role("button", name="Xem trước").click()
        expect(body).to_have_count(0)
        cable.mend()
        page.goto(write)
        expect(body).to_have_value("Hạn gửi bài lùi đến thứ Bảy tuần sau, vì nhiều trường đang thi.")
        expect(subject).to_have_value("Hạn gửi bài lùi một tuần")
        page.get_by_role("button", name="Xem trước").click()
        sees(page, "Đã lưu. Chưa gửi cho ai.")
        page.goto(write)
        expect(body).to_have_value("")
