"""The registry in an object store that several machines share; MODELS_DIR holds copies.

The object `CURRENT` has a line for each change of it, `<moment> <version>`; the last one counts.
So one write changes both the current version and its history, and the store refuses it when another
machine was faster (decision 0092). A bundle lies below its version, its manifest first: the machine
that writes the manifest first owns the version. Every machine checks the hashes of its copy.
"""

from __future__ import annotations

import logging
import shutil
import tempfile
from datetime import datetime, timezone
from pathlib import Path

from models.bundles.bundle import MANIFEST, STARTER, Bundle
from models.bundles.manifest import Manifest, is_safe_version
from models.errors import BundleError, ModelsError, RegistryError, RegistryUnreachable
from models.registry.local import COPYING, CURRENT, Listed, Registry
from objects.bucket import Bucket
from objects.errors import ObjectChanged, ObjectMissing, ObjectsError

logger = logging.getLogger(__name__)

_TRIES = 10


class SharedRegistry(Registry):
    """A Registry whose truth is in a bucket. When the store does not answer, the last known version
    goes on answering, and changes raise RegistryError."""

    def __init__(self, models_dir: Path, bucket: Bucket) -> None:
        super().__init__(models_dir)
        self._bucket = bucket
        self._seen: str | None = None

    def named(self) -> Path:
        """See Registry; asks the store, and brings what it names here when that is new.

        When the store does not answer, what this machine knew last; RegistryUnreachable where it
        never knew anything.
        """
        try:
            self._follow()
        except (ObjectsError, ModelsError, OSError) as exc:
            trouble = f"the shared models are not followed: {exc}"
            if self.trouble != trouble:
                self.trouble = trouble
                logger.warning("%s", trouble)
            if self._read_current() is None and not self._published():
                raise RegistryUnreachable(trouble) from exc
        else:
            self.trouble = None
        return super().named()

    def versions(self) -> list[Listed]:
        """See Registry; what lies in the store alone is listed without being brought here."""
        listed = {one.version: one for one in super().versions()}
        try:
            for version in sorted(self._shared() - set(listed)):
                listed[version] = self._listed(version)
        except ObjectsError as exc:
            logger.warning("the shared models cannot be listed: %s", exc)
        starter = listed.pop(STARTER.name)
        return [starter, *sorted(listed.values(), key=_age)]

    def rollback(self, version: str | None = None) -> str:
        """See Registry; raises RegistryError also when the store does not answer."""
        try:
            self._follow()
        except ObjectsError as exc:
            raise RegistryError(f"nothing changed: {exc}") from exc
        return super().rollback(version)

    def _find(self, version: str) -> Path | None:
        found = super()._find(version)
        if found is not None or not is_safe_version(version):
            return found
        try:
            return self._bring(version)
        except (ObjectMissing, BundleError):
            return None
        except ObjectsError as exc:
            raise RegistryError(f"{version} cannot be brought here: {exc}") from exc

    def _make_current(self, version: str) -> None:
        try:
            if version != STARTER.name:
                self._share(version)
            history = self._append(version)
        except ObjectsError as exc:
            raise RegistryError(f"{version} cannot be made current: {exc}") from exc
        self._mirror(history)

    def _remove(self, version: str) -> None:
        try:
            # Remove the manifest first: files without it are not a bundle.
            self._bucket.delete([f"{version}/{MANIFEST}"])
            self._bucket.delete([one.name for one in self._bucket.list(f"{version}/")])
        except ObjectsError as exc:
            raise RegistryError(f"{version} cannot be removed: {exc}") from exc
        if (self._dir / version).is_dir():
            super()._remove(version)

    def _follow(self) -> None:
        """Let this machine's CURRENT and HISTORY be the store's, once the bundle is here."""
        try:
            history = self._bucket.get(CURRENT).decode("utf-8", "replace")
        except ObjectMissing:
            return
        version = _last(history)
        if version is None or (history == self._seen and super()._find(version) is not None):
            return
        if self._find(version) is None:
            raise BundleError(f"{version}, which the store names as current, is not whole there")
        self._mirror(history)
        self._drop_departed(keep=version)
        self._seen = history

    def _mirror(self, history: str) -> None:
        version = _last(history)
        if version is None:
            return
        if self._read_history() != history:
            self._write_history(history)
        if self._read_current() != version:
            self._write_current(version)

    def _share(self, version: str) -> None:
        """Put this machine's bundle into the store; RegistryError when another one has its name."""
        folder = self._dir / version
        manifest = (folder / MANIFEST).read_bytes()
        name = f"{version}/{MANIFEST}"
        try:
            self._bucket.put_if(name, manifest, etag=None)
        except ObjectChanged:
            if self._bucket.get(name) != manifest:
                super()._remove(version)
                raise RegistryError(
                    f"another bundle is published as {version!r}: give this one another version"
                ) from None
        there = {one.name: one.size_bytes for one in self._bucket.list(f"{version}/")}
        for file in Bundle.open(folder).manifest.files:
            path = folder / file
            # Equal length proves nothing; bringing it here checks the hash.
            if there.get(f"{version}/{file}") != path.stat().st_size:
                self._bucket.put(f"{version}/{file}", path.read_bytes())

    def _append(self, version: str) -> str:
        """Add a line to CURRENT, even when other machines do at the same moment; its content."""
        for _ in range(_TRIES):
            # Read the etag first: the content is then at least as new, and the write below refuses
            # newer ones.
            etag = self._bucket.etag(CURRENT)
            history = "" if etag is None else self._bucket.get(CURRENT).decode("utf-8", "replace")
            if _last(history) == version:
                return history
            moment = datetime.now(timezone.utc).isoformat(timespec="seconds")
            history += f"{moment} {version}\n"
            try:
                self._bucket.put_if(CURRENT, history.encode(), etag=etag)
            except ObjectChanged:
                continue
            return history
        raise RegistryError(f"{version} cannot be made current: others keep changing it")

    def _bring(self, version: str) -> Path:
        """Copy a bundle here; it gets its name only after its hashes match."""
        target = self._dir / version
        manifest = self._bucket.get(f"{version}/{MANIFEST}")
        self._dir.mkdir(parents=True, exist_ok=True)
        self._drop_abandoned()
        copy = Path(tempfile.mkdtemp(prefix=COPYING, dir=self._dir))
        try:
            (copy / MANIFEST).write_bytes(manifest)
            for name in Bundle.open(copy, verify=False).manifest.files:
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                (copy / name).write_bytes(self._bucket.get(f"{version}/{name}"))
            if Bundle.open(copy).manifest.version != version:
                raise BundleError(f"the bundle in {self._bucket.url}/{version} has another name")
            if not target.exists():
                self._settle(copy, target)
        finally:
            shutil.rmtree(copy, ignore_errors=True)
        logger.info("model %s was brought from %s", version, self._bucket.url)
        return target

    def _drop_departed(self, *, keep: str) -> None:
        """Remove copies of what was removed from the store by another machine."""
        shared = self._shared()
        for path in self._published():
            if path.name not in shared and path.name != keep and path.name in self._history():
                super()._remove(path.name)

    def _shared(self) -> set[str]:
        """The versions in the store."""
        found = (one.name.partition("/") for one in self._bucket.list())
        return {version for version, _, file in found if file == MANIFEST}

    def _listed(self, version: str) -> Listed:
        manifest, problem = None, None
        try:
            manifest = Manifest.from_json(
                self._bucket.get(f"{version}/{MANIFEST}").decode("utf-8", "replace")
            )
        except (ModelsError, ObjectMissing) as exc:
            problem = str(exc)
        return Listed(version, self._dir / version, False, manifest, problem)


def _last(history: str) -> str | None:
    """The version in the last line; None without any."""
    words = history.split()
    return words[-1] if words and is_safe_version(words[-1]) else None


def _age(one: Listed) -> tuple[str, str]:
    return one.manifest.created if one.manifest else "", one.version
