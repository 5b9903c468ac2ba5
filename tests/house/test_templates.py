"""What every template keeps to: nothing inline, known icons, nothing the stylesheet does not know, no heavy files."""

import re
from html.parser import HTMLParser
from pathlib import Path

import brotli
import pytest
from jinja2 import nodes

from portal.ideas.states import LABELS
from portal.units.seeding import LOOKS
from portal.web.icons import ICONS

pytestmark = pytest.mark.one_engine_each

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "portal/static"
TEMPLATES = sorted(file for file in (ROOT / "templates").rglob("*.html") if "emails" not in file.parts)
KB = 1024


def name_of(file):
    return file.relative_to(ROOT / "templates").as_posix()


class Inline(HTMLParser):
    """Collects what the Content-Security-Policy would refuse."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        names = dict(attrs)
        self.found += [name for name in names if name == "style" or re.match(r"on[a-z]+$|hx-on", name)]
        self.found += [value for value in names.values() if value and re.match(r"\s*(javascript|js):", value)]
        if tag == "style" or (tag == "script" and "src" not in names):
            self.found.append(f"<{tag}>")


@pytest.mark.parametrize("file", TEMPLATES, ids=name_of)
def test_template_has_nothing_inline(file):
    html = re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    reader = Inline()
    reader.feed(html)
    assert reader.found == []


@pytest.mark.parametrize("file", TEMPLATES, ids=name_of)
def test_template_asks_no_other_server(file):
    addresses = re.findall(r'(?:src|srcset|action|<link[^>]*href)="(https?:)?//', file.read_text(encoding="utf-8"))
    assert addresses == []


@pytest.mark.parametrize("file", TEMPLATES, ids=name_of)
def test_template_uses_icons_that_exist(file, portal_app):
    tree = portal_app.jinja_env.parse(file.read_text(encoding="utf-8"))
    called = [call for call in tree.find_all(nodes.Call) if getattr(call.node, "attr", "") in {"icon", "note"}]
    names = {call.args[0].value for call in called if call.args and isinstance(call.args[0], nodes.Const)}
    assert names <= set(ICONS)


@pytest.mark.parametrize("file", TEMPLATES, ids=name_of)
def test_template_filters_no_constant(file, portal_app):
    """Jinja would do that once, in the language of whoever came first: "/2.000" stood on English pages."""
    tree = portal_app.jinja_env.parse(file.read_text(encoding="utf-8"))
    filtered = [one.name for one in tree.find_all(nodes.Filter) if isinstance(one.node, nodes.Const)]
    assert [name for name in filtered if name != "safe"] == []


def test_every_field_has_an_icon():
    assert {icon for *_, icon in LOOKS.values()} <= set(ICONS)


def test_every_state_can_be_shown_as_a_chip(app):
    with app.test_request_context("/"):
        chip = app.jinja_env.get_template("components/ui.html").make_module(page_context(app)).status_chip
        shown = {status for status in LABELS if str(chip(status)).strip()}
    assert shown == set(LABELS) - {"published"}


def test_page_draws_each_icon_it_uses_once_and_no_other(client):
    for path in ("/", "/chien-dich", "/tro-giup", "/khong-co"):
        page = client.get(path).text
        drawn = re.findall(r'<symbol id="i-([\w-]+)"', page)
        assert sorted(drawn) == sorted(set(re.findall(r'href="#i-([\w-]+)"', page)))


def test_sizes_stay_small():
    assert (STATIC / "app.css").stat().st_size <= 36 * KB
    assert len(brotli.compress((STATIC / "app.css").read_bytes())) <= 8 * KB
    assert (STATIC / "nay.js").stat().st_size <= 12 * KB
    members = sorted(script for script in STATIC.glob("*.js") if script.name != "desk.js")
    assert sum(len(brotli.compress(script.read_bytes())) for script in members) <= 25 * KB
    assert (STATIC / "nay-display-800.woff2").stat().st_size <= 14 * KB


def test_both_dark_palettes_are_the_same():
    css = (STATIC / "app.css").read_text(encoding="utf-8")
    first, second = re.findall(r"color-scheme: dark;(.*?)}", css, flags=re.DOTALL)
    assert first.split() == second.split()


def page_context(app):
    context = {}
    app.update_template_context(context)
    return context


SHORT = {"accounts/parts.html", "ideas/check_receipt.html", "voting/supported.html"}
"""Codes and receipts, which are looked up and kept nowhere."""


def test_what_is_kept_is_never_cut_by_the_browser():
    """`maxlength` cuts what is pasted without a word: a text that is sent is counted in sight (`forms.text`)."""
    cut = {
        name_of(file)
        for file in TEMPLATES
        for line in file.read_text(encoding="utf-8").splitlines()
        if 'maxlength="' in line and 'type="search"' not in line
    }
    assert cut - {"components/forms.html"} == SHORT
