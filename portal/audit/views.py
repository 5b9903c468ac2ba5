"""The log of staff acts, for those who govern the bank: who did what to which thing, and whether the chain holds."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, render_template, request, url_for

from portal.accounts import people
from portal.accounts.words import ROLES, role_name
from portal.audit import heads, queries, words
from portal.audit.chain import link
from portal.audit.forms import LogForm
from portal.audit.models import AuditEntry
from portal.settings import current_settings
from portal.units.queries import reference
from portal.web.access import allowed
from portal.web.ids import read_after
from portal.web.templating import local

pages = Blueprint("audit", __name__)
FIELDS = ("actor", "action", "kind", "object", "since", "until")


@pages.get("/quan-tri/nhat-ky")
@allowed("govern")
def log() -> str:
    form = LogForm(request.args)
    form.validate()
    entries, after = queries.page(form.asked(), read_after())
    given: dict[str, Any] = {name: request.args[name] for name in FIELDS if request.args.get(name)}
    seq, hash_, staged = queries.state()
    settings = current_settings()
    concerned = {entry.actor_id for entry in entries}
    concerned |= {entry.object_id for entry in entries if entry.object_kind == "member"}
    return render_template(
        "audit/log.html",
        form=form,
        entries=[(entry, _holds(entry, settings.secret_key), _detail(entry)) for entry in entries],
        names=people.names(concerned),
        more=url_for(".log", **given, after=after) if after else None,
        given=given,
        seq=seq,
        hash=hash_,
        staged=staged,
        noted=heads.FILE,
        words=words,
    )


def _holds(entry: AuditEntry, secret_key: str) -> bool:
    """Whether a chained entry still says what its hash was made of; whether its neighbours stand, `check` says."""
    return entry.seq is None or entry.hash == link(secret_key, entry, entry.seq, entry.prev_hash or "")


def _detail(entry: AuditEntry) -> list[tuple[str, str]]:
    """What the entry says besides, name by name; nothing of it is trusted to be well formed."""
    try:
        said = json.loads(entry.detail)
    except ValueError:
        return [("", entry.detail)]
    pairs = said.items() if isinstance(said, dict) else [("", said)]
    return [(name, _readable(name, value)) for name, value in pairs if value not in (None, "", [], {})]


def _readable(name: str, value: Any) -> str:
    """Roles and units by their names; everything else as it was written."""
    if name == "role" and value in ROLES:
        return role_name(value)
    if name == "unit" and value in reference().unit_by_id:
        unit = reference().unit_by_id[value]
        return local(unit, "office" if unit.kind == "province" else "name")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
