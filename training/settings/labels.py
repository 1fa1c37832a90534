"""The file of labels: what they are called, and how to search for them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from dataset.examples.label_order import give_places, labels_as_they_came
from dataset.examples.labels import Texts
from dataset.storage.database import Database
from models.bundles.manifest import Manifest
from training.errors import LabelsFileError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SHIPPED = "training/settings/labels.toml"


@dataclass(frozen=True)
class LabelTexts:
    """Labels' names per language, their aliases, and the common noun."""

    names: dict[str, dict[str, str]]
    aliases: dict[str, tuple[str, ...]]
    noun: dict[str, str]
    lost: tuple[str, ...] = ()
    """Labels that the file lacks and that the model before had texts for: it keeps those."""

    def complaint(self, file: Path | None) -> str:
        """One sentence on the labels that the file lost; empty when it lost none."""
        if not self.lost:
            return ""
        return (
            f"{name_of(file)} no longer describes {', '.join(self.lost)}: the model keeps the names"
            f" from the one before; add [labels.{self.lost[0]}] to change them."
        )


def read_labels(
    labels: tuple[str, ...],
    file: Path | None = None,
    *,
    before: Manifest | None = None,
    said: Mapping[str, Texts] | None = None,
    renamed: Mapping[str, str] | None = None,
) -> LabelTexts:
    """The texts for these labels: those of the file (the one that ships), and before them what
    people `said` in the chat or on the pages.

    A label that was `renamed` (by old names) has the texts that it had. Labels that neither knows
    have those that the model `before` had, if any. The noun is given only when the file knows all
    of the labels: it may not fit others. Raises LabelsFileError.
    """
    content = read_file(file)
    said, entries = said or {}, content["labels"]
    once = {label: [label, *_names_before(label, renamed or {})] for label in labels}
    known = {
        label: next(entries[name] for name in names if name in entries)
        for label, names in once.items()
        if any(name in entries for name in names)
    }
    kept = {
        label: next((name for name in names if _has_texts(before, name)), None)
        for label, names in once.items()
        if label not in known and label not in said
    }
    lost = tuple(label for label, name in kept.items() if name is not None)
    try:
        names = {label: _texts(entry.get("names", {})) for label, entry in known.items()}
        aliases = {
            label: tuple(map(str, entry.get("aliases", ()))) for label, entry in known.items()
        }
        noun = _texts(content.get("noun", {}))
    except (AttributeError, TypeError, ValueError) as exc:
        raise LabelsFileError(
            f'{name_of(file)} must say names = {{ en = "…" }} and aliases = ["…"] of a label.'
        ) from exc
    if before is not None:
        names |= {label: dict(before.names.get(kept[label] or "", {})) for label in lost}
        aliases |= {label: before.aliases.get(kept[label] or "", ()) for label in lost}
        noun = noun or (dict(before.noun) if lost else {})
    for label in labels:
        if label in said:
            names[label] = {**names.get(label, {}), **said[label].names}
            others = (*said[label].aliases, *aliases.get(label, ()))
            aliases[label] = tuple(dict.fromkeys(others))
    complete = len(known) + len(lost) == len(labels)
    return LabelTexts(names=names, aliases=aliases, noun=noun if complete else {}, lost=lost)


def _names_before(label: str, renamed: Mapping[str, str]) -> list[str]:
    return [old for old, new in renamed.items() if new == label]


def labels_in(file: Path | None = None) -> list[str]:
    """The labels that a file of labels (the one that ships) describes, in its order.

    Raises LabelsFileError.
    """
    return [str(label) for label in read_file(file)["labels"]]


def place_labels(
    database: Database, file: Path | None = None, labels: Iterable[str] = ()
) -> tuple[str, ...]:
    """Give the examples' labels and these their places in the order of all; that order.

    What the file of labels knows goes before what it does not, in its order. Raises
    LabelsFileError.
    """
    first = labels_in(file)
    with database.session() as session:
        return give_places(session, [*labels_as_they_came(session), *labels], first=first)


def read_file(file: Path | None) -> dict[str, Any]:
    """The content of a file of labels (the one that ships); raises LabelsFileError."""
    name = name_of(file)
    try:
        source = files("training.settings") / "labels.toml" if file is None else file
        content: dict[str, Any] = tomllib.loads(source.read_text(encoding="utf-8"))
    except OSError as exc:
        raise LabelsFileError(f"{name} cannot be read: {exc.strerror}.") from exc
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise LabelsFileError(f"{name} is not TOML: {exc}.") from exc
    if not isinstance(content.get("labels"), dict):
        raise LabelsFileError(f"{name} has no [labels.NAME] sections.")
    return content


def name_of(file: Path | None) -> str:
    """The file's name in a sentence."""
    return SHIPPED if file is None else str(file)


def _has_texts(manifest: Manifest | None, label: str) -> bool:
    return bool(manifest and (manifest.names.get(label) or manifest.aliases.get(label)))


def _texts(by_language: dict[str, str]) -> dict[str, str]:
    return {str(language): str(text) for language, text in by_language.items()}
