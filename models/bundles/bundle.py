"""A bundle: a folder with a network and everything needed to trust and to run it.

Loading one runs no code of the folder: it reads an ONNX graph, arrays without objects and JSON. It
checks `learner.pkl` like every file and never opens it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray

from models.bundles.manifest import Manifest
from models.errors import BundleError

MANIFEST = "bundle.json"
GRAPH = "model.onnx"
REFERENCE = "reference.npz"
GOLDEN = "golden/golden.json"
STARTER = Path(__file__).resolve().parents[1] / "starter"
"""The bundle that comes with the program: the starter."""

_MOST_REFERENCE_BYTES = 512 * 2**20
"""The features of all photos that were confirmed, and a thousand labels, take a tenth of it."""
_KNOWN_FILES = {GRAPH, REFERENCE, "learner.pkl", "ATTRIBUTION.csv"}
_KNOWN_FOLDERS = {"golden", "report"}


@dataclass(frozen=True)
class GoldenPhoto:
    """A photo of the bundle and the probabilities, by label, that training saw for it: in its
    first view, and in all views together where the bundle uses several."""

    path: Path
    probabilities: Mapping[str, float]
    by_all_views: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Bundle:
    """A bundle folder whose manifest has been read; see `Bundle.open`."""

    path: Path
    manifest: Manifest

    @classmethod
    def open(cls, path: Path, *, verify: bool = True) -> Bundle:
        """The bundle in the folder `path`; BundleError unless it is complete and unaltered.

        `verify=False` skips the hashes, right after verifying or writing it.
        """
        try:
            text = (path / MANIFEST).read_text(encoding="utf-8")
        except FileNotFoundError as exc:
            lack = f"it lacks {MANIFEST}" if path.is_dir() else "there is no such folder"
            raise BundleError(f"{path} is not a bundle: {lack}") from exc
        except (OSError, UnicodeDecodeError) as exc:
            raise BundleError(f"{path / MANIFEST} cannot be read: {exc}") from exc
        bundle = cls(path, Manifest.from_json(text))
        for name in bundle.manifest.files:
            _check_name(name)
        for name in (GRAPH, REFERENCE, GOLDEN):
            if name not in bundle.manifest.files:
                raise BundleError(f"the bundle {path} does not list its {name}")
        if verify:
            bundle.verify()
        return bundle

    def verify(self) -> None:
        """Compare the folder with the manifest: every file and its hash, and no other file."""
        present = _files_in(self.path)
        listed = set(self.manifest.files)
        if present - listed:
            raise BundleError(
                f"the bundle {self.path} holds a file that it does not list:"
                f" {min(present - listed)}"
            )
        if listed - present:
            raise BundleError(f"the bundle {self.path} lacks its {min(listed - present)}")
        for name, digest in self.manifest.files.items():
            if _sha256(self.path / name) != digest:
                raise BundleError(
                    f"{name} in the bundle {self.path} is not what was written: its hash differs"
                )

    @property
    def graph(self) -> Path:
        """The ONNX graph: `photo` uint8 [N, H, W, 3] to probabilities, logits and features."""
        return self.path / GRAPH

    def reference(self) -> dict[str, NDArray[np.generic]]:
        """The arrays that the outside check compares with."""
        file = self.path / REFERENCE
        try:
            with zipfile.ZipFile(file) as archive:
                # Never unpack more of a member than its stated size.
                unpacked = sum(member.file_size for member in archive.infolist())
            if unpacked > _MOST_REFERENCE_BYTES:
                raise BundleError(
                    f"{REFERENCE} of the bundle {self.path} unpacks to {unpacked >> 20} MB, more"
                    f" than the {_MOST_REFERENCE_BYTES >> 20} that a bundle may have"
                )
            with np.load(file, allow_pickle=False) as arrays:
                return {name: arrays[name] for name in arrays.files}
        except BundleError:
            raise
        # A forged archive makes zlib, struct, zipfile and numpy raise whatever they have.
        except Exception as exc:
            raise BundleError(f"{REFERENCE} of the bundle {self.path} cannot be read") from exc

    def golden(self) -> list[GoldenPhoto]:
        """The golden photos; at least one."""
        try:
            content = json.loads((self.path / GOLDEN).read_text(encoding="utf-8"))
            by_all_views = content.get("all_views", {})
            photos = [
                GoldenPhoto(
                    self.path / "golden" / _check_name(name),
                    _by_label(probabilities),
                    _by_label(by_all_views.get(name, {})),
                )
                for name, probabilities in content["photos"].items()
            ]
        except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as exc:
            raise BundleError(f"{GOLDEN} of the bundle {self.path} cannot be read") from exc
        if not photos:
            raise BundleError(f"the bundle {self.path} has no golden photo to prove itself with")
        return photos


def shipped_labels() -> tuple[str, ...]:
    """The labels of the bundle that comes with the program; none where that is damaged."""
    try:
        return Bundle.open(STARTER, verify=False).manifest.labels
    except BundleError:
        return ()


def drawn_bears() -> dict[str, bytes]:
    """The golden photos of the starter, by name: drawn, so nobody's rights are in them."""
    return {photo.path.name: photo.path.read_bytes() for photo in Bundle.open(STARTER).golden()}


