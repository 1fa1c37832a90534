"""Published models that are damaged: the newest intact one answers, admins hear of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.bundles.bundle import Bundle
from models.errors import BundleError
from models.inference.classifier import Classifier
from models.registry.local import CURRENT, Registry
from tests.bot.classifying.test_reload import make_bundle, wait_for_model
from tests.bot.running import SURE_GRIZZLY, ColourClassifier, RunningBot, photo
from tests.conftest import until


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """A registry in which `first` answered before `better-second`."""
    folder = tmp_path / "published"
    for version in ("first", "better-second"):
        Registry(folder).publish(make_bundle(tmp_path, version))
    return folder


def cut_short(bundle: Path) -> bytes:
    """Lose the second half of a bundle's graph; the whole of it."""
    graph = bundle / "model.onnx"
    whole = graph.read_bytes()
    graph.write_bytes(whole[: len(whole) // 2])
    return whole


def test_the_champion_before_answers_for_one_that_is_cut_short(
    tmp_path: Path, published: Path
) -> None:
    """Not the starter: people go on with what was learned. Admins and the health page say why."""
    cut_short(published / "better-second")
    with RunningBot(tmp_path) as bot:
        alert = bot.admin.hear()["text"]
        assert "failed its check at the start" in alert
        assert "first answers instead" in alert
        health = bot.http.get("/healthz")
        assert (503, "first") == (health.status_code, health.json()["model"])
        assert "its hash differs" in health.json()["model_problem"]
        person = bot.person()
        person.show(photo(SURE_GRIZZLY))
        assert person.hear()["text"].startswith("Grizzly bear")


def test_a_bundle_that_is_restored_takes_over_without_a_restart(
    tmp_path: Path, published: Path
) -> None:
    """The cause has gone, and so has the complaint."""
    whole = cut_short(published / "better-second")
    with RunningBot(tmp_path) as bot:
        bot.admin.hear()
        (published / "better-second" / "model.onnx").write_bytes(whole)
        wait_for_model(bot.person(), "better-second")
        assert 200 == bot.http.get("/healthz").status_code


def test_going_back_to_what_answers_already_ends_the_complaint(
    tmp_path: Path, published: Path
) -> None:
    """An admin who makes the stand-in current has settled it."""
    cut_short(published / "better-second")
    with RunningBot(tmp_path) as bot:
        Registry(published).rollback("first")
        until(lambda: bot.http.get("/healthz").status_code == 200)
        health = bot.http.get("/healthz").json()
        assert ("first", None) == (health["model"], health["model_problem"])


def test_a_stand_in_that_fails_its_own_check_is_passed_over(
    tmp_path: Path, published: Path
) -> None:
    """Intact files prove nothing; the next older model is tried before the starter."""
    Registry(published).publish(make_bundle(tmp_path, "third"))
    cut_short(published / "third")

    def open_classifier(bundle: Bundle) -> Classifier:
        if bundle.manifest.version == "better-second":
            raise BundleError("its golden photos come out otherwise")
        return ColourClassifier(bundle)

    with RunningBot(tmp_path, open_classifier=open_classifier) as bot:
        assert "first" == bot.http.get("/healthz").json()["model"]


def test_a_lost_current_costs_nothing(tmp_path: Path, published: Path) -> None:
    """Lost while the bot runs, and still lost at its next start: the champion answers."""
    with RunningBot(tmp_path) as bot:
        (published / CURRENT).unlink()
        person = bot.person()
        person.show(photo(SURE_GRIZZLY))
        assert person.hear()["text"].startswith("Black bear")
    with RunningBot(tmp_path) as bot:
        # Whether it is well depends on whether it has looked for a newer model yet.
        assert "better-second" == bot.http.get("/healthz").json()["model"]
        person = bot.person()
        person.show(photo(SURE_GRIZZLY))
        assert person.hear()["text"].startswith("Black bear")
