"""What templates may call: dates, numbers, icons, Markdown, the language of the page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import nh3
from babel.dates import format_date
from babel.numbers import format_decimal, format_percent
from flask import Flask, g, request
from flask_babel import format_timedelta, get_translations, gettext, ngettext
from jinja2 import Environment
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

from portal import text
from portal.rules import LANGUAGES
from portal.settings import ZONE
from portal.web.icons import ICONS
from portal.web.language import OWN_NAMES, current_language, language_name, other_language_url, top_of_list, words

THEMES = ("light", "dark")
_markdown = (
    MarkdownIt("commonmark", {"html": False, "linkify": True, "breaks": True})
    .enable("linkify")
    .disable(["heading", "lheading"])
)
_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "blockquote", "code", "pre", "hr"}


def init_app(app: Flask) -> None:
    furnish(app.jinja_env)
    app.jinja_env.globals.update(need_icon=need_icon, icon_paths=ICONS, top_of_list=top_of_list)

    @app.context_processor
    def page() -> dict[str, Any]:
        g.icons = {}  # names in order, filled while this template renders
        theme = request.cookies.get("theme")
        return {
            "language": current_language(),
            "other_language_url": other_language_url(),
            "theme": theme if theme in THEMES else None,
            "icons": g.icons,
        }


def furnish(env: Environment) -> None:
    """What pages and letters may call alike."""
    env.trim_blocks = True
    env.lstrip_blocks = True
    env.add_extension("jinja2.ext.i18n")
    env.add_extension("jinja2.ext.do")
    env.filters.update(
        number=number,
        percent=percent,
        day=day,
        last_day=last_day,
        day_long=day_long,
        clock=clock,
        moment=moment,
        ago=ago,
        lasting=lasting,
        markdown=markdown,
        excerpt=text.excerpt,
        language_of=text.language_of,
        written=written,
        masked_address=text.masked_address,
        without_markup=text.without_markup,
        initials=initials,
        refusal=words,
    )
    env.install_gettext_callables(  # type: ignore[attr-defined]  # of Jinja's i18n extension
        gettext=lambda message: catalogue().ugettext(message),
        ngettext=lambda one, many, n: catalogue().ungettext(one, many, n),
        pgettext=lambda context, message: catalogue().upgettext(context, message),
        npgettext=lambda context, one, many, n: catalogue().unpgettext(context, one, many, n),
        newstyle=True,
    )
    env.globals.update(local=local, languages=LANGUAGES, language_name=language_name, own_language_names=OWN_NAMES)


def catalogue() -> Any:
    """The translations of this page: asked for dozens of times a page, and Flask-Babel finds them anew each time."""
    if "catalogue" not in g:
        g.catalogue = get_translations()
    return g.catalogue


def written(words: str) -> str:
    """Words of a person, amid those of a page or a letter: said to be of the other language, if they are."""
    of = text.language_of(words, current_language())
    return words if of == current_language() else Markup('<span lang="{}">{}</span>').format(of, words)


def need_icon(name: str) -> str:
    """Note that the page shows an icon; the layout draws the shape of each once."""
    g.icons[name] = None
    return ""


def local(thing: Any, attribute: str) -> str:
    """The `_vi` or `_en` form of an attribute, by the page's language."""
    return getattr(thing, f"{attribute}_{current_language()}") or getattr(thing, f"{attribute}_vi")


def number(value: float) -> str:
    return _decimal(value, current_language())


@lru_cache(maxsize=4096)
def _decimal(value: float, language: str) -> str:
    """A list writes fifty small numbers, and Babel looks at the rules of the language anew for each."""
    return format_decimal(value, locale=language)


def percent(share: float) -> str:
    """0.256 -> '26%'"""
    return format_percent(share, locale=current_language())


def day(value: datetime) -> str:
    """05/12/2026"""
    return value.astimezone(ZONE).strftime("%d/%m/%Y")


def last_day(end: datetime) -> str:
    """The last whole day of a time that ends at midnight."""
    return day(end - timedelta(seconds=1))


def day_long(value: datetime) -> str:
    """thứ Bảy, 05/12 | Saturday, 5 Dec"""
    value = value.astimezone(ZONE)
    if current_language() == "en":
        return format_date(value, "EEEE, d MMM", locale="en")
    name = format_date(value, "EEEE", locale="vi")
    name = "Chủ nhật" if name == "Chủ Nhật" else f"{name[0].lower()}{name[1:]}"
    return f"{name}, {value:%d/%m}"


def clock(value: datetime) -> str:
    """23:59"""
    return value.astimezone(ZONE).strftime("%H:%M")


def moment(value: datetime) -> str:
    """23:59 05/12/2026"""
    return f"{clock(value)} {day(value)}"


def ago(value: datetime, now: datetime) -> str:
    """In words, as a person would say it: 'vừa xong', '5 phút trước', 'hôm qua', then the date."""
    seconds = (now - value).total_seconds()
    days = (now.astimezone(ZONE).date() - value.astimezone(ZONE).date()).days
    if seconds < 60:
        return gettext("vừa xong")
    if seconds < 3600:
        return ngettext("%(num)s phút trước", "%(num)s phút trước", int(seconds // 60))
    if days == 0 or seconds < 6 * 3600:
        return ngettext("%(num)s giờ trước", "%(num)s giờ trước", int(seconds // 3600))
    if days == 1:
        return gettext("hôm qua")
    if days < 7:
        return ngettext("%(num)s ngày trước", "%(num)s ngày trước", days)
    return day(value)


def lasting(since: datetime, until: datetime) -> str:
    """How long between two moments, whichever came first: '14 giờ', '2 ngày'."""
    return format_timedelta(abs(until - since), granularity="minute")


def _image(_renderer: object, tokens: Sequence[Token], at: int, *_rest: object) -> str:
    """A picture of elsewhere is a link to it: nobody's browser fetches what a member's text names.

    Within a link it is the words of that link.
    """
    address = str(tokens[at].attrs["src"])
    words = escape(tokens[at].content.strip() or address)
    in_link = sum(token.nesting for token in tokens[:at] if token.tag == "a")
    return words if in_link else f'<a href="{escape(address)}">{words}</a>'


_markdown.add_render_rule("image", _image)


@lru_cache(maxsize=2048)
def markdown(source: str) -> Markup:
    """Member's Markdown as safe HTML: no raw HTML, no images, no headings; links say whose they are."""
    html = nh3.clean(
        _markdown.render(source),
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow ugc noopener",
    )
    return Markup(html)  # noqa: S704  # cleaned by nh3 on the line above


def initials(name: str) -> str:
    """'Phương Thảo' -> 'PT'."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()
