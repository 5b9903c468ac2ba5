"""Writing where it is hard: without a network, on two devices, with an input method that composes letters."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.journeys.running import Portal
from tests.journeys.steps import PROBLEM, Open, fill_idea, fresh_email, sees, sign_in, sign_up

TITLE = "Áo mưa dùng chung ở bến phà cho học sinh qua sông"
TWIN = "Trạm đổi vỏ hộp sữa lấy cây giống"  # as the demonstration has it


def at_the_form(context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto("/gui-y-tuong")
    return page


def test_what_is_written_without_a_network_becomes_one_idea(member: Any, open_context: Open) -> None:
    context = open_context(storage_state=member)
    page = at_the_form(context)
    sent: list[Route] = []

    def lose_the_first_answer(route: Route) -> None:
        if route.request.method != "POST":
            return route.continue_()
        sent.append(route)
        answer = route.fetch(max_redirects=0)
        return route.abort() if len(sent) == 1 else route.fulfill(response=answer)

    context.set_offline(offline=True)
    fill_idea(page, TITLE)
    sees(page, "Mất mạng – nháp vẫn nằm trên máy này")
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_role("button", name="Gửi khi có mạng").click()
    sees(page, "Có mạng lại là bản nháp lên máy chủ ngay")

    page.route("**/gui-y-tuong", lose_the_first_answer)
    for _ in range(2):  # the first time the answer is lost on its way
        context.set_offline(offline=True)
        with page.expect_event("requestfinished" if sent else "requestfailed", lambda one: one.method == "POST"):
            context.set_offline(offline=False)
    expect(page.get_by_role("heading", level=1)).to_have_text("Xem lại trước khi gửi")
    assert len(sent) == 2

    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Gửi ý tưởng").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã nhận ý tưởng của bạn")
    page.goto("/toi")
    expect(page.get_by_text(TITLE)).to_have_count(1)
    page.goto("/gui-y-tuong")
    expect(page.get_by_text(TITLE)).to_have_count(0)
    expect(page.get_by_label("Tên ý tưởng")).to_have_value("")


def test_two_devices_lose_nothing_of_one_draft(member: Any, open_context: Open) -> None:
    phone, laptop = at_the_form(open_context(storage_state=member)), at_the_form(open_context(storage_state=member))
    fill_idea(phone, "Bản đồ những chỗ hay ngập trên đường đến trường")
    phone.get_by_role("button", name="Tiếp tục").click()
    phone.get_by_role("link", name="Sửa vấn đề").click()
    laptop.goto(phone.url)

    laptop.get_by_label("Vấn đề bạn thấy").fill(f"{PROBLEM} Trên máy tính mình thêm câu này.")
    laptop.get_by_role("button", name="Lưu nháp và thoát").click()
    phone.get_by_label("Vấn đề bạn thấy").fill(f"{PROBLEM} Còn trên điện thoại thì câu này.")
    phone.get_by_role("button", name="Tiếp tục").click()

    sees(phone, "Bản nháp đã được sửa trên máy khác")
    sees(phone, "Trên máy tính mình thêm câu này.")
    sees(phone, "Còn trên điện thoại thì câu này.")
    phone.get_by_label("Giữ cả hai").check()
    phone.get_by_role("button", name="Tiếp tục").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Xem lại trước khi gửi")
    sees(phone, "Trên máy tính mình thêm câu này.")
    sees(phone, "Còn trên điện thoại thì câu này.")


def test_nothing_is_sent_or_kept_in_the_middle_of_a_letter(member: Any, open_context: Open) -> None:
    context = open_context(storage_state=member)
    page = at_the_form(context)
    page.clock.install()
    page.reload()
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if "/assets/" not in one.url else None)
    keys = context.new_cdp_session(page)

    title = page.get_by_label("Tên ý tưởng")
    title.focus()
    first, then = TWIN[:15], TWIN[15:]
    keys.send("Input.imeSetComposition", {"text": first, "selectionStart": 15, "selectionEnd": 15})
    page.clock.run_for(11_000)
    assert kept_here(page) == []
    keys.send("Input.insertText", {"text": first})  # a word is done, and the next begun at once
    keys.send("Input.imeSetComposition", {"text": then, "selectionStart": 18, "selectionEnd": 18})
    page.wait_for_function("window.htmx")
    page.clock.run_for(11_000)
    expect(title).to_have_value(TWIN)
    assert asked == []
    assert kept_here(page) == []

    keys.send("Input.insertText", {"text": then})
    page.clock.run_for(600)
    sees(page, "gần giống")
    with page.expect_response(lambda one: one.request.method == "POST"):
        page.clock.run_for(11_000)
    sees(page, "Đã lưu nháp lúc")
    assert kept_here(page) == []  # the server has it
    assert "?nhap=" in page.url  # and loading the page again is reading it there

    page.clock.resume()  # and what is alike is supported without leaving one's own text
    support = page.get_by_role("button", name=re.compile(r"^Ủng hộ · \d")).first
    before = int(re.findall(r"\d+", support.inner_text())[0])  # other stories support ideas, too
    support.click()
    sees(page, f"Đã ủng hộ · {before + 1}")
    page.get_by_role("button", name="Ý mình khác, viết tiếp").click()
    expect(page.get_by_text("gần giống")).to_have_count(0)
    expect(title).to_have_value(TWIN)


def kept_here(page: Page) -> list[str]:
    """What of drafts this machine holds."""
    found: list[str] = page.evaluate(
        "Object.keys(localStorage).filter(name => name.startsWith('nay:draft')).map(name => localStorage.getItem(name))"
    )
    return found


def test_on_a_shared_machine_nobody_finds_the_text_of_another(portal: Portal, open_context: Open) -> None:
    context = open_context()
    sign_in(context.new_page(), portal, "member")  # a session of its own: it is ended here
    page = at_the_form(context)
    title = page.get_by_label("Tên ý tưởng")
    title.fill("Chuyện riêng của người viết trước")
    sees(page, "Đã lưu nháp trên máy này")
    page.reload()
    expect(title).to_have_value("Chuyện riêng của người viết trước")
    page.get_by_role("button", name="Lưu nháp và thoát").click()
    sees(page, "Đã lưu nháp. Bạn quay lại viết tiếp lúc nào cũng được.")
    assert kept_here(page) == []
    page.goto("/gui-y-tuong")
    expect(title).to_have_value("")

    title.fill("Ý thứ hai đang viết dở")
    sees(page, "Đã lưu nháp trên máy này")
    other = context.new_page()  # a tab of its own
    other.goto("/toi/cai-dat")
    other.get_by_role("button", name="Đăng xuất máy này").click()
    sees(other, "Đã đăng xuất")
    assert kept_here(other) == []
    other.goto("/gui-y-tuong")
    expect(other.get_by_label("Tên ý tưởng")).to_have_value("")
    other.get_by_label("Tên ý tưởng").fill("Của một vị khách chưa đăng nhập")
    other.get_by_role("button", name="Xoá nháp khỏi máy này").click()
    expect(other.get_by_label("Tên ý tưởng")).to_have_value("")
    assert not [text for text in kept_here(other) if "vị khách" in text]


def test_what_was_begun_before_signing_in_goes_on_after(portal: Portal, open_context: Open) -> None:
    context = open_context()
    page = at_the_form(context)
    page.get_by_label("Tên ý tưởng").fill("Viết trước khi đăng nhập")
    sees(page, "Đã lưu nháp trên máy này")
    sign_in(page, portal, "member")
    page.goto("/toi")
    page.get_by_role("link", name="Viết tiếp bài ấy").click()
    expect(page.get_by_label("Tên ý tưởng")).to_have_value("Viết trước khi đăng nhập")


def test_another_province_than_ones_own_is_there_again_after_loading(portal: Portal, open_context: Open) -> None:
    page = open_context().new_page()
    page.goto("/dang-nhap?ve=/gui-y-tuong")
    sign_up(page, portal, fresh_email(), "Hà My")
    page.goto("/gui-y-tuong")
    unit = page.get_by_label("Tỉnh, thành hoặc đơn vị")
    expect(unit.locator("option:checked")).to_have_text("Nghệ An")
    for other in ("Hà Nội", "Không chọn"):
        unit.select_option(label=other)
        page.get_by_label("Vấn đề bạn thấy").fill(f"{PROBLEM} {other}")
        sees(page, "Đã lưu nháp trên máy này")
        page.reload()
        sees(page, "Đã lấy lại nháp nằm trên máy này")
        expect(unit.locator("option:checked")).to_have_text(other)


def test_going_on_while_a_draft_is_being_kept_is_no_conflict(member: Any, open_context: Open) -> None:
    page = at_the_form(open_context(storage_state=member))
    page.clock.install()
    page.reload()
    fill_idea(page, "Tủ thuốc chung của bến xe")
    held: list[Route] = []

    def slow(route: Route) -> None:
        if "auto" in (route.request.post_data or ""):
            held.append(route)
            route.fetch()  # the server has it, the answer is still on its way
        else:
            route.continue_()

    page.route("**/gui-y-tuong", slow)
    with page.expect_request(lambda one: one.method == "POST"):
        page.clock.run_for(11_000)
    page.clock.resume()
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Xem lại trước khi gửi")
    assert len(held) == 1


def test_a_large_photo_is_made_small_before_it_is_sent(member: Any, open_context: Open) -> None:
    page = at_the_form(open_context(storage_state=member))
    fill_idea(page, "Bến xe đạp có mái che ở cổng trường")
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_role("link", name="Thêm ảnh hoặc PDF").click()
    box = page.get_by_label("Ảnh hoặc tệp PDF")
    photo = large_photo()
    box.set_input_files({"name": "cong-truong.jpg", "mimeType": "image/jpeg", "buffer": photo})
    sees(page, "Ảnh được thu nhỏ ngay trên máy này")
    assert box.evaluate("input => input.files[0].size") < len(photo) / 2  # grain is the worst there is to pack
    page.get_by_label("Trong ảnh có gì?").fill("Cổng trường lúc mưa, xe đạp dựng sát tường")
    page.get_by_role("button", name="Thêm tệp").click()
    sees(page, "Cổng trường lúc mưa, xe đạp dựng sát tường")
    shown = page.get_by_role("main").locator("img")
    expect(shown).to_have_js_property("naturalWidth", 800)  # the copy; beside it lies the picture itself
    shown.evaluate("image => { image.src = image.src.split('?')[0] }")
    expect(shown).to_have_js_property("naturalWidth", 1600)
    more = page.get_by_role("heading", name="Còn thêm được 4 tệp")  # the next one is a form away, not a page
    expect(more).to_be_focused()
    expect(more).to_be_in_viewport()
    page.get_by_text("Sửa lời tả ảnh").click()
    page.get_by_label("Lời tả ảnh").fill("Cổng trường lúc mưa, nước ngập bánh xe")
    page.get_by_role("button", name="Lưu lời tả").click()
    sees(page, "Cổng trường lúc mưa, nước ngập bánh xe")
    expect(page.get_by_role("listitem").filter(has_text="nước ngập bánh xe")).to_be_focused()


def test_what_would_be_refused_is_said_before_it_is_sent(member: Any, open_context: Open, tmp_path: Path) -> None:
    context = open_context(storage_state=member)
    context.add_init_script(  # a browser that packs no WebP answers with PNG
        "const pack = HTMLCanvasElement.prototype.toBlob; HTMLCanvasElement.prototype.toBlob = function (take, kind, ...how)"
        " { return pack.call(this, take, kind === 'image/webp' ? 'image/png' : kind, ...how) }"
    )
    page = at_the_form(context)
    fill_idea(page, "Giá để mũ bảo hiểm ở cổng trường")
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_role("link", name="Thêm ảnh hoặc PDF").click()
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.method) if one.method == "POST" else None)
    box, alt, add = page.get_by_label("Ảnh hoặc tệp PDF"), page.get_by_label("Trong ảnh có gì?"), "Thêm tệp"
    big = tmp_path / "bao-gia.pdf"
    big.write_bytes(bytes(11 * 1024 * 1024))
    box.set_input_files(big)
    page.get_by_role("button", name=add).click()
    expect(box).to_be_focused()
    assert box.evaluate("input => input.validationMessage") == "“bao-gia.pdf” nặng 11 MB. Mỗi tệp tối đa 10 MB."
    box.set_input_files({"name": "cong.mp4", "mimeType": "video/mp4", "buffer": b"film"})
    page.get_by_role("button", name=add).click()
    assert box.evaluate("input => input.validationMessage").startswith("“cong.mp4” không phải ảnh hay tệp PDF.")
    box.set_input_files({"name": "cong.jpg", "mimeType": "image/jpeg", "buffer": large_photo(900, 1200)})
    sees(page, "Ảnh được thu nhỏ ngay trên máy này")
    assert box.evaluate("input => input.files[0].type") == "image/jpeg"
    page.get_by_role("button", name=add).click()
    expect(alt).to_be_focused()
    assert "Tả ảnh trong một câu" in alt.evaluate("input => input.validationMessage")
    assert sent == []
    alt.fill("Một giá gỗ cạnh cổng")
    page.get_by_role("button", name=add).click()
    sees(page, "Đã thêm “cong.jpg”")


def large_photo(width: int = 1800, height: int = 2400) -> bytes:
    """As a telephone takes it: 4 megapixels unless told otherwise, with grain, lying on its side."""
    exif, made = Image.Exif(), io.BytesIO()
    exif[0x0112] = 6
    grain = Image.effect_noise((width, height), 60).convert("RGB")
    grain.save(made, "JPEG", quality=85, exif=exif)
    return made.getvalue()


def test_on_paper_there_is_the_idea_and_the_way_back_to_it(open_context: Open) -> None:
    page = open_context(color_scheme="dark").new_page()
    page.goto("/y-tuong?q=tram doi vo hop sua")
    page.get_by_role("link", name=TWIN).click()
    with page.expect_response("**/ma-qr.svg"):
        assert page.pdf().startswith(b"%PDF")
    page.emulate_media(media="print")
    expect(page.get_by_text(page.url)).to_be_visible()
    expect(page.get_by_role("heading", name="Vấn đề")).to_have_css("color", "rgb(0, 0, 0)")
    expect(page.get_by_text("Xem số liệu dạng bảng")).to_be_hidden()
    for screen in ("banner", "navigation", "button", "textbox", "contentinfo"):
        expect(page.get_by_role(screen)).to_have_count(0)  # by role, only what shows counts
