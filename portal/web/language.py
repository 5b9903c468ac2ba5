"""Vietnamese at the root, English under /en: the same routes, the same slugs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from babel.numbers import format_decimal
from flask import has_request_context, request
from flask_babel import gettext, lazy_gettext

from portal.rules import LANGUAGES

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from portal.errors import Refusal

NAMES = dict(zip(LANGUAGES, (lazy_gettext("Tiếng Việt"), lazy_gettext("Tiếng Anh")), strict=True))
OWN_NAMES = dict(zip(LANGUAGES, ("Tiếng Việt", "English"), strict=True))
"""For whoever does not read the language of the page."""
_KEY = "ideabank.language"


class LanguagePrefix:
    """WSGI middleware: moves /en from the path to the script name, so that url_for puts it back by itself."""

    def __init__(self, app: WSGIApplication) -> None:
        self.app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == "/en" or path.startswith("/en/"):
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + "/en"
            environ["PATH_INFO"] = path[3:] or "/"
            environ[_KEY] = "en"
        return self.app(environ, start_response)


def environ_for(language: str) -> dict[str, str]:
    """What the middleware leaves for a reader of `language`: letters are written outside of any request."""
    return {_KEY: language}


def current_language() -> str:
    """The page's language is its address; the API's is Accept-Language, but for the page that describes it."""
    if not has_request_context():
        return "vi"
    if request.path.startswith("/api/") and request.endpoint != "api_docs":
        return request.accept_languages.best_match(LANGUAGES, "vi")
    return request.environ.get(_KEY, "vi")


def language_name(code: str) -> str:
    """What a language is called on this page."""
    return str(NAMES.get(code, NAMES[LANGUAGES[0]]))


def other_language_url() -> str:
    """The same page in the other language, path and query kept."""
    root = request.script_root.removesuffix("/en")
    prefix = "" if current_language() == "en" else "/en"
    query = "?" + request.query_string.decode("utf-8", "replace") if request.query_string else ""
    return f"{root}{prefix}{_path()}{query}"


def top_of_list() -> str:
    """The list that was asked for, without the place to go on from."""
    rest = urlencode([(name, word) for name, word in request.args.items(multi=True) if name != "after"])
    return f"{request.script_root}{_path()}" + (f"?{rest}" if rest else "")


def _path() -> str:
    return "/" + request.path.lstrip("/")  # two slashes would be another host's address


def words(refusal: Refusal) -> str:
    """What a service refused with, in the reader's language; its numbers, too: 1.500 or 1,500."""
    message, language = gettext(refusal.message), current_language()
    params = {
        name: format_decimal(value, locale=language) if isinstance(value, int) else value
        for name, value in refusal.params.items()
    }
    return message % params if params else message
