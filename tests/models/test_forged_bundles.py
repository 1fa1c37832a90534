"""Whatever a bundle brings along, it is refused in a sentence, in bounded time and memory."""

from __future__ import annotations

import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from models.bundles.bundle import GOLDEN, MANIFEST, REFERENCE, Bundle, write_bundle
from models.bundles.manifest import Manifest
from models.errors import BundleError
from models.inference.classifier import Classifier
from tests.models.endless import write_endless


def test_a_graph_without_an_end_is_given_up(tmp_path: Path) -> None:
    """Its golden photos have a time, and what still computes is ended."""
    classifier = Classifier(write_endless(tmp_path / "endless", "endless"), threads=1)
    with pytest.raises(BundleError, match=r"not answered its golden photos after 0\.5 s"):
        classifier.check_golden(within_s=0.5)
    with pytest.raises(BundleError, match="was stopped"):
        classifier.run(np.zeros((1, 224, 224, 3), np.uint8))


def encrypted(file: Path) -> None:
    """Say of the first member that it is encrypted."""
    content = bytearray(file.read_bytes())
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.index(signature) + place
        content[at] |= 1
    file.write_bytes(content)


def cut_in_the_middle(file: Path) -> None:
    """Compressed data that end too early."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("own_labels.npy", bytes(range(256)) * 64)
    content = bytearray(file.read_bytes())
    content[60:80] = b"\xff" * 20
    file.write_bytes(content)


def of_another_kind(file: Path) -> None:
    """A way of compressing that nobody knows."""
    content = bytearray(file.read_bytes())
    at = content.index(b"PK\x01\x02") + 10
    content[at : at + 2] = struct.pack("<H", 99)
    file.write_bytes(content)


def huge(file: Path) -> None:
    """Less than a megabyte that unpacks to six hundred."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("own_labels.npy", bytes(600 * 2**20))


@pytest.mark.parametrize("forge", [encrypted, cut_in_the_middle, of_another_kind, huge])
def test_a_forged_reference_is_refused(
    starter: Bundle, tmp_path: Path, forge: Callable[[Path], None]
) -> None:
    """Also what the ZIP format allows and this program cannot, or will not, unpack."""
    file = tmp_path / "forged.npz"
    file.write_bytes((starter.path / REFERENCE).read_bytes())
    forge(file)
    files: dict[str, bytes | Path] = {name: starter.path / name for name in starter.manifest.files}
    bundle = write_bundle(tmp_path / "forged", starter.manifest, files | {REFERENCE: file})
    with pytest.raises(BundleError, match=r"reference\.npz of the bundle"):
        bundle.reference()


def test_json_too_deep_to_read_is_refused(starter: Bundle, tmp_path: Path) -> None:
    """In the manifest and among the golden photos."""
    deep = "[" * 100_000 + "]" * 100_000
    with pytest.raises(BundleError, match="is not JSON"):
        Manifest.from_json(deep)
    files: dict[str, bytes | Path] = {name: starter.path / name for name in starter.manifest.files}
    bundle = write_bundle(tmp_path / "deep", starter.manifest, files | {GOLDEN: deep.encode()})
    with pytest.raises(BundleError, match=r"golden\.json"):
        bundle.golden()


@pytest.mark.parametrize(
    ("name", "value"),
    [("thresholds", {"sure": float("nan"), "outside": 1, "conformal": 1}), ("temperature", 0)],
)
def test_numbers_that_are_none_are_refused(starter: Bundle, name: str, value: object) -> None:
    """Against no such threshold anything could be held: every answer would be sure."""
    content = json.loads((starter.path / MANIFEST).read_text(encoding="utf-8"))
    with pytest.raises(BundleError, match=r"not a number|not a positive number"):
        Manifest.from_json(json.dumps(content | {name: value}))
