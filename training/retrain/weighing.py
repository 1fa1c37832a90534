"""Weighing one retraining: what is new before the training, its candidate after it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any

from dataset.conversation.claims.label_names import renamed
from dataset.examples import retrainings
from dataset.examples.answers import note_answers
from dataset.examples.labels import retired
from dataset.examples.news import News
from dataset.examples.suspending import set_aside
from dataset.photos.opening import store_of
from dataset.storage.database import Database
from dataset.storage.schema import RetrainingStatus
from models.bundles.manifest import Manifest
from models.inference.classifier import Classifier
from models.registry.local import Registry
from training.errors import ChampionChanged, LabelsChanged, PhotosTakenBack
from training.retrain.comparison import LabelsNow, gather, news_of, recalled, replay
from training.retrain.gate.checks import Check
from training.retrain.gate.decision import Decision, decide
from training.retrain.gate.evidence import Evidence
from training.retrain.sifting import SetAside, Sifted, sift
from training.settings.environment import TrainingSettings
from training.settings.labels import labels_in, place_labels
from training.train.candidate import Trained
from training.train.knobs import Knobs
from training.train.learning.by_recipe import Material
from training.train.material.photoset import from_dataset
from training.train.material.shared_features import open_features

Tell = Callable[[str, float], object]
_MOST_NAMED = 200
"""Photos that a row names of each kind..."""
_MOST_TAINTED = 2000
"""...and those that count as doubtful in the next run, too."""
_MOST_HELD = 50


class Weighing:
    """What one retraining finds: labels to set aside, and whether its candidate is published."""

    def __init__(
        self,
        settings: TrainingSettings,
        database: Database,
        registry: Registry,
        *,
        retraining_id: int,
        seed: int,
        everything: bool,
    ) -> None:
        """`everything`: set nothing aside, because somebody insists."""
        self._settings = settings
        self._database = database
        self._registry = registry
        self._id = retraining_id
        self._seed = seed
        self._everything = everything
        self._champion = Classifier(registry.open())
        self._changed_before = self._changed_labels()
        self._sifted = Sifted()
        self._answers: dict[int, dict[str, float]] = {}

    @property
    def champion(self) -> str:
        """The version that the candidate is compared with."""
        return self._champion.version

    def sift(self, material: Material) -> bool:
        """Set aside what contradicts everything else; whether anything was."""
        news = self._news()
        with closing(open_features(self._settings)) as cache:
            found = sift(
                material,
                news,
                recalled(self._champion, cache, news, self._now_called()),
                Knobs(seed=self._seed),
            )
        before = self._tainted_before() - {id for id, one in news.items() if one.confirmed}
        found = dataclasses.replace(
            found, doubtful=found.doubtful | before, tainted=found.tainted | before
        )
        if self._everything:
            found = dataclasses.replace(found, aside=())
        self._sifted = found
        if not found.aside:
            return False
        with self._database.session() as session:
            set_aside(session, found.photos, retraining_id=self._id)
        return True

    def decide(self, trained: Trained, tell: Tell) -> tuple[Decision, dict[str, Any]]:
        """Compare a candidate with the champion; the decision, and every figure it rests on.

        Raises ChampionChanged, LabelsChanged, PhotosTakenBack: then there is nothing to decide.
        """
        tell("deciding", 0.0)
        candidate = Classifier(trained.bundle)
        store = store_of(self._settings)
        photos = from_dataset(self._database, store)
        self.check_still(trained)
        news = self._news()
        with closing(open_features(self._settings)) as cache:
            evidence = gather(
                photos,
                self._champion,
                candidate,
                news=news,
                sifted=self._sifted,
                trained=trained,
                cache=cache,
                labels_now=self._labels_now(),
            )
        left = left_behind(self._registry, self._champion.manifest, trained.bundle.manifest)
        evidence = dataclasses.replace(evidence, left_behind=left)
        if evidence.forgotten and not self._everything:
            # So that they can be retired: without photos nothing else has given them a place.
            place_labels(self._database, self._settings.labels_file, evidence.forgotten)
        self._answers = _answers(trained, evidence)
        decision = decide(evidence, seed=self._seed)
        aside = [_named(one) for one in self._sifted.aside]
        if aside:
            decision = with_aside(decision, self._sifted.aside)
        tell("replaying", 0.0)
        replayed = replay(self._database, store, self._champion, candidate)
        metrics = _figures(evidence, self._champion.version, candidate.version)
        metrics["checks"] = [dataclasses.asdict(check) for check in decision.checks]
        metrics["unseen"] = decision.unseen
        metrics["replay"] = dataclasses.asdict(replayed)
        if aside:
            metrics["set_aside"] = aside
        metrics["new_labels"] = [dataclasses.asdict(one) for one in evidence.newcomers]
        metrics["tainted"] = sorted(self._sifted.tainted)[:_MOST_TAINTED]
        metrics["lost"] = list(evidence.lost[:_MOST_NAMED])
        return decision, metrics

    def _tainted_before(self) -> set[int]:
        """What earlier runs against this champion doubted of sources of which they set something
        aside: with that gone, nothing would speak against the rest any more."""
        with self._database.reading() as session:
            held = retrainings.last(session, RetrainingStatus.HELD, limit=_MOST_HELD)
        rows = [row.metrics or {} for row in held if row.champion == self.champion]
        return {photo for row in rows for photo in row.get("tainted", [])}

    def note_answers(self, trained: Trained) -> None:
        """Write down what the candidate says of every example, for the pages."""
        manifest = trained.bundle.manifest
        note_answers(
            self._database,
            self._answers,
            model_version=manifest.version,
            sure_from=manifest.thresholds["sure"],
        )

    def check_still(self, trained: Trained) -> None:
        """Raise ChampionChanged, LabelsChanged or PhotosTakenBack if what was compared or learned
        is gone."""
        now = self._registry.current_version()
        if now != self._champion.version:
            raise ChampionChanged(self._champion.version, now)
        changed = self._changed_labels() - self._changed_before
        changed &= set(trained.bundle.manifest.labels)
        if changed:
            raise LabelsChanged(sorted(changed))
        there = from_dataset(self._database, store_of(self._settings), also_set_aside=True)
        ids = {item.photo_id for item in there.items}
        gone = len([photo for photo in trained.learned_from if photo not in ids])
        if gone:
            raise PhotosTakenBack(gone)

    def _labels_now(self) -> LabelsNow:
        called, wanted = self._now_called(), labels_in(self._settings.labels_file)
        with self._database.reading() as session:
            return LabelsNow(
                called=called,
                wanted={called.get(label, label) for label in wanted},
                retired=retired(session),
            )

    def _changed_labels(self) -> set[str]:
        """Labels that were renamed, merged or retired."""
        with self._database.reading() as session:
            return {*renamed(session), *retired(session)}

    def _now_called(self) -> Mapping[str, str]:
        with self._database.reading() as session:
            return renamed(session)

    def _news(self) -> dict[int, News]:
        return news_of(self._database, self._champion)


def left_behind(registry: Registry, champion: Manifest, candidate: Manifest) -> str:
    """The published version that learned what the candidate learned, and is newer than the
    champion: somebody went back from it. Empty when there is none."""

    def learned(manifest: Manifest) -> tuple[object, ...]:
        called = manifest.labels, manifest.names, manifest.aliases
        return *called, manifest.dataset, manifest.recipe, manifest.seed

    for one in registry.versions():
        seen = one.manifest
        if (
            seen is not None
            and seen.made_at > champion.made_at
            and learned(seen) == learned(candidate)
        ):
            return one.version
    return ""


def _answers(trained: Trained, evidence: Evidence) -> dict[int, dict[str, float]]:
    """What the candidate says of each example, by photo id; of those learned from, out of fold."""
    gate = zip(evidence.photos, evidence.candidate.probabilities, strict=True)
    rows = {**dict(gate), **trained.unseen}
    return {
        photo_id: dict(zip(evidence.labels, map(float, row), strict=True))
        for photo_id, row in rows.items()
        if photo_id
    }


def _named(one: SetAside) -> dict[str, Any]:
    """What was set aside of one source, as a row keeps it; the surest first."""
    photos = sorted(one.photos, key=lambda photo: -one.photos[photo][0])
    return {
        "kind": one.kind,
        "name": one.name,
        "reviewers": list(one.reviewers),
        "agreed": one.agreed,
        "of": one.of,
        "count": len(photos),
        "contradicting": one.contradicting,
        "photos": photos[:_MOST_NAMED],
    }


def with_aside(decision: Decision, aside: tuple[SetAside, ...]) -> Decision:
    """The decision with what was set aside; held where a whole folder cannot be relied on.

    What a person says wrongly says nothing of others. A folder is one piece of work: somebody
    should look at it before even what seems right of it answers people.
    """
    check = _set_aside_check(aside)
    reason = f"{decision.reason} {check.sentence}"
    if decision.publish and not check.passed:
        reason = f"Held: look at these first, then retrain. {check.sentence}"
    return dataclasses.replace(
        decision,
        publish=decision.publish and check.passed,
        reason=reason,
        checks=(*decision.checks, check),
    )


def _set_aside_check(aside: tuple[SetAside, ...]) -> Check:
    alone = sum(len(one.photos) for one in aside) == 1
    they_are, them = ("It is", "it") if alone else ("They are", "them")
    return Check(
        name="set aside",
        passed=all(one.kind != "folder" for one in aside),
        sentence=" ".join(_sentence(one) for one in aside)
        + f" {they_are} not learned until a second reviewer says the same of {them} (/review,"
        " “Label errors”), or with /retrain force.",
    )


def _sentence(one: SetAside) -> str:
    """Without numbers of people: the sentence goes into logs, where nobody could be forgotten."""
    count = len(one.photos)
    labels = "1 new label" if count == 1 else f"{count} new labels"
    source = {
        "person": "on photos of one person",
        "reviewer": "by one reviewer" if one.name != "0" else "from a file or by agreement",
        "folder": f"from {one.name}",
    }[one.kind]
    if one.kind == "person" and (one.reviewers or one.agreed):
        many = len(one.reviewers)
        by = ["one reviewer" if many == 1 else f"{many} reviewers"] if many else []
        by += ["agreement or a file"] if one.agreed else []
        source += f", given by {' and by '.join(by)},"
    labels = f"Set aside: {labels} {source}"
    verb = "contradicts" if one.contradicting == 1 else "contradict"
    if one.contradicting < count:
        return f"{labels.rstrip(',')}, of which {one.contradicting} {verb} everything else."
    return f"{labels} that {verb} everything else."


def _figures(evidence: Evidence, champion: str, candidate: str) -> dict[str, Any]:
    photos = len(evidence.truth)
    return {
        name: {
            "version": version,
            "n": photos,
            "accuracy": float(answers.right(evidence.truth).mean()) if photos else 0.0,
            "brier": float(answers.brier(evidence.truth).mean()) if photos else 0.0,
            "log_loss": float(answers.log_loss(evidence.truth).mean()) if photos else 0.0,
        }
        for name, version, answers in (
            ("champion", champion, evidence.champion),
            ("candidate", candidate, evidence.candidate),
        )
    }
