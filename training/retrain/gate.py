"""The gate: whether a candidate may replace the champion, and why, in words.

Both models answer the same photos in the same run; every comparison is paired. The candidate is
published when it is *not worse* (see `Margins`) **and** better on what was newly corrected. A
difference that the photos at hand cannot show is named in `Decision.blind_spot` instead of being
taken for absence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
Ints = NDArray[np.integer]

RESAMPLES = 4000
"""Bootstrap resamples: the 5% quantile is then stable to about half a photo in a hundred."""


@dataclass(frozen=True, kw_only=True)
class Margins:
    """Margins within which a candidate counts as not worse."""

    accuracy: float = 0.02
    """The one-sided 95% lower bound of the accuracy difference must lie above minus this, or the
    candidate lose one photo at most: one is not above chance, and on 60 photos even its
    bound lies at -5 points."""
    recall: float = 0.02
    """No label's recall may drop by more than this, or by more than one photo where the label has
    fewer than `1 / recall` photos: a drop of one photo is not above chance."""
    brier: float = 0.02
    """The one-sided 95% upper bound of the Brier score's mean increase must lie below this, or the
    increase itself within what one photo can cost (2 over the number of photos)."""
    refused: float = 0.05
    """The same for the share of outsiders refused, downwards."""
    integrity: float = 0.10
    """The champion's accuracy on the gate may lie this far below what its bundle recorded before
    the gate's own labels are in doubt (and beyond what chance explains)."""
    contradicted: float = 0.05
    """New labels that everything else contradicts may make up this share of the training photos
    before the run looks poisoned."""
    contradicted_at_least: int = 5
    """Fewer contradicted labels than this are what corrections of hard photos look like."""


