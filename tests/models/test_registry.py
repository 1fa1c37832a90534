"""The registry publishes whole bundles or nothing, and always has one that answers."""

from __future__ import annotations

import json
import logging
import multiprocessing
import os
import shutil
import time
from dataclasses import replace
from pathlib import Path

import pytest

from models.bundles.bundle import MANIFEST, STARTER, Bundle, write_bundle
from models.errors import BundleError, RegistryError
from models.registry.local import CURRENT, HISTORY, Registry
from tests.models.conftest import MakeBundle


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a test publishes."""
    return tmp_path / "published"


@pytest.fixture
def registry(folder: Path) -> Registry:
    """A registry with nothing published."""
    return Registry(folder)


def published(registry: Registry, make_bundle: MakeBundle, *versions: str) -> None:
    for number, version in enumerate(versions):
        bundle = make_bundle(version, created=f"2026-01-{number + 1:02}T00:00:00+00:00")
        registry.publish(bundle.path)


def test_without_anything_published_the_starter_answers(registry: Registry) -> None:
    """A fresh installation has a model, and makes no folder by being asked."""
    assert (STARTER, "starter") == (registry.current(), registry.current_version())
    assert ["starter"] == [one.version for one in registry.versions()]


def test_publishing_makes_current(
    registry: Registry, folder: Path, make_bundle: MakeBundle
) -> None:
    """A published bundle answers from then on, from a copy of its own."""
    bundle = make_bundle("v1")
    assert "v1" == registry.publish(bundle.path)
    assert folder / "v1" == registry.current()
    assert "v1\n" == (folder / CURRENT).read_text(encoding="utf-8")
    shutil.rmtree(bundle.path)
    assert "v1" == registry.open().manifest.version


def test_another_process_sees_the_change(folder: Path, make_bundle: MakeBundle) -> None:
    """Who opened the registry earlier sees what was published since."""
    watcher = Registry(folder)
    assert "starter" == watcher.current_version()
    Registry(folder).publish(make_bundle("v1").path)
    assert "v1" == watcher.current_version()


def test_versions_are_listed_oldest_first(registry: Registry, make_bundle: MakeBundle) -> None:
    """The list begins with the starter, follows the time of making and marks the current one."""
    published(registry, make_bundle, "zeta", "alpha")
    got = [(one.version, one.is_current) for one in registry.versions()]
    assert [("starter", False), ("zeta", False), ("alpha", True)] == got


def test_publishing_twice_changes_nothing(registry: Registry, make_bundle: MakeBundle) -> None:
    """Publishing what is published already makes it current again."""
    published(registry, make_bundle, "v1", "v2")
    registry.publish(registry.current().parent / "v1")
    assert "v1" == registry.current_version()


def test_a_version_belongs_to_one_bundle(
    registry: Registry, make_bundle: MakeBundle, tmp_path: Path
) -> None:
    """Another bundle of the same version is refused: published folders never change."""
    bundle = make_bundle("v1")
    registry.publish(bundle.path)
    files = {name: bundle.path / name for name in bundle.manifest.files}
    other = write_bundle(tmp_path / "other", replace(bundle.manifest, recipe="other"), files)
    with pytest.raises(RegistryError, match="'v1'"):
        registry.publish(other.path)
    assert bundle.manifest == registry.open().manifest


def test_the_starters_version_is_taken(registry: Registry) -> None:
    """The shipped bundle need not be published, and nothing takes its name."""
    with pytest.raises(RegistryError, match="starter"):
        registry.publish(STARTER)


def test_a_damaged_bundle_is_not_published(
    registry: Registry, folder: Path, make_bundle: MakeBundle
) -> None:
    """A bundle whose hashes fail leaves the registry as it was."""
    bundle = make_bundle("v1")
    (bundle.path / "model.onnx").write_bytes(b"x")
    with pytest.raises(BundleError):
        registry.publish(bundle.path)
    assert "starter" == registry.current_version()
    assert not folder.exists()


def test_a_bundle_that_answers_differently_is_not_published(
    registry: Registry, make_bundle: MakeBundle, tmp_path: Path
) -> None:
    """A bundle whose golden photos get other answers leaves the registry as it was."""
    bundle = make_bundle("v1")
    golden = json.loads((bundle.path / "golden/golden.json").read_text(encoding="utf-8"))
    golden["photos"]["teddy.jpg"] = {"grizzly": 1.0, "black": 0.0, "teddy": 0.0}
    files: dict[str, bytes | Path] = {name: bundle.path / name for name in bundle.manifest.files}
    files["golden/golden.json"] = json.dumps(golden).encode()
    wrong = write_bundle(tmp_path / "wrong", bundle.manifest, files)
    with pytest.raises(BundleError, match=r"teddy\.jpg"):
        registry.publish(wrong.path)
    assert "starter" == registry.current_version()


def test_rollback_goes_back_the_way_one_came(registry: Registry, make_bundle: MakeBundle) -> None:
    """Step by step to the starter, and no further."""
    published(registry, make_bundle, "v1", "v2", "v3")
    assert ["v2", "v1", "starter"] == [registry.rollback() for _ in range(3)]
    with pytest.raises(RegistryError, match="nothing to go back to"):
        registry.rollback()


def test_rollback_skips_what_was_rolled_back(registry: Registry, make_bundle: MakeBundle) -> None:
    """A version once gone back from is not what a later rollback returns to."""
    published(registry, make_bundle, "v1", "bad")
    registry.rollback()
    registry.publish(make_bundle("v3").path)
    assert "v1" == registry.rollback()


def test_rollback_to_a_named_version(registry: Registry, make_bundle: MakeBundle) -> None:
    """Any version that is there can be gone back to, the starter among them."""
    published(registry, make_bundle, "v1", "v2", "v3")
    assert "v1" == registry.rollback("v1")
    assert "starter" == registry.rollback("starter")
    assert "starter" == registry.current_version()


@pytest.mark.parametrize("version", ["v9", "../made/v1", "", ".", "CURRENT"])
def test_rollback_needs_a_version_that_is_there(
    registry: Registry, make_bundle: MakeBundle, version: str
) -> None:
    """An unknown version, or a path, is refused and changes nothing."""
    published(registry, make_bundle, "v1")
    with pytest.raises(RegistryError, match="does not exist"):
        registry.rollback(version)
    assert "v1" == registry.current_version()


def test_rollback_refuses_a_damaged_version(
    registry: Registry, folder: Path, make_bundle: MakeBundle
) -> None:
    """A version whose files changed since is not made current."""
    published(registry, make_bundle, "v1", "v2")
    (folder / "v1" / "reference.npz").write_bytes(b"x")
    with pytest.raises(BundleError):
        registry.rollback("v1")
    assert "v2" == registry.current_version()


@pytest.mark.parametrize("spoil", ["lost", "empty", "rubbish", "folder", "binary"])
def test_a_spoilt_current_is_recovered(
    folder: Path, make_bundle: MakeBundle, caplog: pytest.LogCaptureFixture, spoil: str
) -> None:
    """Without a readable CURRENT the last version made current answers, with one warning."""
    published(Registry(folder), make_bundle, "v1", "v2", "v3")
    Registry(folder).rollback("v2")
    current = folder / CURRENT
    current.unlink()
    if spoil == "folder":
        current.mkdir()
    elif spoil != "lost":
        text = {"empty": b"", "rubbish": b"../../etc", "binary": b"\xff\xfe\0"}[spoil]
        current.write_bytes(text)
    registry = Registry(folder)
    with caplog.at_level(logging.WARNING):
        assert ["v2", "v2"] == [registry.current_version() for _ in range(2)]
    assert 1 == len(caplog.records)
    assert "CURRENT" in caplog.text


def test_recovery_without_history_takes_the_newest_whole(
    folder: Path, make_bundle: MakeBundle
) -> None:
    """With HISTORY lost too, the newest version that is whole answers."""
    published(Registry(folder), make_bundle, "v1", "v2", "v3")
    (folder / CURRENT).unlink()
    (folder / HISTORY).unlink()
    (folder / "v3" / "model.onnx").write_bytes(b"x")
    assert "v2" == Registry(folder).current_version()


def test_recovery_ends_at_the_starter(folder: Path, make_bundle: MakeBundle) -> None:
    """When nothing published is whole, the shipped bundle answers."""
    published(Registry(folder), make_bundle, "v1")
    (folder / CURRENT).unlink()
    (folder / "v1" / "model.onnx").write_bytes(b"x")
    assert "starter" == Registry(folder).current_version()


def test_opening_a_damaged_current_falls_back(
    registry: Registry, folder: Path, make_bundle: MakeBundle, caplog: pytest.LogCaptureFixture
) -> None:
    """When the current bundle is truncated, the one before it is opened, with a warning."""
    published(registry, make_bundle, "v1", "v2")
    graph = folder / "v2" / "model.onnx"
    graph.write_bytes(graph.read_bytes()[:99])
    assert "v1" == registry.open().manifest.version
    assert "v1 answers" in caplog.text


def test_a_lost_version_is_recovered_from(
    registry: Registry, folder: Path, make_bundle: MakeBundle
) -> None:
    """When the current folder is gone, the one that answered before it does."""
    published(registry, make_bundle, "v1", "v2")
    shutil.rmtree(folder / "v2")
    assert "v1" == registry.current_version()


def test_an_unreadable_version_is_listed_with_its_problem(
    registry: Registry, folder: Path, make_bundle: MakeBundle
) -> None:
    """A published folder with a damaged manifest does not spoil the list."""
    published(registry, make_bundle, "v1", "v2")
    (folder / "v1" / MANIFEST).write_text("{", encoding="utf-8")
    problems = {one.version: one.problem for one in registry.versions()}
    assert "damaged" in (problems["v1"] or "")
    assert problems["v2"] is None


def test_what_a_killed_publisher_left_is_no_version(
    registry: Registry, folder: Path, make_bundle: MakeBundle
) -> None:
    """A half-copied folder is neither listed nor kept for ever."""
    published(registry, make_bundle, "v1")
    left = Path(shutil.copytree(folder / "v1", folder / ".copying-abc"))
    hours_ago = time.time() - 7200
    os.utime(left, (hours_ago, hours_ago))
    assert ["starter", "v1"] == [one.version for one in registry.versions()]
    registry.publish(make_bundle("v2").path)
    assert not left.exists()


def test_a_copy_that_another_publisher_completes_meanwhile_is_no_trouble(
    registry: Registry, folder: Path, make_bundle: MakeBundle
) -> None:
    """It has its own name by the time somebody looks how old it is."""
    folder.mkdir()
    # Listed, and not there: as after the rename.
    (folder / ".copying-abc").symlink_to(folder / "renamed")
    assert "v1" == registry.publish(make_bundle("v1").path)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path, make_bundle: MakeBundle) -> None:
    """Publishing where nothing can be written says so in one sentence."""
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(RegistryError, match="v1 cannot be published"):
        Registry(tmp_path / "file").publish(make_bundle("v1").path)


def test_the_first_publish_never_looks_like_a_lost_current(
    folder: Path,
    make_bundle: MakeBundle,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Who asks while the first bundle is there and not yet current is answered by the starter."""
    bundle = make_bundle("v1")
    answering: list[str] = []
    rename = Path.rename

    def watched(path: Path, target: Path) -> Path:
        moved = rename(path, target)
        answering.append(Registry(folder).current_version())
        return moved

    monkeypatch.setattr(Path, "rename", watched)
    Registry(folder).publish(bundle.path)
    assert ["starter"] == answering
    assert "lost" not in caplog.text
    assert "v1" == Registry(folder).current_version()
    assert {CURRENT, HISTORY, "v1"} == {path.name for path in folder.iterdir()}
    assert CURRENT not in {path.name for path in (folder / "v1").iterdir()}


def _publish(folder: Path, bundle: Path) -> None:
    Registry(folder).publish(bundle)


def test_publishers_at_once_leave_one_champion(folder: Path, make_bundle: MakeBundle) -> None:
    """Several processes may publish at once: all versions are whole, one of them is current."""
    bundles = [make_bundle(f"v{number}") for number in range(3)]
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_publish, args=(folder, one.path)) for one in bundles]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    registry = Registry(folder)
    assert {"starter", "v0", "v1", "v2"} == {one.version for one in registry.versions()}
    assert registry.current_version() in {"v0", "v1", "v2"}
    for one in registry.versions():
        assert one.version == Bundle.open(one.path).manifest.version
