"""What the tests of this room share: the starter, and bundles made from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from models.bundles.bundle import STARTER, Bundle, write_bundle
from models.inference.classifier import Classifier

MakeBundle = Callable[..., Bundle]


@pytest.fixture(scope="session")
def starter() -> Bundle:
    """The bundle that ships."""
    return Bundle.open(STARTER)


@pytest.fixture(scope="session")
def classifier(starter: Bundle) -> Classifier:
    """The starter, running."""
    return Classifier(starter, threads=1)


@pytest.fixture
def make_bundle(starter: Bundle, tmp_path: Path) -> MakeBundle:
    """Writes bundles that answer like the starter, under other versions."""

    def make(version: str, *, created: str = "2026-01-01T00:00:00+00:00") -> Bundle:
        manifest = replace(starter.manifest, version=version, created=created)
        files: dict[str, bytes | Path] = {name: starter.path / name for name in manifest.files}
        return write_bundle(tmp_path / "made" / version, manifest, files)

    return make
