"""Templates of letters, compiled once for each language with its words already in them.

Looking up the same thirty sentences for each letter was a quarter of what a letter cost.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, Template, select_autoescape
from jinja2.ext import Extension

from portal.web import templating

FOLDER = Path(__file__).parents[2] / "templates"
_WORDS = re.compile(r"(?<!\w)_\('([^'\\]*)'([,)])")  # alone, or with variables after them


class InOneLanguage(Extension):
    """Puts translations where templates ask for them, as the template's own text. Runs where the language is known."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002  # Jinja's
        safe = "|safe" if name and name.endswith(".html") else ""  # as gettext in an HTML template
        return _WORDS.sub(lambda found: _in_place(found[1], found[2], safe), source)


def _in_place(words: str, end: str, safe: str) -> str:
    """What stands in a template where it asked for these words. "%%" is one percent sign, with variables or without."""
    translated: str = templating.catalogue().ugettext(words)
    return f"({translated % {}!r}{safe})" if end == ")" else f"filled({translated!r}{safe},"


def _filled(words: str, /, **variables: Any) -> str:
    """Variables put into words; Markup escapes them."""
    return words % variables


@cache
def template(language: str, name: str) -> Template:
    """As `emails/<name>` for readers of this language. Asked where it is the language of the page."""
    return _environment(language).get_template(f"emails/{name}")


@cache
def _environment(language: str) -> Environment:  # noqa: ARG001  # each has its own
    env = Environment(loader=FileSystemLoader(FOLDER), autoescape=select_autoescape(("html",)), auto_reload=False)
    templating.furnish(env)
    env.globals["filled"] = _filled
    env.add_extension(InOneLanguage)
    return env
