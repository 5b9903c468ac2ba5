"""News on a device: switched on, shown by a real service worker, switched off.

No push service of the world is asked. What a browser would get from one, an address and keys, comes from the push
service of these tests; from there on all is real: the portal encrypts and sends, that service decrypts, and the
browser's service worker shows what was in it.
"""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys import steps
from tests.journeys.running import LAPTOP, Portal, wait_for
from tests.journeys.steps import Open
from tests.portal.notices.push_service import Browser, PushService

SUBSCRIBED = """
  const given = %s;
  const kept = () => localStorage.getItem('subscribed') && {
    endpoint: given.endpoint,
    toJSON: () => ({ endpoint: given.endpoint, keys: { p256dh: given.p256dh, auth: given.auth } }),
    unsubscribe: async () => { localStorage.removeItem('subscribed'); return true },
  };
  PushManager.prototype.getSubscription = async () => kept() || null;
  PushManager.prototype.subscribe = async options => {
    localStorage.setItem('subscribed', options.applicationServerKey.length);
    return kept();
  };
"""
ON, OFF = "Bật trên máy này", "Tắt trên máy này"


def pushed(context: BrowserContext, page: Page, portal: Portal, message: dict[str, Any]) -> list[dict[str, str]]:
    """Hand a message to the page's service worker, as a browser does with what its push service sends; what it shows."""
    devtools, registrations = context.new_cdp_session(page), []
    devtools.on("ServiceWorker.workerRegistrationUpdated", lambda told: registrations.extend(told["registrations"]))
    devtools.send("ServiceWorker.enable")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    wait_for(lambda: page.evaluate("1") and registrations, what="the service worker")  # events come with answers
    registration = {"origin": portal.url, "registrationId": registrations[0]["registrationId"]}
    devtools.send("ServiceWorker.deliverPushMessage", {**registration, "data": json.dumps(message)})
    shown: list[dict[str, str]] = page.evaluate(
        """async () => {
            const registration = await navigator.serviceWorker.ready;
            for (;;) {
                const shown = await registration.getNotifications();
                if (shown.length) return shown.map(({ title, body, data }) => ({ title, body, url: data.url }));
                await new Promise(resolve => setTimeout(resolve, 20));
            }
        }"""
    )
    return shown


def test_a_decision_is_shown_on_a_device_that_wants_it(
    portal: Portal, push_service: PushService, open_context: Open
) -> None:
    device = Browser(push_service, "phone")
    context = open_context(permissions=["notifications"])
    context.add_init_script(SUBSCRIBED % json.dumps(device.given))
    page = context.new_page()
    steps.sign_in(page, portal, "member")
    page.goto("/toi/thong-bao")
    page.get_by_role("button", name=ON).click()
    expect(page.get_by_role("button", name=OFF)).to_be_visible()
    assert page.evaluate("localStorage.getItem('subscribed')") == "65"  # bytes of the portal's own key
    page.reload()
    expect(page.get_by_role("button", name=OFF)).to_be_visible()

    title = "Ghế đá cho người chờ xe buýt ở bến chợ"
    steps.write_idea(page, title)
    desk = open_context(viewport=LAPTOP).new_page()
    steps.sign_in(desk, portal, "moderator")
    steps.open_case(desk, title)
    desk.get_by_role("button", name="Duyệt đăng").click()
    wait_for(lambda: device.shown, what="the message")
    (message,) = device.shown
    assert message["title"] == "Nảy"
    assert pushed(context, page, portal, message) == [
        {"title": "Nảy", "body": message["body"], "url": message["url"]},
    ]

    page.goto("/toi/thong-bao")
    page.get_by_role("button", name=OFF).click()
    expect(page.get_by_role("button", name=ON)).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name=ON)).to_be_visible()


def test_a_browser_that_may_not_says_so(portal: Portal, open_context: Open) -> None:
    page = open_context().new_page()
    steps.sign_in(page, portal, "member")
    page.goto("/toi/thong-bao")
    page.get_by_role("button", name=ON).click()
    steps.sees(page, "Trình duyệt chưa cho phép.")
    expect(page.get_by_role("button", name=OFF)).to_have_count(0)


def test_a_browser_that_cannot_is_not_asked(portal: Portal, open_context: Open) -> None:
    context = open_context()
    context.add_init_script("delete window.PushManager")
    page = context.new_page()
    steps.sign_in(page, portal, "member")
    page.goto("/toi/thong-bao")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("button", name=ON)).to_have_count(0)
