"""A passkey in a real browser with a virtual authenticator: added, asked for, removed."""

from __future__ import annotations

import re

from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys import steps
from tests.journeys.running import Portal
from tests.journeys.steps import Open


def with_authenticator(context: BrowserContext, page: Page) -> None:
    """What a phone with a fingerprint is to a browser."""
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasUserVerification": True, "isUserVerified": True}
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {**options, "hasResidentKey": True, "automaticPresenceSimulation": True}},
    )


def test_a_passkey_is_added_asked_for_and_removed(portal: Portal, open_context: Open) -> None:
    context = open_context()
    page = context.new_page()
    with_authenticator(context, page)
    steps.sign_in(page, portal, "organiser")
    page.goto("/toi/bao-mat/khoa")
    page.get_by_label("Gọi khoá này là").fill("Điện thoại của mình")
    page.get_by_role("button", name="Thêm khoá").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mã dự phòng")
    page.goto("/toi/bao-mat")
    page.get_by_role("button", name="Đăng xuất mọi thiết bị").click()
    steps.sign_in(page, portal, "organiser")
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Trang của tôi")
    expect(page.locator("form[data-passkey]")).to_have_attribute(
        "data-options", re.compile('"transports": \\["internal"\\]')
    )
    page.get_by_role("button", name="Dùng khoá của mình").click()
    expect(page.get_by_role("button", name="Dùng khoá của mình")).to_have_count(0)
    page.goto("/toi/bao-mat")
    page.get_by_role("button", name=re.compile("^Bỏ.*Điện thoại của mình")).click()
    steps.sees(page, "Đang tắt.")


def test_without_script_the_page_says_what_is_possible(portal: Portal, open_context: Open) -> None:
    page = open_context(javascript=False).new_page()
    steps.sign_in(page, portal, "organiser")
    page.goto("/toi/bao-mat/khoa")
    steps.sees(page, "Khoá cần JavaScript")
    expect(page.get_by_role("button", name="Thêm khoá")).to_have_count(0)
