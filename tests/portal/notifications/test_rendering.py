"""Every kind of letter, in both languages, as its reader gets it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from flask import current_app

from portal.accounts import services as accounts
from portal.database import db, now, transaction
from portal.notifications import preferences, rendering
from portal.notifications.catalogue import KINDS
from portal.notifications.categories import ALWAYS, CATEGORIES
from portal.notifications.failures import NotWanted, Refused
from portal.settings import ZONE, Settings
from portal.units.queries import reference
from tests import factories
from tests.portal.accounts import family
from tests.portal.notifications import stories
from tests.queries import count_queries

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.one_engine_each]
TEMPLATES = Path(__file__).parents[3] / "templates" / "emails"
KILOBYTE = 1024


def written(kind, language="vi", **told):
    """The letter a story ends in, over the wire and back."""
    stories.TELL[kind](language) if not told else told["story"]()
    stories.relay()
    settings: Settings = current_app.config["SETTINGS"]
    row = stories.letter(kind)
    content, moment = KINDS[kind].find(row, now(), settings), now()
    with count_queries() as counted:
        sent = rendering.render(row, content, moment, settings)
    assert counted.n == 0, counted  # the context that templates run in stays, and with it a session would
    return message_from_bytes(sent.content, policy=policy.default)


def text_of(message, kind):
    return message.get_body((kind,)).get_content().replace("\r\n", "\n")


def test_every_kind_has_a_story():
    assert set(stories.TELL) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_three_files(kind):
    assert {file.name for file in (TEMPLATES / kind).iterdir()} == {"subject.txt", "body.txt", "body.html"}


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_is_short_complete_and_in_the_language_of_its_reader(kind, language):
    message = written(kind, language)
    plain, html = text_of(message, "plain"), text_of(message, "html")
    assert 5 < len(message["Subject"]) <= 60
    assert len(html.encode()) <= 12 * KILOBYTE
    assert f'<html lang="{language}"' in html
    assert ("nhận thư này vì" in plain) == (language == "vi")
    assert {"vi": "Trợ giúp", "en": "Help"}[language] in plain
    assert {"vi": ">Trợ giúp</a>", "en": ">Help</a>"}[language] in html
    assert "<img" not in html
    assert not re.search(r"\{[{%]|%\(|None|Undefined", plain + html)
    assert_links_lead_to_pages_of_ours(message, language)
    assert_it_says_who_sent_it_and_that_a_machine_did(message, kind)
    if language == "vi":
        assert_it_says_why_and_one_click_stops_it_unless_it_always_comes(message, kind)


def assert_links_lead_to_pages_of_ours(message, language):
    links = re.findall(r'href="([^"]+)"', text_of(message, "html"))
    links += re.findall(r"https?://\S+", text_of(message, "plain"))
    prefix = "http://localhost/en/" if language == "en" else "http://localhost/"
    assert all(link.startswith(prefix) and ("/en/" in link) == (language == "en") for link in links)
    paths = {
        link.removeprefix("http://localhost").removeprefix("/en").partition("?")[0].partition("#")[0] for link in links
    }
    adapter = current_app.url_map.bind("localhost")
    assert all(adapter.match(path) for path in paths)


def assert_it_says_who_sent_it_and_that_a_machine_did(message, kind):
    assert message["From"] == "Nảy <nay@localhost.localdomain>"
    assert message["Message-ID"] == stories.letter(kind).message_id
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["List-Id"]
    assert message["Feedback-ID"].startswith(f"{kind}:{KINDS[kind].category}:")
    assert message["Date"]


def assert_it_says_why_and_one_click_stops_it_unless_it_always_comes(message, kind):
    plain, html = text_of(message, "plain"), text_of(message, "html")
    assert "nhận thư này vì" in plain
    assert "nhận thư này vì" in html
    if KINDS[kind].category == ALWAYS:
        assert message["List-Unsubscribe"] is message["List-Unsubscribe-Post"] is None
        assert "Dừng loại thư này" not in plain + html
        return
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    (https,) = re.fullmatch(r"<(http://localhost/huy/[\w.-]+)>", message["List-Unsubscribe"]).groups()
    assert f"Dừng loại thư này: {https}\n" in plain
    assert f'href="{https}"' in html


def test_where_somebody_reads_what_comes_back_one_can_unsubscribe_by_mail_too(app, monkeypatch):
    settings = replace(app.config["SETTINGS"], bounce_address="tra-lai@nay.example.vn")
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    https, mailto = re.fullmatch(
        r"<(http://localhost/huy/[\w.-]+)>, <(mailto:tra-lai@nay.example.vn\?subject=huy%20[\w.-]+)>",
        written("idea_published")["List-Unsubscribe"],
    ).groups()
    assert mailto.endswith(https.rpartition("/")[2])


@pytest.mark.parametrize("kind", [name for name, kind in KINDS.items() if kind.category in CATEGORIES])
def test_what_its_reader_has_stopped_is_not_wanted(kind):
    stories.TELL[kind]("vi")
    stories.relay()
    row = stories.letter(kind)
    with transaction():
        preferences.stop(row.recipient_id, KINDS[kind].category)
    with pytest.raises(NotWanted):
        KINDS[kind].find(row, now(), current_app.config["SETTINGS"])


def test_the_code_stands_in_the_subject_and_large_in_the_letter():
    message = written("sign_in_code")
    code = message["Subject"].split()[0]
    assert re.fullmatch(r"\d{6}", code)
    assert f">{code}</p>" in text_of(message, "html")
    assert "10 phút" in text_of(message, "plain")


def test_the_letter_with_the_code_says_what_it_will_save():
    idea = factories.published_idea(title="Xe buýt đưa đón ở xã xa cho học sinh")
    with transaction():
        accounts.hold("this-browser", "vote", idea.id, now())
    message = written("sign_in_code", story=lambda: stories.code_requested(visitor="this-browser"))
    assert "Xe buýt đưa đón ở xã xa cho học sinh" in text_of(message, "plain")
    assert "Xe buýt đưa đón ở xã xa cho học sinh" in text_of(message, "html")


def test_the_letter_with_the_code_promises_a_draft_only_if_there_is_one():
    factories.draft(visitor="this-browser")
    message = written("sign_in_code", story=lambda: stories.code_requested(visitor="this-browser"))
    assert "Bài bạn viết dở vẫn còn" in text_of(message, "plain")


def test_a_decision_says_which_office_took_it():
    nghe_an = reference().unit_by_code["40"]
    moderator, idea = factories.member("moderator", unit_id=nghe_an.id), stories.idea_sent(unit="40")
    message = written("idea_published", story=lambda: stories.decided(idea=idea, moderator=moderator))
    assert "Tỉnh Đoàn Nghệ An đã duyệt" in text_of(message, "plain")


def test_a_decision_of_somebody_without_an_office_carries_their_name():
    moderator = factories.member("moderator", name="Thu Hà")
    message = written("idea_published", story=lambda: stories.decided(moderator=moderator))
    assert "Thu Hà đã duyệt" in text_of(message, "plain")


def test_advice_is_quoted_as_text_and_never_as_markup():
    advice = "Bạn sửa <script>alert(1)</script> & <b>chỗ này</b> nhé,\ncảm ơn bạn."
    message = written("idea_needs_changes", story=lambda: stories.decided("return", advice=advice))
    assert advice.replace("\n", "\n  ") in text_of(message, "plain")
    assert "&lt;script&gt;" in text_of(message, "html")
    assert "<script" not in text_of(message, "html")


def test_the_longest_advice_still_fits():
    message = written(
        "idea_not_published", story=lambda: stories.decided("reject", advice="Ý tưởng này rất hay. " * 90)
    )
    assert len(text_of(message, "html").encode()) <= 12 * KILOBYTE


def test_a_long_title_is_cut_at_a_word_in_the_subject():
    title = "Trạm đổi vỏ hộp sữa lấy cây giống ở cổng trường và ở nhà văn hoá thôn của mọi xã trong tỉnh"
    message = written("idea_received", story=lambda: stories.idea_sent(title=title))
    assert len(message["Subject"]) <= 60
    assert message["Subject"].endswith("…")
    assert title in text_of(message, "plain")


@pytest.mark.parametrize(
    "evil", ["Chào\r\nBcc: x@example.vn", "Chào\nX: 1", "Chào\x0bX", "Chào\u2028X: 1", "\u202eChào"]
)
def test_nothing_a_person_writes_can_become_a_header(evil):
    idea = stories.idea_sent()
    idea.title = evil  # past all rules, as if they had failed
    db.session.commit()
    stories.relay()
    row = stories.letter("idea_received")
    settings: Settings = current_app.config["SETTINGS"]
    sent = rendering.render(row, KINDS[row.kind].find(row, now(), settings), now(), settings)
    message = message_from_bytes(sent.content, policy=policy.default)
    assert message["Bcc"] is None
    assert message["X"] is None
    assert "\n" not in message["Subject"]
    assert len(message.get_all("To")) == 1


@pytest.mark.parametrize(
    "address", ["a.b+c@lop-9.truong.vn", "Ban@example.vn", "o'neil@example.vn", "x@xn--bcher-kva.example"]
)
def test_a_usual_address_is_written_to_as_it_is(address):
    assert rendering.plain_address(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "mot@example.vn, hai@example.vn",
        "a@b\r\nBcc: c@d.vn",
        "tên@example.vn",
        "khong",
        "a..b@c.vn",
        "a@-b.vn",
        "a@b.vn\n",
    ],
)
def test_only_one_plain_address_is_written_to(address):
    with pytest.raises(Refused):
        rendering.plain_address(address)


def test_an_address_in_a_foreign_script_is_written_as_its_domain_is_known():
    assert rendering.plain_address("ban@bücher.example") == "ban@xn--bcher-kva.example"


def test_a_suspension_tells_the_reason_the_end_and_how_to_object():
    plain = text_of(written("account_suspended"), "plain")
    assert "Đăng quảng cáo nhiều lần dù đã được nhắc." in plain
    assert "Tài khoản tự mở lại lúc" in plain
    assert "Trả lời thư này" in plain


def test_a_role_taken_away_is_told_as_such():
    admin = factories.member("admin")
    member = factories.member("moderator", unit_id=reference().unit_by_code["40"].id)

    def story():
        with transaction():
            accounts.revoke(admin, member.grants[0].id, now())

    message = written("role_changed", story=story)
    assert message["Subject"] == "Một vai trò của bạn trên Nảy vừa kết thúc"
    assert "Người duyệt · Tỉnh Đoàn Nghệ An" in text_of(message, "plain")


def test_a_childs_suspension_is_told_to_the_guardian():
    admin, child = factories.member("admin"), family.child()

    def story():
        with transaction():
            accounts.suspend(admin, child, "Đăng quảng cáo nhiều lần dù đã được nhắc.", None, now())

    message = written("account_suspended", story=story)
    assert message["To"] == family.row_of(child).email


def test_of_two_silences_the_letter_tells_the_one_that_holds():
    author = factories.member()

    def story():
        decision = stories.decided("reject", stories.idea_sent(author))
        with transaction():
            decision.silenced_until = now() + timedelta(days=7)
            author.silenced_until = now() + timedelta(days=90)

    plain = text_of(written("idea_not_published", story=story), "plain")
    assert f"Đến hết ngày {author.silenced_until.astimezone(ZONE):%d/%m/%Y}" in plain
