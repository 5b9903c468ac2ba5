"""More than 300 ways to smuggle something that runs, in every text a member writes: none of them arrives as anything but text."""

from __future__ import annotations

import itertools
import re
from html.parser import HTMLParser

import pytest
from markupsafe import escape
from sqlalchemy import select

from portal.attachments.models import Attachment
from portal.database import db, now, transaction
from portal.ideas import services as ideas
from portal.moderation.models import Case
from portal.moderation.services import appealing, talking
from portal.web.templating import markdown
from tests import factories
from tests.portal.moderation import desk

pytestmark = pytest.mark.one_engine_each

RUNS = (
    "<script>alert(1)</script>", "<ScRiPt src=//evil.example/x.js></sCrIpT>", "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>", "<svg><script>alert(1)</script></svg>", "<math><mtext><img src onerror=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>", "<iframe src=javascript:alert(1)>", "<object data=javascript:alert(1)>",
    "<embed src=javascript:alert(1)>", "<body onload=alert(1)>", "<details open ontoggle=alert(1)>",
    "<input autofocus onfocus=alert(1)>", "<video><source onerror=alert(1)>", "<style>@import '//evil.example'</style>",
    "<link rel=stylesheet href=//evil.example>", "<meta http-equiv=refresh content=0;url=//evil.example>",
    "<base href=//evil.example>", "<form action=//evil.example><button>Ủng hộ</button></form>",
    "<a href=javascript:alert(1)>x</a>", "<a href='java\tscript:alert(1)'>x</a>", "<a href=data:text/html,<script>>x</a>",
    "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](java&#115;cript:alert(1))", "[x](vbscript:x)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)", "![x](javascript:alert(1))", '![x" onerror="alert(1)](y)',
    "[x](https://a.example \"' onmouseover='alert(1)\")", "<javascript:alert(1)>", "[x]: javascript:alert(1)\n[x]",
    "<div hx-get=/dang-xuat hx-trigger=load>x</div>", "<b hx-on:click=alert(1)>x</b>", "<i data-hx-post=/toi hx-vals='js:{a:1}'>x",
    "<button hx-delete=/api/v1/ideas/1/vote hx-trigger=revealed>x</button>", "<a hx-boost=true href=/x>x</a>",
    "<template><script>alert(1)</script></template>", "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<p style='background:url(javascript:alert(1))'>x</p>", "{{ 7*7 }}{% for x in ().__class__ %}", "${alert(1)}#{1}",
    "'-alert(1)-'", '"><svg onload=alert(1)>', "</textarea><script>alert(1)</script>", "</title><script>alert(1)</script>",
    "--><script>alert(1)</script>", "]]><script>alert(1)</script>", "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->",
    "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>", "<a id=CSRF name=csrf_token>x</a>",
    "\u202e<script>alert(1)</script>", "＜script＞alert(1)＜/script＞", "<scr\u200bipt>alert(1)</scr\u200bipt>",
)  # fmt: skip
AROUND = ("{}", "**{}**", "- {}", "> {}", "`a` {}", "1. {}")
PAYLOADS = [around.format(one) for one, around in itertools.product(RUNS, AROUND)]
SCHEME = re.compile(r"\s*([^/?#:]*):")
PROSE = {"p", "br", "strong", "em", "a", "ul", "ol", "li", "blockquote", "code", "pre", "h3", "h4", "hr", "del", "s"}


class Judge(HTMLParser):
    """Reads a page as a browser does, and notes whatever would run, load, or act."""

    def __init__(self, own: bool) -> None:
        super().__init__()
        self.own, self.wrong = own, []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        foreign = tag not in PROSE if not self.own else tag in {"iframe", "object", "embed", "base", "style", "math"}
        runs = tag == "script" and not (given.get("src") or "").startswith("/assets/")
        acts = any(name.startswith("on") or (name.startswith(("hx-", "data-hx")) and not self.own) for name in given)
        leads = any(not self.may_lead_to(given[name] or "") for name in ("href", "src", "action") if name in given)
        if foreign or runs or acts or leads or "style" in given or "srcdoc" in given:
            self.wrong.append(self.get_starttag_text())

    @staticmethod
    def may_lead_to(address):
        scheme = SCHEME.match(address)
        return scheme is None or scheme[1].lower() in {"http", "https", "mailto"}


