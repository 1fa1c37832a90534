"""A registry that several machines share, in a store that is talked to over HTTP."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from models.bundles.bundle import STARTER
from models.errors import RegistryError
from models.registry.local import Registry
from models.registry.opening import registry_of
from models.registry.shared import SharedRegistry
from models.settings import ModelsSettings
from objects.bucket import Bucket
from tests.models.conftest import MakeBundle
from tests.object_store import ObjectStore

Machine = Callable[[str], SharedRegistry]


@pytest.fixture
def machine(bucket: Bucket, tmp_path: Path) -> Machine:
    """Opens the one registry as a machine with a folder of its own does."""
    return lambda name: SharedRegistry(tmp_path / name, bucket)


def publish(registry: Registry, make_bundle: MakeBundle, *versions: str) -> None:
    for version in versions:
        created = f"2026-01-{int(version[1:]):02}T00:00:00+00:00"
        registry.publish(make_bundle(version, created=created).path)


def test_without_anything_published_the_starter_answers(machine: Machine) -> None:
    """Everywhere."""
    assert (STARTER, ["starter"]) == (
        machine("one").current(),
        [one.version for one in machine("one").versions()],
    )


def test_what_one_machine_publishes_answers_on_the_other(
    machine: Machine, make_bundle: MakeBundle, tmp_path: Path
) -> None:
    """From a copy of its own, held against its hashes."""
    one, two = machine("one"), machine("two")
    before = two.current_version()
    publish(one, make_bundle, "v1")

    assert ("starter", tmp_path / "two" / "v1") == (before, two.current())
    assert "v1" == two.open().manifest.version


def test_going_back_is_going_back_everywhere(machine: Machine, make_bundle: MakeBundle) -> None:
    """To the version before, also on a machine that has not seen it yet."""
    publish(machine("one"), make_bundle, "v1", "v2")
    went_to = [machine("two").rollback(), machine("two").rollback()]

    assert ["v1", "starter"] == went_to
    assert "starter" == machine("one").current_version()


def test_the_list_names_what_is_on_no_machine_of_ours(
    machine: Machine, make_bundle: MakeBundle, tmp_path: Path
) -> None:
    """With its manifest, and without fetching the rest."""
    publish(machine("one"), make_bundle, "v1", "v2")
    listed = machine("two").versions()

    assert ["starter", "v1", "v2"] == [one.version for one in listed]
    assert [False, False, True] == [one.is_current for one in listed]
    assert all(one.manifest is not None for one in listed)
    assert not (tmp_path / "two" / "v1").exists()


def test_another_bundle_of_the_same_version_is_refused(
    machine: Machine, make_bundle: MakeBundle, tmp_path: Path
) -> None:
    """The first publisher, on any machine, has the name; the same bundle again is accepted."""
    publish(machine("one"), make_bundle, "v1")
    shutil.rmtree(tmp_path / "made" / "v1")
    other = make_bundle("v1", created="2026-02-02T00:00:00+00:00")
    with pytest.raises(RegistryError, match="another bundle is published as 'v1'"):
        machine("two").publish(other.path)

    assert "2026-01-01T00:00:00+00:00" == machine("two").open().manifest.created


def test_publishing_at_the_same_moment_loses_no_line(
    machine: Machine, make_bundle: MakeBundle, bucket: Bucket
) -> None:
    """Each is in the history, and all machines agree on the last."""
    bundles = [make_bundle(f"v{number}") for number in range(1, 4)]
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(lambda made: machine(made.manifest.version).publish(made.path), bundles))
    history = bucket.get("CURRENT").decode().split()[1::2]

    assert ["v1", "v2", "v3"] == sorted(history)
    assert {history[-1]} == {machine(name).current_version() for name in ("v1", "v3", "new")}


def test_a_damaged_bundle_in_the_store_does_not_answer(
    machine: Machine, make_bundle: MakeBundle, bucket: Bucket, caplog: pytest.LogCaptureFixture
) -> None:
    """The machines go on with what they had, and say so once."""
    publish(machine("one"), make_bundle, "v1")
    two = machine("two")
    two.current()
    publish(machine("one"), make_bundle, "v2")
    bucket.put("v2/model.onnx", b"something else")
    with caplog.at_level(logging.WARNING):
        found = [two.current_version() for _ in range(3)]

    assert ["v1"] * 3 == found
    assert 1 == caplog.text.count("v2, which the store names as current, is not whole there")


def test_when_the_store_is_down_what_was_known_last_answers(
    machine: Machine,
    make_bundle: MakeBundle,
    object_store: ObjectStore,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Changing anything is refused with a sentence; afterwards all goes on."""
    one, two = machine("one"), machine("two")
    publish(one, make_bundle, "v1")
    two.current()
    second = make_bundle("v2")
    object_store.down()
    with caplog.at_level(logging.WARNING):
        found = two.current_version()
    with pytest.raises(RegistryError, match="does not answer"):
        two.rollback("starter")
    with pytest.raises(RegistryError, match="does not answer"):
        two.publish(second.path)
    object_store.up()
    two.publish(second.path)

    assert ("v1", "v2") == (found, one.current_version())
    assert 1 == caplog.text.count("the shared models are not followed")


def test_the_oldest_go_everywhere(
    machine: Machine, make_bundle: MakeBundle, bucket: Bucket, tmp_path: Path
) -> None:
    """From the store at once, from another machine with the next change."""
    one, two = machine("one"), machine("two")
    publish(one, make_bundle, "v1")
    two.current()
    publish(one, make_bundle, "v2", "v3")
    gone = one.prune(keep=2)
    two.current()

    assert ["v1"] == gone
    assert ["v2", "v3"] == sorted(path.name for path in (tmp_path / "one").glob("v*"))
    assert ["v3"] == [path.name for path in (tmp_path / "two").glob("v*")]
    assert {"v2", "v3", "CURRENT"} == {one.name.split("/")[0] for one in bucket.list()}


def test_what_a_machine_alone_had_published_is_shared_by_publishing_it_again(
    machine: Machine, make_bundle: MakeBundle, tmp_path: Path
) -> None:
    """The way from one machine to several."""
    publish(Registry(tmp_path / "one"), make_bundle, "v1")
    machine("one").publish(tmp_path / "one" / "v1")

    assert "v1" == machine("two").current_version()


def test_the_settings_say_which_registry(tmp_path: Path, bucket: Bucket) -> None:
    """A folder unless MODELS_URL is set."""
    alone = registry_of(ModelsSettings(models_dir=tmp_path))
    shared = registry_of(ModelsSettings(models_dir=tmp_path, models_url=bucket.url))

    assert (Registry, SharedRegistry) == (type(alone), type(shared))


def test_the_mirror_reads_like_a_registry_of_its_own(
    machine: Machine, make_bundle: MakeBundle, tmp_path: Path
) -> None:
    """Without MODELS_URL the machine goes on with what it has, and knows the way back."""
    publish(machine("one"), make_bundle, "v1", "v2")
    machine("two").current()
    machine("two").rollback("v1")
    machine("two").rollback("v2")
    alone = Registry(tmp_path / "two")

    assert "v2" == alone.current_version()
    assert "v1" == alone.rollback()
    assert json.loads((tmp_path / "two" / "v1" / "bundle.json").read_text())["version"] == "v1"
