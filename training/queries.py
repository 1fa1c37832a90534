"""How to search for a label, as the file of labels says: per provider, taxa or words."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from training.errors import LabelsFileError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Queries = dict[str, dict[str, tuple[str, ...]]]
"""label → provider → queries"""

SHIPPED = "training/labels.toml"


def read_queries(labels: Sequence[str], *, file: Path | None = None) -> Queries:
    """The queries for these labels, from `file` or from the labels that ship.

    Raises LabelsFileError when the file cannot be read or says nothing about a label.
    """
    known = _labels(file)
    name = _name(file)
    return {label: _read_label(known, label, name) for label in labels}


def labels_in(file: Path | None = None) -> list[str]:
    """The labels that a file of labels (the one that ships) describes."""
    return sorted(_labels(file))


def _labels(file: Path | None) -> dict[str, object]:
    """The sections [labels.NAME] of a file of labels."""
    name = _name(file)
    try:
        source = files("training") / "labels.toml" if file is None else file
        content = tomllib.loads(source.read_text(encoding="utf-8"))
    except OSError as exc:
        raise LabelsFileError(f"{name} cannot be read: {exc.strerror}.") from exc
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise LabelsFileError(f"{name} is no TOML: {exc}.") from exc
    known = content.get("labels")
    if not isinstance(known, dict):
        raise LabelsFileError(f"{name} has no [labels.NAME] sections.")
    return known


def _name(file: Path | None) -> str:
    return SHIPPED if file is None else str(file)


def _read_label(known: dict[str, object], label: str, name: str) -> dict[str, tuple[str, ...]]:
    entry = known.get(label)
    queries = entry.get("queries") if isinstance(entry, dict) else None
    if not isinstance(queries, dict) or not queries:
        raise LabelsFileError(
            f"{name} does not say how to search for {label!r}: give it a section "
            f'[labels.{label}.queries] with a line such as openverse = ["{label}"], or name '
            "another file with --labels."
        )
    return {
        provider: _read_words(words, f"{name}, [labels.{label}.queries], {provider}")
        for provider, words in queries.items()
    }


def _read_words(words: object, where: str) -> tuple[str, ...]:
    several = words if isinstance(words, list) else [words]
    usable = all(
        isinstance(word, (str, int)) and not isinstance(word, bool) and str(word).strip()
        for word in several
    )
    if not usable:
        raise LabelsFileError(f"{where} must be a list of words or taxon numbers.")
    return tuple(str(word).strip() for word in several)
