"""When letters that can wait may come: not in the night, and the daily one in the morning. Hours are Vietnam's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from portal.settings import ZONE

DAY = 86_400
MORNING = 8


def is_quiet(now: datetime, quiet: tuple[int, int] | None) -> bool:
    """True in the hours of `quiet`: (22, 7) is from ten in the evening to seven in the morning."""
    if quiet is None:
        return False
    begin, end = quiet
    hour = now.astimezone(ZONE).hour
    return begin <= hour < end if begin <= end else hour >= begin or hour < end


def after_quiet(moment: datetime, quiet: tuple[int, int] | None) -> datetime:
    """The moment itself, or the end of the quiet hours it falls into."""
    if quiet is None or not is_quiet(moment, quiet):
        return moment
    there = moment.astimezone(ZONE)
    end = there.replace(hour=quiet[1] % 24, minute=0, second=0, microsecond=0)
    return (end if end > there else end + timedelta(days=1)).astimezone(UTC)


def next_digest(now: datetime, every: int) -> datetime:
    """When the next daily letter is due; with less than a day (in seconds) between two there is no morning to wait for."""
    if every < DAY:
        return now + timedelta(seconds=every)
    morning = now.astimezone(ZONE).replace(hour=MORNING, minute=0, second=0, microsecond=0)
    if morning <= now:
        morning += timedelta(days=1)
    return (morning + timedelta(days=every // DAY - 1)).astimezone(UTC)