@dataclass(frozen=True, kw_only=True)
class Answers:
    """One model's answers to a set of photos.

    `probabilities` is [N, L], rows summing to 1, columns in the order of the labels.
    """

    probabilities: Floats

    @property
    def chosen(self) -> Ints:
        """The most likely label's index, [N]."""
        return np.asarray(self.probabilities.argmax(axis=1))

    def right(self, truth: Ints) -> Floats:
        """1.0 where the answer is right, else 0.0, [N]."""
        return np.asarray(self.chosen == truth, dtype=float)

    def brier(self, truth: Ints) -> Floats:
        """Brier score of each photo (Brier 1950, multi-class form), [N], 0 to 2."""
        target = np.eye(self.probabilities.shape[1])[truth]
        return np.asarray(((self.probabilities - target) ** 2).sum(axis=1))


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Everything the gate looks at."""

    labels: Sequence[str]
    truth: Ints
    """Label indices of the gate photos, [N]."""
    champion: Answers
    candidate: Answers
    champion_recorded: tuple[int, int] | None = None
    """(right, photos) on the gate as the champion's bundle recorded it."""
    outsiders_champion: Floats | None = None
    """1.0 where the champion refused an outsider of the gate split, [M]."""
    outsiders_candidate: Floats | None = None
    corrected_truth: Ints = field(default_factory=lambda: np.zeros(0, dtype=int))
    """Reviewers' labels of the photos folded in since the champion, [K]."""
    corrected_champion: Ints = field(default_factory=lambda: np.zeros(0, dtype=int))
    corrected_candidate: Ints = field(default_factory=lambda: np.zeros(0, dtype=int))
    corrected_refused_champion: Floats = field(default_factory=lambda: np.zeros(0))
    """1.0 where a photo newly marked as none of the labels was refused, [J]."""
    corrected_refused_candidate: Floats = field(default_factory=lambda: np.zeros(0))
    contradicted: int = 0
    """How many new labels a model that never saw them confidently contradicts."""
    trained_on: int = 0


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing looked at: whether it passed, and the sentence that says so."""

    name: str
    passed: bool
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Decision:
    """`publish` or hold; `reason` is for the admin, `checks` for readers of every figure."""

    publish: bool
    reason: str
    blind_spot: str
    checks: tuple[Check, ...]


def decide(evidence: Evidence, *, margins: Margins | None = None, seed: int = 0) -> Decision:
    """Weighs a candidate against the champion.

    Args:
        evidence: answers of both models on the same photos, and what is new.
        margins: how much worse still counts as not worse.
        seed: of the bootstrap; the same evidence and seed give the same decision.
    """
    margins = margins or Margins()
    if len(evidence.truth) == 0:
        return Decision(
            publish=False,
            reason="Held: the gate split has no photo, so nothing can be compared.  "
            "Add photos with `python -m training.add` or put reviewed ones into the gate.",
            blind_spot="Everything: the gate has no photos.",
            checks=(),
        )
    random = np.random.default_rng(seed)
    checks = [
        _gate_integrity(evidence, margins),
        _above_chance(evidence),
        _accuracy(evidence, margins, random),
        *_recalls(evidence, margins),
        _calibration(evidence, margins, random),
        _outsiders(evidence, margins, random),
        _poison(evidence, margins),
        _better_on_corrected(evidence),
    ]
    failed = [check for check in checks if not check.passed]
    if failed:
        reason = "Held: " + " ".join(check.sentence for check in failed)
    else:
        reason = "Published: not worse in anything measured, and better on what was corrected. "
        reason += checks[-1].sentence
    return Decision(
        publish=not failed, reason=reason, blind_spot=blind_spot(evidence), checks=tuple(checks)
    )


def blind_spot(evidence: Evidence) -> str:
    """What these gate photos could not have shown, in words.

    A one-sided exact McNemar test at 5% needs 5 discordant photos against none, so a difference
    of fewer than 5 photos is invisible.
    """
    photos = len(evidence.truth)
    points = min(100.0, 100 * 5 / photos)
    text = f"{photos} photos in the gate: differences under {points:.0f} points are invisible."
    counts = np.bincount(evidence.truth, minlength=len(evidence.labels))
    thin = [label for label, count in zip(evidence.labels, counts, strict=True) if count < 10]
    if thin:
        text += f" Fewer than 10 of them show {', '.join(thin)}."
    if evidence.outsiders_candidate is None or len(evidence.outsiders_candidate) == 0:
        text += " No outsiders in the gate: refusing strangers was not compared."
    return text


def _lower_bound(difference: Floats, random: np.random.Generator) -> float:
    """One-sided 95% lower bound of a mean paired difference (percentile bootstrap, Efron 1979)."""
    rows = random.integers(0, len(difference), size=(RESAMPLES, len(difference)))
    return float(np.quantile(difference[rows].mean(axis=1), 0.05))


def _points(share: float) -> str:
    return f"{100 * share:+.1f} points"


def _gate_integrity(evidence: Evidence, margins: Margins) -> Check:
    now = float(evidence.champion.right(evidence.truth).mean())
    if evidence.champion_recorded is None or evidence.champion_recorded[1] == 0:
        return Check(
            name="gate labels",
            passed=True,
            sentence=f"The present model is right on {now:.1%} of the gate.",
        )
    right, photos = evidence.champion_recorded
    before = right / photos
    spread = np.sqrt(before * (1 - before) / photos + now * (1 - now) / len(evidence.truth))
    doubtful = bool(before - now > max(margins.integrity, 1.645 * float(spread)))
    return Check(
        name="gate labels",
        passed=not doubtful,
        sentence=f"The present model is right on {now:.1%} of the gate photos, but was right on "
        f"{before:.1%} when it was published: their labels may have been changed. "
        "Look at the gate photos before retraining."
        if doubtful
        else f"The present model is right on {now:.1%} of the gate ({before:.1%} when published).",
    )


def _above_chance(evidence: Evidence) -> Check:
    right = float(evidence.candidate.right(evidence.truth).mean())
    counts = np.bincount(evidence.truth, minlength=len(evidence.labels))
    commonest = float(counts.max() / counts.sum())
    # Halfway between always saying the commonest label and being always right: a usable model
    # on separable labels is far above it, one trained on shuffled labels far below.
    floor = (1 + commonest) / 2 if len(evidence.labels) > 1 else 1.0
    passed = right >= floor
    return Check(
        name="above chance",
        passed=passed,
        sentence=f"The candidate is right on {right:.1%} of the gate photos"
        + (
            "."
            if passed
            else f", less than the {floor:.1%} that any usable model reaches: "
            "the labels it learned from look wrong."
        ),
    )


def _accuracy(evidence: Evidence, margins: Margins, random: np.random.Generator) -> Check:
    champion = evidence.champion.right(evidence.truth)
    candidate = evidence.candidate.right(evidence.truth)
    lower = _lower_bound(candidate - champion, random)
    lost = int(((champion == 1) & (candidate == 0)).sum())
    won = int(((champion == 0) & (candidate == 1)).sum())
    passed = lower > -margins.accuracy or lost - won <= 1
    sentence = (
        f"On {len(champion)} gate photos the candidate is right on {candidate.mean():.1%}, the "
        f"present model on {champion.mean():.1%} ({won} won, {lost} lost)"
    )
    if not passed:
        sentence += (
            f": it could be worse by up to {-100 * lower:.1f} points, "
            f"more than the {100 * margins.accuracy:.0f} allowed"
        )
    return Check(name="accuracy", passed=passed, sentence=sentence + ".")


def _recalls(evidence: Evidence, margins: Margins) -> list[Check]:
    champion = evidence.champion.right(evidence.truth)
    candidate = evidence.candidate.right(evidence.truth)
    checks = []
    for index, label in enumerate(evidence.labels):
        mine = evidence.truth == index
        photos = int(mine.sum())
        if photos == 0:
            continue
        lost = int(champion[mine].sum() - candidate[mine].sum())
        passed = lost <= max(1, int(margins.recall * photos))
        before, after = champion[mine].mean(), candidate[mine].mean()
        checks.append(
            Check(
                name=f"recall of {label}",
                passed=passed,
                sentence=f"Of {photos} {label} photos it recognises {after:.1%} instead of "
                f"{before:.1%}.",
            )
        )
    return checks


def _calibration(evidence: Evidence, margins: Margins, random: np.random.Generator) -> Check:
    difference = evidence.candidate.brier(evidence.truth) - evidence.champion.brier(evidence.truth)
    upper = -_lower_bound(-difference, random)
    passed = bool(upper < margins.brier or difference.sum() <= 2)
    return Check(
        name="calibration",
        passed=passed,
        sentence=f"Its probabilities are {'as good' if passed else 'worse'} "
        f"(Brier score {difference.mean():+.3f}, at most {upper:+.3f}).",
    )


def _outsiders(evidence: Evidence, margins: Margins, random: np.random.Generator) -> Check:
    champion, candidate = evidence.outsiders_champion, evidence.outsiders_candidate
    if champion is None or candidate is None or len(champion) == 0:
        return Check(name="outsiders", passed=True, sentence="No outsiders to compare on.")
    lower = _lower_bound(candidate - champion, random)
    passed = lower > -margins.refused
    return Check(
        name="outsiders",
        passed=passed,
        sentence=f"Of {len(champion)} photos that show none of the labels it refuses "
        f"{candidate.mean():.1%} instead of {champion.mean():.1%} "
        f"({_points(float(candidate.mean() - champion.mean()))}).",
    )


def _poison(evidence: Evidence, margins: Margins) -> Check:
    allowed = max(
        margins.contradicted_at_least, int(margins.contradicted * max(1, evidence.trained_on))
    )
    passed = evidence.contradicted < allowed
    return Check(
        name="plausible corrections",
        passed=passed,
        sentence=f"{evidence.contradicted} of the new labels contradict everything else known"
        + ("." if passed else ": review them before retraining (`/review`)."),
    )


def _better_on_corrected(evidence: Evidence) -> Check:
    before = int((evidence.corrected_champion == evidence.corrected_truth).sum())
    after = int((evidence.corrected_candidate == evidence.corrected_truth).sum())
    before += int(evidence.corrected_refused_champion.sum())
    after += int(evidence.corrected_refused_candidate.sum())
    photos = len(evidence.corrected_truth) + len(evidence.corrected_refused_champion)
    if photos == 0:
        return Check(
            name="better on corrections",
            passed=False,
            sentence="Nothing was corrected since the present model, so nothing shows that  "
            "the candidate is better.",
        )
    return Check(
        name="better on corrections",
        passed=after > before,
        sentence=f"Of {photos} newly reviewed photos it answers {after} rightly; the present "
        f"model {before}.",
    )
