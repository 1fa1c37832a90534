"""labels.toml: what labels are called, and how to search for them."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from importlib.resources import files

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


@dataclass(frozen=True)
class LabelTexts:
    """What people call labels: names per language, aliases, and what all of them are."""

    names: dict[str, dict[str, str]]
    aliases: dict[str, tuple[str, ...]]
    noun: dict[str, str]


def read_labels(labels: tuple[str, ...]) -> LabelTexts:
    """The texts for these labels; labels that labels.toml does not know have none.

    The noun is given only when all of the labels are known: it may not fit others.
    """
    content = tomllib.loads((files("training") / "labels.toml").read_text(encoding="utf-8"))
    known = {label: content["labels"][label] for label in labels if label in content["labels"]}
    return LabelTexts(
        names={label: dict(entry.get("names", {})) for label, entry in known.items()},
        aliases={label: tuple(entry.get("aliases", ())) for label, entry in known.items()},
        noun=dict(content.get("noun", {})) if len(known) == len(labels) else {},
    )
