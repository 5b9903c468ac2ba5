"""How units and fields may be named."""

from __future__ import annotations

from portal.errors import N_
from portal.rules import TextRule

NAME = TextRule(min=2, max=120, missing=N_("Điền tên"))
OFFICE = TextRule(max=160)
FIELD_NAME = TextRule(min=2, max=80, missing=N_("Điền tên"))
SHORT_NAME = TextRule(min=2, max=40, missing=N_("Điền tên ngắn"))
