"""A bundle is read only if it is complete, unaltered and of this format."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.bundles.bundle import MANIFEST, Bundle, golden_files, write_bundle
from models.bundles.manifest import Manifest
from models.errors import BundleError
from models.photo import Preparation


@pytest.fixture
def copy(starter: Bundle, tmp_path: Path) -> Path:
    """A copy of the starter that a test may spoil."""
    return Path(shutil.copytree(starter.path, tmp_path / "copy"))


def edit(folder: Path, change: Callable[[dict[str, object]], object]) -> None:
    content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    change(content)
    (folder / MANIFEST).write_text(json.dumps(content), encoding="utf-8")


def test_a_copy_is_as_good_as_the_original(starter: Bundle, copy: Path) -> None:
    """A bundle may be copied anywhere and says the same of itself."""
    assert starter.manifest == Bundle.open(copy).manifest


def test_a_manifest_reads_back_as_written() -> None:
    """Every field survives the way through bundle.json."""
    manifest = Manifest(
        version="v1",
        labels=("a", "b"),
        thresholds={"sure": 0.9, "outside": 1.5, "conformal": 0.7},
        names={"a": {"en": "A thing", "de": "Ein Ding"}},
        aliases={"a": ("eh", "ah")},
        noun={"de": "Bär"},
        preparation=Preparation(short_side_px=256, crop_px=224, method="pad"),
        temperature=1.3,
        curves={"sure": {"threshold": [0.5], "coverage": [1.0]}},
        metrics={"n": 10, "accuracy": 0.9},
        dataset={"sha256": "00", "counts": {"a": 3}},
        recipe="head",
        arch="tf_efficientnet_lite0",
        seed=7,
        packages={"torch": "2"},
        parent="starter",
        created="2026-01-01T00:00:00+00:00",
        files={"model.onnx": "0" * 64},
    )
    assert manifest == Manifest.from_json(manifest.to_json())


@pytest.mark.parametrize("name", ["model.onnx", "reference.npz", "golden/golden.json"])
def test_one_altered_byte_is_noticed(copy: Path, name: str) -> None:
    """A file that is not what was written is refused by name."""
    content = bytearray((copy / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copy / name).write_bytes(content)
    with pytest.raises(BundleError, match=name):
        Bundle.open(copy)


def test_a_truncated_file_is_noticed(copy: Path) -> None:
    """A copy that broke off is refused."""
    graph = copy / "model.onnx"
    graph.write_bytes(graph.read_bytes()[:1000])
    with pytest.raises(BundleError, match="hash differs"):
        Bundle.open(copy)


def test_a_missing_file_is_noticed(copy: Path) -> None:
    """A bundle without one of its files is refused by the file's name."""
    (copy / "reference.npz").unlink()
    with pytest.raises(BundleError, match=r"lacks its reference\.npz"):
        Bundle.open(copy)


@pytest.mark.parametrize("name", ["golden/extra.jpg", "report/x.html", "run.py", "deep/er/x"])
def test_a_file_too_many_is_noticed(copy: Path, name: str) -> None:
    """Nothing travels with a bundle that it does not list."""
    (copy / name).parent.mkdir(parents=True, exist_ok=True)
    (copy / name).write_bytes(b"x")
    with pytest.raises(BundleError, match=name):
        Bundle.open(copy)


def test_a_listed_file_of_no_known_kind_is_refused(starter: Bundle, tmp_path: Path) -> None:
    """A bundle cannot smuggle in a program by listing it."""
    files = {name: starter.path / name for name in starter.manifest.files}
    with pytest.raises(BundleError, match=r"run\.py"):
        write_bundle(tmp_path / "b", starter.manifest, {**files, "run.py": b"print()"})
    assert [] == list(tmp_path.iterdir())


def test_a_link_is_refused(copy: Path, tmp_path: Path) -> None:
    """A link could show other content after the check, so links are refused."""
    (tmp_path / "elsewhere").write_bytes((copy / "model.onnx").read_bytes())
    (copy / "model.onnx").unlink()
    (copy / "model.onnx").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BundleError, match="not an ordinary file"):
        Bundle.open(copy)


