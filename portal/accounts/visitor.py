"""What one browser's cookie and address say of it, before, at and after signing in."""

from __future__ import annotations

from ipaddress import IPv6Address, IPv6Network, ip_address

from flask import current_app, request, session

from portal.accounts.secrets import keyed, new_token


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

    A browser that signed in to this account before has a count of its own, so that strangers who try an
    address all day do not lock its owner out.
    """
    secret = current_app.config["SETTINGS"].secret_key
    account = keyed(secret, "account", email)
    known = ":known" if session.get("known") == account else ""
    return account + known, keyed(secret, "address", network(request.remote_addr))


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
    """Nothing from before sign-in stays in the cookie, so a planted one is worth nothing (session fixation)."""
    known = keyed(current_app.config["SETTINGS"].secret_key, "account", email) if email else ""
    session.clear()
    session.permanent = True
    session["_user_id"], session["known"] = token, known


def end_session() -> None:
    """The cookie forgets everything but that this browser knows the account."""
    known = session.get("known")
    session.clear()
    if known:
        session["known"] = known
        session.permanent = True
