"""The host names under which the port answers.

A page elsewhere can give its own domain this port's address (DNS rebinding). Then the browser lets
that page read the port's answers. So the domain must be one of ours. Addresses, and names without a
dot, belong to no domain.
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
