"""What organisers may set."""

from portal.errors import N_
from portal.rules import TextRule

GOAL_MAX = 10_000_000  # votes; more than there are young people in the country
TITLE = TextRule(min=5, max=120, missing=N_("Viết tên chiến dịch"))
TITLE_EN = TextRule(max=120)
TEXT = TextRule(min=1, max=8000, lines=True, missing=N_("Viết chủ đề của chiến dịch"))
TEXT_EN = TextRule(max=8000, lines=True)
