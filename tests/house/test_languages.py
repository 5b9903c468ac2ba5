"""The codes of the languages are listed once, in `portal/rules.py`; whatever needs them asks there."""

import re
from pathlib import Path

import pytest

from portal.rules import LANGUAGES

pytestmark = pytest.mark.one_engine_each

ROOT = Path(__file__).parents[2]
FILES = sorted(file for place in ("portal", "worker", "templates") for file in (ROOT / place).rglob("*.*"))
LISTED = re.compile(rf"""["']({"|".join(LANGUAGES)})["'], ["']({"|".join(LANGUAGES)})["']""")


def test_codes_of_languages_are_listed_once():
    lists = [file for file in FILES if file.suffix in {".py", ".html"} and LISTED.search(file.read_text("utf-8"))]
    assert lists == [ROOT / "portal/rules.py"]


def test_every_language_has_its_catalogue():
    translated = {file.name for file in (ROOT / "portal/translations").iterdir()}
    assert {LANGUAGES[0], *translated} == set(LANGUAGES), "the first is what the messages are written in"
