"""Licences in one spelling for all services.

`cc0`, `pdm` (public domain mark), `cc-by`, `cc-by-sa`, `cc-by-nc`, …: what iNaturalist writes as
`cc-by`, Openverse as `by` and Wikimedia Commons as `CC BY-SA 4.0`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

OPEN = ("cc0", "pdm", "cc-by", "cc-by-sa")
"""Licences under which a picture may be kept, used for training, and passed on with its credit."""

_CC = re.compile(
    r"^(?:cc[ -]?)?(by(?:-(?:nc|sa|nd))*)(?:[ -]v?(\d+(?:\.\d+)?))?(?:[ -][a-z]{2,8})?$"
)
_CC0 = re.compile(r"^cc[ -]?0(?:[ -]v?(\d+(?:\.\d+)?))?$|^zero(?:[ -]v?(\d+(?:\.\d+)?))?$")
_PUBLIC_DOMAIN = ("pdm", "pd", "public domain", "publicdomain", "public domain mark")


@dataclass(frozen=True)
class Licence:
    """One licence; `code` as above, or the service's own name in lower case."""

    code: str
    version: str | None = None


def read_licence(name: str | None, version: str | None = None) -> Licence | None:
    """The licence a service names; None when it names none: all rights reserved, then.

    `version` is what the service gives apart from the name.
    """
    text = " ".join((name or "").lower().split())
    if not text or text in ("none", "null", "c", "all rights reserved"):
        return None
    if found := _CC0.match(text):
        return Licence("cc0", version or found[1] or found[2])
    if text in _PUBLIC_DOMAIN or text.startswith(("pd-", "public domain mark")):
        return Licence("pdm", version)
    if found := _CC.match(text.replace("cc by", "by").replace("cc-by", "by")):
        return Licence(f"cc-{found[1]}", version or found[2])
    return Licence(text[:64], version)
