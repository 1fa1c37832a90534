"""Finding the label that a person means: any case, any language, aliases, close spellings."""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass

from models.bundles.manifest import Manifest

_CLOSE = 0.72
"""difflib's similarity above which a spelling counts as a slip."""

_LONGEST = 64


@dataclass(frozen=True)
class Exactly:
    """The person named this label."""

    label: str


@dataclass(frozen=True)
class Perhaps:
    """The person may have meant this label."""

    label: str


def find_label(text: str, manifest: Manifest) -> Exactly | Perhaps | None:
    """The label that `text` names; None when it resembles no label."""
    wanted = _plain(text[:_LONGEST])
    if not wanted:
        return None
    spellings = _spellings(manifest)
    if wanted in spellings:
        return Exactly(spellings[wanted])
    inside = {
        label
        for spelling, label in spellings.items()
        if re.search(rf"\b{re.escape(spelling)}\b", wanted)
    }
    if len(inside) == 1:
        return Perhaps(inside.pop())
    close = difflib.get_close_matches(wanted, spellings, n=1, cutoff=_CLOSE)
    return Perhaps(spellings[close[0]]) if close else None


def _spellings(manifest: Manifest) -> dict[str, str]:
    """Everything that names a label; the labels themselves win over names and aliases."""
    found: dict[str, str] = {}
    for label in manifest.labels:
        for alias in (*manifest.aliases.get(label, ()), *manifest.names.get(label, {}).values()):
            found.setdefault(_plain(alias), label)
    for label in manifest.labels:
        found[_plain(label)] = label
    return found


def _plain(text: str) -> str:
    """Lowercase, without accents and punctuation, single spaces."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(re.sub(r"[\W_]+", " ", letters).split())
