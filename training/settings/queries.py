"""How to search for a label, from the file of labels: taxa or words for each provider."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from training.errors import LabelsFileError
from training.settings.labels import name_of, read_file

Queries = dict[str, dict[str, tuple[str, ...]]]
"""label → provider → queries"""


def read_queries(labels: Sequence[str], *, file: Path | None = None) -> Queries:
    """The queries for these labels, from `file` or from the labels that ship.

    Raises LabelsFileError when the file cannot be read or says nothing about a label.
    """
    known = read_file(file)["labels"]
    name = name_of(file)
    return {label: _read_label(known, label, name) for label in labels}


def _read_label(known: dict[str, object], label: str, name: str) -> dict[str, tuple[str, ...]]:
    entry = known.get(label)
    queries = entry.get("queries") if isinstance(entry, dict) else None
    if not isinstance(queries, dict) or not queries:
        raise LabelsFileError(
            f"{name} does not say how to search for {label!r}: give it a section "
            f'[labels.{label}.queries] with a line such as openverse = ["{label}"], or name '
            "another file (LABELS_FILE, or --labels)."
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
