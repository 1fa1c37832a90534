"""Finding the label that a person means: any case, any language, aliases, close spellings."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Callable
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
    """The label that `text` names; None when it resembles no label.

    The most exact reading that fits decides: labels may differ by capitals or marks alone.
    """
    text = text[:_LONGEST]
    if not _plain(text):
        return None
    for read in (_composed, _small, _plain):
        named = _spellings(manifest, read).get(read(text), [])
        if named:
            return Exactly(named[0]) if len(named) == 1 else Perhaps(named[0])
    spellings = _spellings(manifest, _plain)
    wanted = f" {_plain(text)} "
    inside = {
        label
        for spelling, labels in spellings.items()
        if f" {spelling} " in wanted
        for label in labels
    }
    if len(inside) == 1:
        return Perhaps(inside.pop())
    close = difflib.get_close_matches(wanted.strip(), spellings, n=1, cutoff=_CLOSE)
    return Perhaps(spellings[close[0]][0]) if close else None


def _spellings(manifest: Manifest, read: Callable[[str], str]) -> dict[str, list[str]]:
    """The labels that each spelling names; the labels themselves win over names and aliases."""
    found: dict[str, list[str]] = {}
    for label in manifest.labels:
        found.setdefault(read(label), []).append(label)
    own = set(found)
    for label in manifest.labels:
        for alias in (*manifest.aliases.get(label, ()), *manifest.names.get(label, {}).values()):
            spelling = read(alias)
            if spelling not in own and label not in found.setdefault(spelling, []):
                found[spelling].append(label)
    return found


def _composed(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _small(text: str) -> str:
    return unicodedata.normalize("NFC", _composed(text).casefold())


def _plain(text: str) -> str:
    """Lowercase, single spaces, without punctuation, and without the accents of Latin letters.

    In other scripts a mark makes another letter: か and が, и and й, or a vowel.
    """
    kept: list[str] = []
    is_latin = False
    for character in unicodedata.normalize("NFKD", text.casefold()):
        kind = unicodedata.category(character)
        if kind == "Cf" or (kind[0] == "M" and is_latin):
            continue
        if kind[0] == "M":
            kept.append(character)
            continue
        is_latin = character.isascii() and character.isalpha()
        kept.append(character if kind[0] in "LN" else " ")
    return " ".join("".join(kept).split())
