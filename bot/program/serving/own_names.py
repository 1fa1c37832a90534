"""The names under which the port tells of the bot.

A page in a browser that can reach the port, but not its answers, may give its own domain the port's
address (DNS rebinding); the browser then lets it read what is answered under that domain. So the
domain must be one of ours. Addresses, and names without a dot, belong to nobody's domain.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from urllib.parse import urlsplit


def is_own(host: str | None, names: Collection[str]) -> bool:
    """Whether a request with this Host header may be told; programs may leave it out."""
    if not host:
        return True
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    if "." not in name.rstrip("."):
        return bool(name)
    return name in names or _is_address(name)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