def faults(html, own=True):
    judge = Judge(own)
    judge.feed(html)
    return judge.wrong


def test_there_are_enough_of_them_and_the_judge_sees_them():
    assert len(PAYLOADS) > 300
    assert all(faults(one) for one in RUNS[:7])
    assert faults('<b hx-on:click="x">', own=False)


def test_markdown_lets_none_of_them_through():
    wrong = {one: found for one in PAYLOADS if (found := faults(str(markdown(one)), own=False))}
    assert wrong == {}


def test_no_page_that_shows_them_runs_anything(client):
    size = 26
    batches = ["\n\n".join(PAYLOADS[start : start + size]) for start in range(0, len(PAYLOADS), size)]
    author, talker = factories.member(), factories.member()
    ideas = [
        factories.published_idea(
            author,
            title=f"{RUNS[n]} và thêm vài chữ"[:120],
            summary=RUNS[-n - 1][:200],
            problem=batch[:1500].ljust(50, "."),
            solution=batch.ljust(50, "."),
            start=batch[:1500],
            impact=batch[:1500],
            confidential=batch,
        )
        for n, batch in enumerate(batches)
    ]
    for idea, batch in zip(ideas, batches, strict=True):
        factories.comment(idea, body=f"{batch[:900]} @{author.handle}")
    factories.saved_search(talker, RUNS[0], q=RUNS[2])
    factories.sign_in(client, talker)
    addresses = [f"/y-tuong/{idea.id}" for idea in ideas]
    lists = [
        "/y-tuong?sort=new",
        f"/y-tuong?q={RUNS[2]}",
        "/toi/tim-kiem",
        "/toi/tai-ve?moi=1&q=%3Cscript%3E",
        "/feeds/ideas.atom",
    ]
    for address in (*addresses, *lists):
        answer = client.get(address, follow_redirects=True)
        assert answer.status_code == 200
        assert faults(answer.text) == [], address


def test_nothing_that_is_written_about_ideas_runs_on_anybodys_page(app, client):
    """Names, pictures' words, file names, advice, notes, appeals, reports, reasons: of members and of staff."""
    name, short, long = RUNS[2], " ".join(RUNS[:12]), "\n\n".join(PAYLOADS[::8])[:2000]
    author, moderator, admin = factories.member(name=name), factories.member("moderator"), factories.member("admin")
    refused, back, gone = (desk.waiting_case(author, title=f"{RUNS[n]} và vài chữ"[:120]) for n in range(3))
    with transaction():
        for case in (refused, back, gone):
            talking.add_note(case.id, moderator, short[:1000], now())
        words = {"name": RUNS[4][:80], "alt": short[:200], "size": 1, "width": 9, "height": 9, "created_at": now()}
        for kind, token in (("image", "i" * 43), ("pdf", "p" * 43)):
            db.session.add(Attachment(idea_id=gone.idea_id, kind=kind, token=token, **words))
    desk.decide(refused, moderator, "reject", "out_of_scope", long)
    desk.decide(back, moderator, "return", "unclear", long)
    desk.approve(gone, moderator)
    with transaction():
        appealing.appeal(author, refused.idea_id, long, desk.THREE_DAYS, now())
        ideas.withdraw(author, gone.idea_id, short[:500], now())
    shown = factories.published_idea(author)
    factories.report(shown, note=short[:500])
    desk.relay()
    cases = db.session.scalars(select(Case.id)).all()
    pages = {
        author: ["/toi", "/toi/thong-bao", *(f"/y-tuong/{case.idea_id}" for case in (refused, back, gone))],
        moderator: ["/kiem-duyet", "/kiem-duyet/nhat-ky", *(f"/kiem-duyet/{case_id}" for case_id in cases)],
        admin: [f"/quan-tri/nguoi-dung/{author.id}", "/quan-tri/nguoi-dung", "/quan-tri/nhat-ky"],
    }
    seen = ""
    for who, addresses in pages.items():
        reader = factories.sign_in(app.test_client(), who)
        for address in (*addresses, f"/y-tuong/{shown.id}", f"/thanh-vien/{author.handle}"):
            answer = reader.get(address, follow_redirects=True)
            assert answer.status_code == 200, address
            assert faults(answer.text) == [], address
            seen += answer.text
    for text in (name, RUNS[4], short[:200]):
        assert str(escape(text)) in seen, "they are there, as text"
