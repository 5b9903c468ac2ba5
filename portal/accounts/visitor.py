"""What one browser's cookie and address say of it, before, at and after signing in."""

from __future__ import annotations

from ipaddress import IPv6Address, IPv6Network, ip_address

from flask import request, session

from portal.accounts.secrets import keyed, new_token
from portal.settings import current_settings

MOST_KNOWN = 4  # other accounts


def visitor() -> str:
    """Name this browser; the token is made at the first need of it."""
    if "visitor" not in session:
        session["visitor"] = new_token()
        session.permanent = True  # what is held for a visitor outlives the closing of the browser
    return str(session["visitor"])


def known_visitor() -> str | None:
    """Name this browser if it has a token: reading a page gives nobody a cookie."""
    return session.get("visitor")


def limit_keys(email: str) -> tuple[str, str]:
    """Whom to count a try against: the account, and the network address. Neither can be read back.

    A browser that signed in to this account before has counts of its own, so that strangers who try an
    address all day, or the neighbours behind the same address, do not lock its owner out.
    """
    account = account_key(email)
    if knows(email):
        return f"known:{account[:58]}", f"known:{account[:58]}"
    return account, address_key()


def address_key(address: str | None = None) -> str:
    """What a network is counted by: this request's, or that of `address`."""
    return keyed(current_settings().secret_key, "address", network(address or request.remote_addr))


def account_key(email: str) -> str:
    return keyed(current_settings().secret_key, "account", email)


def knows(email: str | None) -> bool:
    """Whether somebody has signed in to this account on this browser before."""
    return bool(email) and account_key(email or "")[:16] in session.get("known", ())


def network(address: str | None) -> str:
    """One household or phone: an IPv4 address, or the /64 in which an IPv6 one changes at will."""
    try:
        ip = ip_address(address or "")
    except ValueError:
        return "unknown"
    if not isinstance(ip, IPv6Address):
        return str(ip)
    return str(ip.ipv4_mapped or IPv6Network((int(ip), 64), strict=False))


def begin_session(token: str, email: str | None) -> None:
    """Nothing from before sign-in stays in the cookie, so a planted one is worth nothing (session fixation).

    But for the accounts this browser knows: a phone may be a family's.
    """
    known = session.get("known", ())
    session.clear()
    session.permanent = True
    session["_user_id"], session["known"] = token, list(known)
    if email:
        remember_account(email)


def remember_account(email: str) -> None:
    """Let this browser know the account from now on, beside up to four others."""
    key = account_key(email)[:16]
    session["known"] = [*[one for one in session.get("known", ()) if one != key][-MOST_KNOWN:], key]


def end_session() -> None:
    """The cookie forgets everything but that this browser knows the account."""
    known = session.get("known")
    session.clear()
    if known:
        session["known"] = known
        session.permanent = True
