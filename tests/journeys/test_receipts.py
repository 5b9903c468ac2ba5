"""Whoever has only a phone can check a receipt, too: the page works out the hash of a file."""

from __future__ import annotations

import hashlib

from playwright.sync_api import expect

from tests.journeys.running import PHONE, Portal
from tests.journeys.steps import Open

TEXT = '{"title": "Tủ sách đi nhờ xe buýt"}\n'.encode()


def test_the_hash_of_a_chosen_file_is_put_into_its_field(portal: Portal, open_context: Open) -> None:
    page = open_context(viewport=PHONE).new_page()
    page.goto("/bien-nhan")
    page.get_by_label("Tệp bản viết").set_input_files(
        {"name": "ban-1.json", "mimeType": "application/json", "buffer": TEXT}
    )
    expect(page.get_by_label("Mã băm SHA-256 của tệp")).to_have_value(hashlib.sha256(TEXT).hexdigest())
    expect(page.get_by_text("Đã tính mã băm của tệp")).to_be_visible()
