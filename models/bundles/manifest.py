"""`bundle.json`: what a bundle says about itself."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any

from models.errors import BundleError
from models.photo import VIEWS, Preparation

FORMAT = 1
"""The format version this code writes, and the only one it reads."""

_SAFE_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_THRESHOLDS = ("sure", "outside", "conformal")


@dataclass(frozen=True)
class Manifest:
    """What `bundle.json` holds.

    `thresholds` has `sure` (least probability of a sure answer), `outside` (least outside score of
    a refusal) and `conformal` (a label is a candidate when 1 - probability is at most this), all
    fitted for answers by so many `views`; one where it does not say.
    `names` maps a label to its name per language code, `noun` a language code to what all labels
    are ("bear"); both may be empty. `curves` and `metrics` are for people and reports.
    """

    version: str
    labels: tuple[str, ...]
    thresholds: Mapping[str, float]
    format: int = FORMAT
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    noun: Mapping[str, str] = field(default_factory=dict)
    preparation: Preparation = field(default_factory=Preparation)
    temperature: float = 1.0
    curves: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, Any] = field(default_factory=dict)
    dataset: Mapping[str, Any] = field(default_factory=dict)
    recipe: str = ""
    arch: str = ""
    seed: int | None = None
    packages: Mapping[str, str] = field(default_factory=dict)
    parent: str | None = None
    created: str = ""
    files: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not is_safe_version(self.version):
            raise BundleError(f"{self.version!r} cannot be a version: use letters, digits, . _ -")
        if not self.labels or len(set(self.labels)) != len(self.labels):
            raise BundleError("a bundle needs labels, each only once")
        missing = [name for name in _THRESHOLDS if name not in self.thresholds]
        if missing:
            raise BundleError(f"the bundle lacks the threshold {missing[0]!r}")
        if any(math.isnan(value) for value in self.thresholds.values()):
            raise BundleError(
                "a threshold of the bundle is not a number: every answer would pass it"
            )
        if self.thresholds.get("views", 1.0) not in range(1, VIEWS + 1):
            raise BundleError(f"the bundle wants another number of views than 1 to {VIEWS}")
        if not 0 < self.temperature < math.inf:
            raise BundleError("the temperature of the bundle is not a positive number")

    @property
    def views(self) -> int:
        """How many views of a photo it may look at."""
        return int(self.thresholds.get("views", 1.0))

    @property
    def made_at(self) -> datetime:
        """When it was made; 1970 where it was never trained here."""
        return datetime.fromisoformat(self.created or "1970-01-01T00:00:00+00:00")

    def to_json(self) -> str:
        """The text of `bundle.json`, in a stable order."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        """The manifest in the text of a `bundle.json`; BundleError when it is not one of ours."""
        try:
            content = json.loads(text)
        except (ValueError, RecursionError) as exc:
            raise BundleError("bundle.json is not JSON: the bundle is damaged") from exc
        if not isinstance(content, dict):
            raise BundleError("bundle.json does not hold an object: the bundle is damaged")
        if content.get("format") != FORMAT:
            raise BundleError(
                f"the bundle has format {content.get('format')!r} and this program reads"
                f" {FORMAT}: use the program that wrote it, or train anew"
            )
        unknown = sorted(set(content) - {item.name for item in fields(cls)})
        if unknown:
            raise BundleError(f"bundle.json has an unknown field {unknown[0]!r}")
        try:
            return cls(**_typed(content))
        except (TypeError, ValueError, LookupError, AttributeError) as exc:
            raise BundleError(f"bundle.json has a wrong shape: {exc}") from exc


def is_safe_version(version: str) -> bool:
    """Whether this may name a folder of published bundles."""
    return _SAFE_VERSION.fullmatch(version) is not None


def _typed(content: dict[str, Any]) -> dict[str, Any]:
    typed = dict(content)
    if not isinstance(content["version"], str) or not isinstance(content["labels"], list):
        raise TypeError("version must be a text and labels a list")
    typed["labels"] = tuple(_text(label) for label in content["labels"])
    typed["thresholds"] = {
        _text(name): float(value) for name, value in content["thresholds"].items()
    }
    typed["temperature"] = float(content.get("temperature", 1.0))
    typed["aliases"] = {
        label: tuple(_text(alias) for alias in aliases)
        for label, aliases in content.get("aliases", {}).items()
    }
    typed["names"] = {
        label: {_text(language): _text(name) for language, name in names.items()}
        for label, names in content.get("names", {}).items()
    }
    typed["preparation"] = Preparation(**content.get("preparation", {}))
    for name, digest in content.get("files", {}).items():
        if not isinstance(digest, str) or _SHA256.fullmatch(digest) is None:
            raise ValueError(f"the hash of {name!r} is not a sha256")
    return typed


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} must be a text")
    return value
