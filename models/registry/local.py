"""The published bundles, and which of them answers.

A published folder has its version as name and never changes. `CURRENT` holds one version; a rename
replaces it. `HISTORY` gets a line for each change of it, so that a rollback can retrace them.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from models.bundles.bundle import MANIFEST, STARTER, Bundle, sync_folder, sync_path
from models.bundles.manifest import Manifest, is_safe_version
from models.errors import BundleError, RegistryError, RegistryUnreachable, UnknownVersion
from models.inference.classifier import Classifier

CURRENT = "CURRENT"
HISTORY = "HISTORY"

COPYING = ".copying-"
"""Name prefix of a folder whose bundle is not yet complete."""
_ABANDONED_AFTER_S = 3600

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Listed:
    """One bundle of the registry; without a manifest, `problem` says why it cannot be read."""

    version: str
    path: Path
    is_current: bool
    manifest: Manifest | None
    problem: str | None


class Registry:
    """The bundles published in `models_dir`, and always the starter."""

    def __init__(self, models_dir: Path) -> None:
        self._dir = models_dir
        self._warned_of: str | None = None
        self._has_held_any = False
        self.trouble: str | None = None
        """Why what is published elsewhere may not be known here, as a sentence."""

    def current(self) -> Path:
        """The folder of the bundle in use; cheap enough to call every second.

        When CURRENT is lost or names a missing version, HISTORY's last intact version answers, else
        the newest intact one, else the starter; one warning says so. Raises RegistryUnreachable
        when nobody can tell now: then neither is an answer.
        """
        try:
            return self.named()
        except RegistryUnreachable:
            raise
        except RegistryError as exc:
            path = self.newest_whole()
            if self._warned_of != str(exc):
                self._warned_of = str(exc)
                logger.warning(
                    "%s, so %s answers; `bear-detector models rollback VERSION` settles it",
                    exc,
                    path.name,
                )
            return path

    def named(self) -> Path:
        """The folder of the bundle that CURRENT names, and no other; the starter while nothing was
        ever published. For a process with a bundle that answers: unreadable is not absent.

        Raises RegistryUnreachable when nobody can tell now which that is, RegistryError when
        CURRENT is lost or names a missing version.
        """
        named = self._read_current()
        if named is None and not self._published():
            if self._has_held_any:
                raise RegistryUnreachable(f"{self._dir} is empty, and held bundles: is it away?")
            return STARTER
        self._has_held_any = True
        path = None if named is None else self._find(named)
        if path is None:
            problem = "is lost" if named is None else f"names {named[:80]!r}, which does not exist"
            raise RegistryError(f"{self._dir / CURRENT} {problem}")
        return path

    def current_version(self) -> str:
        """The version of the bundle in use."""
        return self.current().name

    def open(self) -> Bundle:
        """The bundle in use, its hashes checked; where they fail, `newest_whole`, and a warning."""
        path = self.current()
        try:
            return Bundle.open(path)
        except BundleError as exc:
            fallback = self.newest_whole()
            logger.warning("%s, so %s answers", exc, fallback.name)
            return Bundle.open(fallback)

    def newest_whole(self, *, besides: Collection[Path] = ()) -> Path:
        """The bundle to fall back on: HISTORY's last intact one, the newest intact one, or the
        starter.

        `besides` are folders to skip: intact, but tried in vain.
        """
        published = {path.name: path for path in self._published() if path not in besides}
        for version in [*reversed(self._history()), *reversed(published)]:
            if version == STARTER.name:
                break
            if version in published and _is_whole(published[version]):
                return published[version]
        return STARTER

    def versions(self) -> list[Listed]:
        """All bundles: the starter, then the published ones, oldest first."""
        current = self.current()
        listed = []
        for path in [STARTER, *self._published()]:
            manifest, problem = _manifest_of(path)
            listed.append(Listed(path.name, path, path == current, manifest, problem))
        return listed

    def publish(self, bundle_dir: Path) -> str:
        """Check a bundle, copy it in and make it the current one; its version.

        Raises BundleError when its hashes or golden photos fail, RegistryError when its version is
        taken or the folder cannot be written. A published bundle just becomes current again.
        """
        bundle = Bundle.open(bundle_dir)
        version = bundle.manifest.version
        if version == STARTER.name:
            raise RegistryError(
                f"{version!r} is the starter, which is never published:"
                f" `bear-detector models rollback {version}` goes back to it"
            )
        Classifier(bundle, threads=1).check_golden()
        target = self._dir / version
        with _told_plainly(f"{version} cannot be published"):
            if target.exists():
                if Bundle.open(target).manifest != bundle.manifest:
                    raise RegistryError(
                        f"another bundle is published as {version!r}: give this one another version"
                    )
            else:
                self._copy_in(bundle, target)
            self._make_current(version)
        return version

    def rollback(self, version: str | None = None) -> str:
        """Make an earlier version current, by default the one that answered before; its version.

        Raises RegistryError when the version does not exist, BundleError when it is damaged.
        """
        if version is None:
            version = self._version_before()
        path = self._find(version)
        if path is None:
            raise UnknownVersion(
                f"version {version!r} does not exist: `bear-detector models list` names them"
            )
        Bundle.open(path)
        with _told_plainly(f"{version} cannot be made current"):
            self._make_current(version)
        return version

    def prune(self, *, keep: int) -> list[str]:
        """Remove the oldest published bundles beyond `keep`; the versions that went.

        Never the current one, nor the one that answered before it.
        """
        spared = {self.current_version()}
        with contextlib.suppress(RegistryError):
            spared.add(self._version_before())
        _, *published = self.versions()
        gone = []
        for version in [one.version for one in published[: max(0, len(published) - keep)]]:
            if version in spared:
                continue
            self._remove(version)
            gone.append(version)
        return gone

    def _remove(self, version: str) -> None:
        # Renamed first, so that a crash in between leaves no folder that looks like a bundle.
        doomed = self._dir / f".pruned-{version}"
        (self._dir / version).rename(doomed)
        shutil.rmtree(doomed, ignore_errors=True)

    def _published(self) -> list[Path]:
        """The published folders, oldest first."""
        found = []
        with _readable(self._dir):
            folders = list(self._dir.iterdir()) if self._dir.exists() else []
            for path in folders:
                if is_safe_version(path.name) and (path / MANIFEST).is_file():
                    manifest, _ = _manifest_of(path)
                    found.append((manifest.created if manifest else "", path.name, path))
        return [path for _, _, path in sorted(found)]

    def _find(self, version: str) -> Path | None:
        if version == STARTER.name:
            return STARTER
        path = self._dir / version
        with _readable(path):
            return path if is_safe_version(version) and (path / MANIFEST).is_file() else None

    def _read_current(self) -> str | None:
        """Content of CURRENT: None if missing, '' if it cannot be decoded."""
        with _readable(self._dir):
            try:
                return (self._dir / CURRENT).read_text(encoding="utf-8").strip()
            except FileNotFoundError:
                return None
            except (IsADirectoryError, UnicodeDecodeError):
                return ""

    def _copy_in(self, bundle: Bundle, target: Path) -> None:
        self._dir.mkdir(parents=True, exist_ok=True)
        self._drop_abandoned()
        copy = Path(tempfile.mkdtemp(prefix=COPYING, dir=self._dir))
        try:
            for name in [*bundle.manifest.files, MANIFEST]:
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(bundle.path / name, copy / name)
            if Bundle.open(copy).manifest != bundle.manifest:
                raise RegistryError(f"{bundle.path} changed while it was published: try again")
            self._settle(copy, target)
        finally:
            shutil.rmtree(copy, ignore_errors=True)

    def _settle(self, copy: Path, target: Path) -> None:
        """Give a complete copy its final name."""
        copy.chmod(0o755)
        if not self._published():
            # Without this, CURRENT would look lost between copying the first bundle and making it
            # current.
            self._write_first_current(copy / CURRENT)
        sync_folder(copy)
        copy.rename(target)
        sync_path(self._dir)

    def _write_first_current(self, draft: Path) -> None:
        """Write CURRENT with the starter, unless it exists; `draft` is a file to make it from."""
        draft.write_text(f"{STARTER.name}\n", encoding="utf-8")
        draft.chmod(0o644)
        # A link appears complete and never replaces what another publisher wrote meanwhile. File
        # systems without links go without this.
        with contextlib.suppress(OSError):
            (self._dir / CURRENT).hardlink_to(draft)
        draft.unlink()

    def _drop_abandoned(self) -> None:
        """Remove half copies that a killed publisher left."""
        for path in self._dir.glob(f"{COPYING}*"):
            # Another publisher may complete its copy meanwhile, which moves it.
            with contextlib.suppress(FileNotFoundError):
                if time.time() - path.stat().st_mtime > _ABANDONED_AFTER_S:
                    shutil.rmtree(path, ignore_errors=True)

    def _make_current(self, version: str) -> None:
        before = self._read_current()
        self._write_current(version)
        if version != before:
            moment = datetime.now(timezone.utc).isoformat(timespec="seconds")
            with (self._dir / HISTORY).open("a", encoding="utf-8") as stream:
                stream.write(f"{moment} {version}\n")

    def _write_current(self, version: str) -> None:
        self._replace(CURRENT, version + "\n")

    def _write_history(self, history: str) -> None:
        self._replace(HISTORY, history)

    def _replace(self, name: str, content: str) -> None:
        self._dir.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(prefix=f".{name}-", dir=self._dir)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            Path(temporary).chmod(0o644)
            Path(temporary).replace(self._dir / name)
        finally:
            Path(temporary).unlink(missing_ok=True)
        sync_path(self._dir)

    def _history(self) -> list[str]:
        """The versions that became current, first to last, as far as HISTORY is readable."""
        lines = self._read_history().splitlines()
        return [fields[1] for line in lines if len(fields := line.split()) == 2]

    def _read_history(self) -> str:
        try:
            return (self._dir / HISTORY).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return ""

    def _version_before(self) -> str:
        """The version before the current one that still exists.

        A second rollback does not undo the first: a version that appears again cuts off what came
        after it, so repeated rollbacks walk down to the starter.
        """
        current = self.current_version()
        way = [STARTER.name]
        for version in [*self._history(), current]:
            if version in way:
                del way[way.index(version) + 1 :]
            else:
                way.append(version)
        earlier = [version for version in way if version != current and self._find(version)]
        if current == STARTER.name or not earlier:
            raise RegistryError("this is the earliest version, so there is nothing to go back to")
        return earlier[-1]


def _manifest_of(path: Path) -> tuple[Manifest | None, str | None]:
    try:
        manifest = Bundle.open(path, verify=False).manifest
    except BundleError as exc:
        return None, str(exc)
    if manifest.version != path.name:
        return None, f"the bundle in {path} says it is {manifest.version!r}"
    return manifest, None


def _is_whole(path: Path) -> bool:
    try:
        return Bundle.open(path).manifest.version == path.name
    except BundleError:
        return False


@contextmanager
def _told_plainly(failure: str) -> Iterator[None]:
    """Turn errors of the file system into RegistryError."""
    try:
        yield
    except OSError as exc:
        raise RegistryError(f"{failure}: {exc.strerror or exc}") from exc


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """A path that the file system hides is unknown, which is not the same as absent."""
    try:
        yield
    except OSError as exc:
        raise RegistryUnreachable(f"{path} cannot be read: {exc.strerror or exc}") from exc
