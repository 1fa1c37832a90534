"""Training on a Ray cluster of two nodes on this machine, one of which is killed at work.

Ray makes threads, sockets and processes of its own that outlive a test by a moment; what it warns
of meanwhile is not this project's.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from dataset.photos.opening import store_of
from dataset.storage.schema import Split
from tests.conftest import REPOSITORY
from tests.training.drawn import Studio, studio
from training.train import __main__ as train
from training.train.head_search import Search
from training.train.knobs import Knobs
from training.train.learning.cluster.book import tune_on_ray
from training.train.learning.cluster.features import compute_on_ray
from training.train.learning.cluster.head import RayShards
from training.train.learning.cluster.session import connected
from training.train.learning.recipes.head import Head
from training.train.learning.recipes.streamed import Shard, fit_streamed
from training.train.material.features import BodyGraph, FeatureCache, Features, features_of
from training.train.material.folds import folds
from training.train.material.photoset import PhotoSet, from_dataset
from training.train.network.bodies import body_graph, load_body

pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.long]

_STORE_BYTES = 80 * 2**20


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    """A dataset large enough for a node to die in the middle of it."""
    return studio(tmp_path_factory.mktemp("many"), each=40, outside=8)


class Nodes:
    """A cluster of a head, which is this test's own, and a second node that can be killed."""

    def __init__(self) -> None:
        from ray.cluster_utils import Cluster as RayCluster

        about = {
            "num_cpus": 1,
            "object_store_memory": _STORE_BYTES,
            "include_dashboard": False,
            # A dead node is noticed within seconds instead of half a minute.
            "_system_config": {
                "health_check_initial_delay_ms": 0,
                "health_check_period_ms": 1000,
                "health_check_timeout_ms": 10_000,
                "health_check_failure_threshold": 3,
            },
        }
        self._cluster: Any = RayCluster(initialize_head=True, head_node_args=about)
        self._second = self._cluster.add_node(num_cpus=1, object_store_memory=_STORE_BYTES)
        self.living = 2

    @property
    def address(self) -> str:
        return str(self._cluster.address)

    def kill_second(self) -> None:
        """At once, as when a machine is switched off."""
        self._cluster.remove_node(self._second, allow_graceful=False)
        self.living -= 1

    def go_away(self) -> None:
        """The one process that knows of all others, at once."""
        self._cluster.head_node.kill_gcs_server()

    def close(self) -> None:
        self._cluster.shutdown()


