"""What an owner can be told about a device without guessing: its browser, its system, and the network it came by."""

from __future__ import annotations

from ipaddress import IPv6Address, IPv6Network, ip_address

BROWSERS = (  # the first that fits: most call themselves Chrome or Safari, too
    ("Zalo", "Zalo"), ("FBAN", "Facebook"), ("FBAV", "Facebook"), ("coc_coc_browser", "Cốc Cốc"),
    ("SamsungBrowser", "Samsung Internet"), ("UCBrowser", "UC Browser"), ("OPR/", "Opera"), ("Edg", "Edge"),
    ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
    ("Mac OS X", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


def browser_and_system(user_agent: str) -> tuple[str, str]:
    """('Chrome', 'Android'); '' for what the browser does not say."""
    return _first(BROWSERS, user_agent), _first(SYSTEMS, user_agent)


def _first(marks: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for mark, name in marks if mark in user_agent), "")


def masked(address: str | None) -> str:
    """The network without the household: '113.161.72.*', '2405:4800:12:*'. '' for what is no address.

    Enough for an owner to know their own, and no more is kept.
    """
    try:
        ip = ip_address((address or "").partition("%")[0])
    except ValueError:
        return ""
    if not isinstance(ip, IPv6Address):
        return f"{str(ip).rpartition('.')[0]}.*"
    if ip.ipv4_mapped:
        return masked(str(ip.ipv4_mapped))
    return f"{IPv6Network((int(ip), 48), strict=False).network_address.exploded[:14]}:*"
