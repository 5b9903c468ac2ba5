"""Templates of letters, compiled once for each language with its words already in them.

Looking up the same thirty sentences for each letter was a quarter of what a letter cost.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, Template, select_autoescape
from jinja2.ext import Extension

from portal.web import templating

FOLDER = Path(__file__).parents[2] / "templates"
_FIXED = re.compile(r"(?<!\w)_\('([^'\\]*)'\)")  # words without variables; what has some is looked up when it is said


class InOneLanguage(Extension):
    """Puts translations where templates ask for them, as the template's own text. Runs where the language is known."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002  # Jinja's
        safe = "|safe" if name and name.endswith(".html") else ""  # as gettext in an HTML template
        return _FIXED.sub(lambda found: f"({_translated(found[1])!r}{safe})", source)


def _translated(words: str) -> str:
    said: str = templating.catalogue().ugettext(words)
    return said % {}  # "%%" is one percent sign, with variables or without


@cache
def template(language: str, name: str) -> Template:
    """As `emails/<name>` for readers of this language. Asked where it is the language of the page."""
    return _environment(language).get_template(f"emails/{name}")


@cache
def _environment(language: str) -> Environment:  # noqa: ARG001  # each has its own
    env = Environment(loader=FileSystemLoader(FOLDER), autoescape=select_autoescape(("html",)), auto_reload=False)
    templating.furnish(env)
    env.add_extension(InOneLanguage)
    return env