@pytest.fixture(scope="module", autouse=True)
def _no_token() -> Iterator[None]:
    """Ray would write one into the home folder of the user who runs the tests."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("RAY_AUTH_MODE", "disabled")
        yield


@pytest.fixture
def nodes() -> Iterator[Nodes]:
    running = Nodes()
    yield running
    running.close()


def material(made: Studio) -> tuple[PhotoSet, BodyGraph]:
    """The photos of a studio, and the body that looks at them."""
    with made.database() as database:
        photos = from_dataset(database, made.store)
    knobs = Knobs()
    return photos, body_graph(knobs.arch, folder=made.folder, preparation=knobs.preparation)


def in_cache(file: Path, photos: PhotoSet, body: BodyGraph) -> Features:
    cache = FeatureCache(file)
    try:
        return cache.read(body.key, [item.sha256 for item in photos.items])
    finally:
        cache.close()


def test_a_node_that_dies_costs_time_only(nodes: Nodes, many: Studio, tmp_path: Path) -> None:
    """Killed in the middle of the features: all are there, and are what this process computes.

    A photo that cannot be read is named with its reason. Then an actor dies that holds features:
    the head is the same.
    """
    photos, body = material(many)
    broken = photos.items[5]
    many.store.path(broken.sha256).write_bytes(b"no photo")
    cache = FeatureCache(tmp_path / "ray.sqlite3")
    done = 0

    def kill_in_the_middle(count: int) -> None:
        nonlocal done
        if done < 40 <= done + count:
            nodes.kill_second()
        done += count

    with connected(nodes.address) as ray:
        unreadable = compute_on_ray(
            ray,
            photos,
            body,
            cache,
            partial(store_of, many.settings),
            progress=kill_in_the_middle,
            block_photos=8,
        )
        heads = heads_of(ray)
    cache.close()
    assert [broken.name] == list(unreadable)
    assert "damaged" in unreadable[broken.name]
    assert (len(photos), 1) == (done, nodes.living)
    here = FeatureCache(tmp_path / "here.sqlite3")
    readable, expected, _ = features_of(photos, body, here)
    here.close()
    got = in_cache(tmp_path / "ray.sqlite3", readable, body)
    for one, other in ((expected.views, got.views), (expected.imagenet, got.imagenet)):
        np.testing.assert_allclose(one, other, atol=0.02)
    np.testing.assert_array_equal(expected.signs, got.signs)
    assert heads[0].strength == heads[1].strength
    np.testing.assert_allclose(heads[0].out_of_fold, heads[1].out_of_fold, atol=1e-3)


def heads_of(ray: Any) -> tuple[Head, Head]:
    """The head of the same features fitted here, and by two actors of which one is killed."""
    random = np.random.default_rng(0)
    truth = random.integers(0, 3, 20_000)
    points = random.normal(0, 1, (3, 32))[truth] + random.normal(0, 2, (20_000, 32)) + 1
    embedding = points.astype(np.float16)
    fold_of = folds(truth, [""] * len(truth), count=5, seed=0)
    asked: dict[str, Any] = {
        "labels": 3,
        "dimensions": 32,
        "search": Search(strengths=(0.01, 0.1), iterations=100),
    }
    here = fit_streamed(Shard(embedding, truth, fold_of), truth, fold_of, **asked)
    shards = RayShards(ray, embedding, truth, fold_of, actors=2, cores_each=0.1)
    shards.moments()
    ray.kill(shards.actors[0])
    there = fit_streamed(shards, truth, fold_of, **asked)
    shards.close()
    return here, there


def test_fine_tuning_goes_on_two_processes(drawn: Studio, tmp_path: Path) -> None:
    """On a Ray of this machine, all processes come to the same weights: those of the learner."""
    photos, _ = material(drawn)
    photos = photos.where(photos.in_split(Split.TRAIN) & ~photos.outsiders).where(range(16))
    head = Head(np.zeros((3, 1280)), np.zeros(3), 1.0, np.zeros((16, 1, 3)))
    knobs = Knobs(book_epochs=1, book_batch=4)
    body = load_body(knobs.arch)
    with connected("", cores=2) as ray:
        made = tune_on_ray(
            ray,
            photos,
            np.arange(4),
            body,
            head,
            knobs,
            partial(store_of, drawn.settings),
            folder=tmp_path,
            processes=2,
        )
    learner = made.learner
    tuned, pretrained = learner.model[0][1], body.stages[made.cut :]
    moved = [
        not torch.equal(after, before)
        for after, before in zip(
            tuned.parameters(), torch.nn.Sequential(*pretrained).parameters(), strict=True
        )
    ]
    assert all(moved)
    assert learner.model[1].linear.weight.abs().sum() > 0


LEFT = """
import os, sys
from training.errors import ClusterUnavailable
from training.train.learning.cluster import session
session._ASK_EVERY_S, session._GONE_AFTER = 0.2, 3
try:
    with session.connected(sys.argv[1]) as ray:
        die = ray.remote(max_retries=0)(lambda: os._exit(1))
        try:
            ray.get(die.remote())
        except ray.exceptions.RayError:
            print("ready", file=sys.__stdout__, flush=True)
        never = ray.remote(lambda: __import__("time").sleep(600))
        ray.get(never.remote())
except ClusterUnavailable as exc:
    sys.exit(str(exc))
"""


def test_a_cluster_that_goes_away_ends_in_one_sentence(nodes: Nodes) -> None:
    """And what Ray tells of its processes is never what a command answers."""
    address = nodes.address
    with subprocess.Popen(
        [sys.executable, "-c", LEFT, address],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as left:
        assert left.stdout is not None
        first = left.stdout.readline()
        nodes.go_away()
        out, err = left.communicate(timeout=120)
    assert ("ready\n", "", 1) == (first, out, left.returncode)
    told = err.strip().splitlines()[-1]
    assert told.startswith(f"The Ray cluster at {address} went away")
    assert "Traceback" not in err


def test_without_ray_one_sentence_says_what_to_do(
    own_studio: Studio, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ray is not part of what trains on one machine."""
    monkeypatch.setitem(sys.modules, "ray", None)
    assert train.main(["--on", "ray"]) == 1
    assert "pip install -e '.[cluster]'" in capsys.readouterr().err
