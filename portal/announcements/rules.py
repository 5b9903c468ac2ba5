"""What may be typed, and how much goes out at once."""

from datetime import timedelta

from portal.errors import N_
from portal.rules import TextRule

SUBJECT = TextRule(min=8, max=60, missing=N_("Viết tiêu đề thư"))
BODY = TextRule(min=20, max=3000, lines=True, missing=N_("Viết nội dung thư"))
SECOND_PERSON_ABOVE = 1000
"""More people than this hear of something only if a second organiser agrees."""
PER_PAGE, PAGE_EVERY = 100, timedelta(seconds=10)
"""Letters written at a time, and the pause after them: 600 a minute of all announcements together. It spares the mail
server and leaves time to stop an announcement."""
MOST_TESTS = 10