def golden_files(
    photos: Mapping[str, tuple[bytes, Mapping[str, float]]],
    *,
    by_all_views: Mapping[str, Mapping[str, float]] | None = None,
) -> dict[str, bytes]:
    """The files of `golden/` for named photos and their probabilities by label: of the first view,
    and of all views for a bundle that uses several."""
    files = {f"golden/{name}": data for name, (data, _) in photos.items()}
    expected = {"photos": {name: dict(seen) for name, (_, seen) in photos.items()}}
    if by_all_views:
        expected["all_views"] = {name: dict(seen) for name, seen in by_all_views.items()}
    files[GOLDEN] = (json.dumps(expected, indent=2) + "\n").encode()
    return files


def write_bundle(
    folder: Path, manifest: Manifest, files: Mapping[str, bytes | Path], *, overwrite: bool = False
) -> Bundle:
    """Write a bundle whole or not at all: into a temporary folder, synced, then renamed.

    `files` maps names inside the bundle to contents, or to files to copy; the manifest gets their
    hashes. Raises BundleError if `folder` exists (unless `overwrite`) or cannot be written.
    """
    if folder.exists() and not overwrite:
        raise BundleError(f"{folder} exists already: choose another folder")
    try:
        _write(folder, manifest, files)
    except OSError as exc:
        raise BundleError(f"{folder} cannot be written: {exc.strerror or exc}") from exc
    return Bundle.open(folder, verify=False)


def _write(folder: Path, manifest: Manifest, files: Mapping[str, bytes | Path]) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=".bundle-", dir=folder.parent))
    try:
        for name, content in files.items():
            target = temporary / _check_name(name)
            target.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, Path):
                shutil.copyfile(content, target)
            else:
                target.write_bytes(content)
        stamped = replace(
            manifest, files={name: _sha256(temporary / name) for name in sorted(files)}
        )
        (temporary / MANIFEST).write_text(stamped.to_json(), encoding="utf-8")
        Bundle.open(temporary)
        temporary.chmod(0o755)
        sync_folder(temporary)
        if folder.exists():
            shutil.rmtree(folder)
        temporary.rename(folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    sync_path(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make a folder and all it holds survive a power cut."""
    for path in [*folder.rglob("*"), folder]:
        sync_path(path)


def sync_path(path: Path) -> None:
    """Make one file, or the list of names in one folder, survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _by_label(probabilities: Mapping[str, float]) -> dict[str, float]:
    return {str(label): float(value) for label, value in probabilities.items()}


def _check_name(name: str) -> str:
    parts = PurePosixPath(name).parts
    if (
        not parts
        or "\\" in name
        or "\0" in name
        or name != "/".join(parts)
        or any(part in ("..", "/") for part in parts)
    ):
        raise BundleError(f"the bundle names a file outside itself: {name!r}")
    return name


def _files_in(folder: Path) -> set[str]:
    names = set()
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not (path.is_dir() or path.is_file()):
            raise BundleError(f"the bundle {folder} holds {name}, which is not an ordinary file")
        if path.is_file() and name != MANIFEST:
            if name not in _KNOWN_FILES and name.split("/")[0] not in _KNOWN_FOLDERS:
                raise BundleError(f"the bundle {folder} holds {name}, which does not belong")
            names.add(name)
    return names


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    except OSError as exc:
        raise BundleError(f"{path} cannot be read: {exc.strerror}") from exc
    return digest.hexdigest()
