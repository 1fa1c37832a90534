"""Addresses in links that a bot writes."""

from __future__ import annotations

import re

_USER = re.compile(r"tg://user/?\?id=(\d{1,15})", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:(https?)://)?([\w-]+(?:\.[\w-]+)+)(:\d{1,5})?([/?#]\S*)?", re.IGNORECASE)


def link_fields(address: str) -> tuple[str, dict[str, object]] | None:
    """The kind of entity that a link to this address makes, and its fields; None for no address.

    A link to a user mentions them; an address without a scheme gets one.
    """
    user = _USER.fullmatch(address)
    if user:
        return "text_mention", {"user": {"id": int(user[1]), "is_bot": False, "first_name": ""}}
    if re.match(r"(?:tg|ton|tonsite)://\S", address, re.IGNORECASE):
        return "text_link", {"url": address}
    found = _ADDRESS.fullmatch(address.strip())
    if found is None:
        return None
    scheme, host, port, rest = found.groups()
    path = rest or "/"
    path = path if path.startswith("/") else f"/{path}"
    url = f"{(scheme or 'http').lower()}://{host.lower()}{port or ''}{path}"
    return "text_link", {"url": url}