@pytest.mark.parametrize(
    "name", ["../secret", "/etc/passwd", "a/../../b", "a\\b", "./x", "", "a//b"]
)
def test_paths_out_of_the_bundle_are_refused(copy: Path, name: str) -> None:
    """A manifest that names a file outside its folder is refused before anything is read."""
    edit(copy, lambda content: content["files"].update({name: "0" * 64}))  # type: ignore[attr-defined]
    with pytest.raises(BundleError, match="outside itself"):
        Bundle.open(copy)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda content: content.update(format=2), "format 2"),
        (lambda content: content.pop("format"), "format None"),
        (lambda content: content.update(surprise=1), "surprise"),
        (lambda content: content.pop("labels"), "labels"),
        (lambda content: content.update(labels=["a", "a"]), "labels"),
        (lambda content: content.update(labels=[]), "labels"),
        (lambda content: content.update(version="../up"), "version"),
        (lambda content: content["thresholds"].pop("sure"), "sure"),
        (lambda content: content["thresholds"].update(sure="high"), "high"),
        (lambda content: content["preparation"].update(method="x"), "method"),
        (lambda content: content["files"].pop("model.onnx"), r"model\.onnx"),
        (lambda content: content["files"].update({"model.onnx": "12"}), "sha256"),
    ],
)
def test_a_manifest_must_be_of_this_format(
    copy: Path, change: Callable[[dict[str, object]], object], says: str
) -> None:
    """What is missing, unknown or of another format is named."""
    edit(copy, change)
    with pytest.raises(BundleError, match=says):
        Bundle.open(copy)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "\ud7ff\0"])
def test_a_manifest_that_is_no_object_is_refused(copy: Path, text: str) -> None:
    """A damaged bundle.json is called damaged."""
    (copy / MANIFEST).write_text(text, encoding="utf-8")
    with pytest.raises(BundleError, match="damaged"):
        Bundle.open(copy)


def test_a_folder_without_manifest_is_no_bundle(tmp_path: Path) -> None:
    """Any other folder is refused with its name."""
    with pytest.raises(BundleError, match="is not a bundle"):
        Bundle.open(tmp_path)


def test_a_pickle_in_the_reference_is_not_run(starter: Bundle, tmp_path: Path) -> None:
    """Arrays of Python objects, which would run code when read, are refused."""
    np.savez(tmp_path / "evil.npz", imagenet_names=np.array([object()]))
    files: dict[str, bytes | Path] = {name: starter.path / name for name in starter.manifest.files}
    files["reference.npz"] = tmp_path / "evil.npz"
    bundle = write_bundle(tmp_path / "evil", starter.manifest, files)
    with pytest.raises(BundleError, match=r"reference\.npz"):
        bundle.reference()


def test_writing_does_not_replace_unasked(starter: Bundle, copy: Path) -> None:
    """A bundle that is there stays, unless the writer says otherwise."""
    files = {name: starter.path / name for name in starter.manifest.files}
    with pytest.raises(BundleError, match="exists already"):
        write_bundle(copy, starter.manifest, files)
    changed = replace(starter.manifest, recipe="another")
    assert "another" == write_bundle(copy, changed, files, overwrite=True).manifest.recipe


def test_golden_photos_are_found_again(starter: Bundle, tmp_path: Path) -> None:
    """What is written as golden is read as golden."""
    expected = {"grizzly": 0.5, "black": 0.25, "teddy": 0.25}
    files: dict[str, bytes | Path] = {
        name: starter.path / name
        for name in starter.manifest.files
        if not name.startswith("golden/")
    }
    files |= golden_files({"one.jpg": (b"photo", expected)})
    (golden,) = write_bundle(tmp_path / "b", starter.manifest, files).golden()
    assert (b"photo", expected) == (golden.path.read_bytes(), golden.probabilities)
