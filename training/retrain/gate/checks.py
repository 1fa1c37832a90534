"""The checks of the gate: one thing looked at each, and the sentence that says what was found."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from training.retrain.gate.evidence import Evidence, Margins
from training.train.metrics import Floats

RESAMPLES = 4000
"""Bootstrap resamples: the 5% quantile is then stable to about half a photo in a hundred."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing looked at: whether it passed, and the sentence that says so."""

    name: str
    passed: bool
    sentence: str
    facts: dict[str, str | int | float] = field(default_factory=dict)
    """The sentence's figures, for other languages. Shares are 0 to 1."""


def checks_of(evidence: Evidence, margins: Margins, random: np.random.Generator) -> list[Check]:
    """Every check of a comparison; `random` is the bootstrap's."""
    return [
        _forgotten(evidence),
        _gate_integrity(evidence, margins),
        _above_chance(evidence),
        _accuracy(evidence, margins),
        *_recalls(evidence, margins),
        *_newcomers(evidence),
        _log_loss(evidence, margins),
        _outsiders(evidence, margins, random),
        _near_outsiders(evidence, margins),
        _refusals(evidence, margins),
        *_left_behind(evidence),
        _better(evidence, margins),
    ]


def _lower_bound(difference: Floats, random: np.random.Generator) -> float:
    """One-sided 95% lower bound of a mean paired difference (percentile bootstrap, Efron 1979)."""
    rows = random.integers(0, len(difference), size=(RESAMPLES, len(difference)))
    return float(np.quantile(difference[rows].mean(axis=1), 0.05))


def _by_chance(lost: int, won: int) -> float:
    """How likely so many of the photos that changed are lost, if either were as likely."""
    changed = lost + won
    return float(sum(math.comb(changed, count) for count in range(lost, changed + 1)) / 2**changed)


def _forgotten(evidence: Evidence) -> Check:
    labels = ", ".join(evidence.forgotten)
    return Check(
        name="labels kept",
        passed=not labels,
        sentence=f"It would forget {labels}: the dataset has no photos of them. Add some, or "
        "retire these labels on the review pages."
        if labels
        else "It knows every label that the present model knows.",
        facts={"labels": labels},
    )


def _gate_integrity(evidence: Evidence, margins: Margins) -> Check:
    right_now = evidence.champion.right(evidence.truth)
    # What it was measured on then showed none of the labels that it does not know.
    known = evidence.is_known
    right_now = right_now[known] if known.any() else right_now
    shown = "test photos"
    if not known.all():
        shown = f"{photos_of(len(right_now), 'test photo')} whose labels it knows"
    now = float(right_now.mean())
    if evidence.champion_recorded is None or evidence.champion_recorded[1] == 0:
        return Check(
            name="test labels",
            passed=True,
            sentence=f"The present model is right on {now:.1%} of the {shown}.",
            facts={"after": now},
        )
    right, photos = evidence.champion_recorded
    before = right / photos
    spread = np.sqrt(before * (1 - before) / photos + now * (1 - now) / len(right_now))
    doubtful = bool(before - now > max(margins.integrity, 1.645 * float(spread)))
    return Check(
        name="test labels",
        passed=not doubtful,
        sentence=f"The present model is right on {now:.1%} of the {shown}, but was right on "
        f"{before:.1%} when it was published: their labels may have been changed. "
        "Look at the photos of the gate split before you retrain."
        if doubtful
        else f"The present model is right on {now:.1%} of the {shown} ({before:.1%} when "
        "published).",
        facts={"before": before, "after": now},
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
        sentence=f"The new model is right on {right:.1%} of the test photos"
        + (
            "."
            if passed
            else f", less than the {floor:.1%} that any usable model reaches: "
            "the labels it learned from look wrong."
        ),
        facts={"after": right, "floor": floor},
    )


def _changes(before: Floats, after: Floats) -> tuple[int, int]:
    """How many photos are lost and won."""
    return int(((before == 1) & (after == 0)).sum()), int(((before == 0) & (after == 1)).sum())


def _known(evidence: Evidence) -> tuple[Floats, Floats]:
    """What is right of the photos learned from, without what is new and with it [P]."""
    if evidence.known_before is None or evidence.known_after is None:
        return np.zeros(0), np.zeros(0)
    truth = evidence.known_truth
    return evidence.known_before.right(truth), evidence.known_after.right(truth)


def _accuracy(evidence: Evidence, margins: Margins) -> Check:
    champion = evidence.champion.right(evidence.truth)
    candidate = evidence.candidate.right(evidence.truth)
    lost, won = _changes(champion, candidate)
    before, after = _known(evidence)
    known_lost, known_won = _changes(before, after)
    # Two estimates of one difference and what is usual, each weighed by how sure it is.
    estimates = [(0.0, margins.usual**2), (_mean(candidate - champion), 0.04 / len(champion))]
    if len(before):
        changed = max(0.02, (known_lost + known_won) / len(before))
        apart = 0.0 if evidence.same_recipe else margins.usual**2
        estimates.append((_mean(after - before), changed / len(before) + apart))
    weight = sum(1 / variance for _, variance in estimates)
    expected = sum(mean / variance for mean, variance in estimates) / weight
    worse = _normal((-margins.worse - expected) * math.sqrt(weight))
    low, high = margins.doubt
    allowed = low + (high - low) * _much(evidence, margins)
    sentence = (
        f"On {photos_of(len(champion), 'test photo')} the new model is right on "
        f"{candidate.mean():.1%}, the present model on {champion.mean():.1%} "
        f"({won} won, {lost} lost)"
    )
    if len(before):
        sentence += (
            f"; on other photos ({len(before)}), judged by models that had not learned from them, "
            f"{known_won} won and {known_lost} lost"
        )
    passed = worse <= allowed
    if not passed:
        sentence += (
            f": it may well be worse ({worse:.0%} likely by more than {100 * margins.worse:.0f} "
            f"point, {allowed:.0%} allowed)"
        )
    facts: dict[str, str | int | float] = {
        "photos": len(champion),
        "before": _mean(champion),
        "after": _mean(candidate),
        "won": won,
        "lost": lost,
        "others": len(before),
        "others_won": known_won,
        "others_lost": known_lost,
    }
    return Check(name="accuracy", passed=passed, sentence=sentence + ".", facts=facts)


def _much(evidence: Evidence, margins: Margins) -> float:
    """How much is won, 0 to 1."""
    return min(1.0, max(0, evidence.gained) / margins.much)


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else 0.0


def _normal(distance: float) -> float:
    """The share of a standard normal distribution below `distance`."""
    return 0.5 * math.erfc(-distance / math.sqrt(2))


def _recalls(evidence: Evidence, margins: Margins) -> list[Check]:
    champion = evidence.champion.right(evidence.truth)
    candidate = evidence.candidate.right(evidence.truth)
    known_before, known_after = _known(evidence)
    checks = []
    for index, label in enumerate(evidence.labels):
        mine, known = evidence.truth == index, evidence.known_truth == index
        photos, others = int(mine.sum()), int(known.sum())
        if photos + others == 0:
            continue
        lost, won = _changes(champion[mine], candidate[mine])
        known_lost, known_won = _changes(known_before[known], known_after[known])
        passed = all(
            _by_chance(less, more) > margins.chance or less - more <= margins.recall * of
            for less, more, of in (
                (lost, won, photos),
                (lost + known_lost, won + known_won, photos + others),
            )
        )
        before, after = f"{_mean(champion[mine]):.1%}", f"{_mean(candidate[mine]):.1%}"
        shares = f"{before} before and after" if before == after else f"{after}, before {before}"
        tested = f"{photos_of(photos, 'test photo')}, {shares}" if photos else "no test photos"
        checks.append(
            Check(
                name=f"recall of {label}",
                passed=passed,
                sentence=f"{label}: {tested}"
                + ("." if passed else f"; {lost + known_lost} of all are lost, more than chance."),
                facts={
                    "label": label,
                    "photos": photos,
                    "before": _mean(champion[mine]),
                    "after": _mean(candidate[mine]),
                    "lost": lost + known_lost,
                },
            )
        )
    return checks


def _newcomers(evidence: Evidence) -> list[Check]:
    """Whether models tell each new label from the others at all."""
    return [
        Check(
            name=f"new label {new.label}",
            passed=2 * new.right >= new.photos,
            sentence=f"{new.label} is new: models that had not seen its photos got {new.right} of "
            f"{new.photos} right"
            + ("." if 2 * new.right >= new.photos else "; they take it for other labels."),
            facts={"label": new.label, "photos": new.photos, "right": new.right},
        )
        for new in evidence.newcomers
    ]


def _log_loss(evidence: Evidence, margins: Margins) -> Check:
    rise = [
        evidence.candidate.log_loss(evidence.truth) - evidence.champion.log_loss(evidence.truth)
    ]
    if evidence.known_before is not None and evidence.known_after is not None:
        truth = evidence.known_truth
        rise.append(evidence.known_after.log_loss(truth) - evidence.known_before.log_loss(truth))
    together = np.concatenate(rise)
    mean = float(together.mean())
    least = mean - 1.645 * float(together.std()) / math.sqrt(len(together))
    low, high = margins.log_loss
    passed = mean <= low + (high - low) * _much(evidence, margins) or least <= 0
    return Check(
        name="log loss",
        passed=passed,
        sentence=f"Its probabilities are {'as good' if passed else 'worse'} on "
        f"{photos_of(len(together))} (log loss {mean:+.3f}).",
        facts={"photos": len(together), "rise": mean},
    )


def _outsiders(evidence: Evidence, margins: Margins, random: np.random.Generator) -> Check:
    champion, candidate = evidence.outsiders_champion, evidence.outsiders_candidate
    if len(champion) == 0:
        return Check(
            name="other things", passed=True, sentence="No photos of other things to compare on."
        )
    passed = _lower_bound(candidate - champion, random) > -margins.refused
    return Check(
        name="other things",
        passed=passed,
        sentence=f"Of the photos that show none of the labels ({len(champion)}) it refuses "
        f"{candidate.mean():.1%}, the present model {champion.mean():.1%}.",
        facts={"photos": len(champion), "before": _mean(champion), "after": _mean(candidate)},
    )


def _near_outsiders(evidence: Evidence, margins: Margins) -> Check:
    """Whether what is like the labels is still refused, by photos of labels left out of a check."""
    if evidence.left_out_champion is None or evidence.left_out_candidate is None:
        return Check(
            name="near things",
            passed=True,
            sentence="Refusals of what is like the labels were not compared.",
        )
    (before, of), (after, photos) = evidence.left_out_champion, evidence.left_out_candidate
    chance = math.sqrt(before * (1 - before) / of + after * (1 - after) / photos)
    return Check(
        name="near things",
        passed=before - after <= max(margins.refused, 1.645 * chance),
        sentence=f"Photos of each label ({photos}) were shown to a check that knows the others "
        f"only: the new model's way refuses {after:.1%} of them, the present model's {before:.1%}.",
        facts={"photos": photos, "before": before, "after": after},
    )


def _refusals(evidence: Evidence, margins: Margins) -> Check:
    champion, candidate = evidence.refused_champion, evidence.refused_candidate
    before, after = _mean(champion), _mean(candidate)
    more, fewer = _changes(1 - champion, 1 - candidate)
    few = after <= margins.refused or more - fewer <= margins.recall * len(champion)
    return Check(
        name="refusals",
        passed=few or _by_chance(more, fewer) > margins.chance,
        sentence=f"Of the photos that show one of the labels it refuses {after:.1%}, the present "
        f"model {before:.1%}.",
        facts={"before": before, "after": after},
    )


def _left_behind(evidence: Evidence) -> list[Check]:
    """Whether it is the model again that somebody went back from; looked at after a rollback."""
    if not evidence.left_behind:
        return []
    return [
        Check(
            name="left behind",
            passed=False,
            sentence=f"It learned the same as {evidence.left_behind}, from which somebody went back"
            f" to the present model. `rollback {evidence.left_behind}` lets that one answer again.",
            facts={"version": evidence.left_behind},
        )
    ]


def _better(evidence: Evidence, margins: Margins) -> Check:
    reviewed, added = evidence.reviewed, evidence.added
    doubtful = 0 if evidence.doubtful is None else int(evidence.doubtful.sum())
    said = []
    if len(reviewed):
        said.append(
            f"On {photos_of(len(reviewed))} reviewed since the present model: "
            f"{reviewed.right_after} right, before {reviewed.right_before}."
        )
    if len(added):
        said.append(
            f"On {photos_of(len(added))} added since the present model, before it learned from "
            f"them: {added.right_after} right, before {added.right_before}."
        )
    gained_added = added.right_after - added.right_before
    lost, won = _changes(added.before == added.truth, added.after == added.truth)
    # The log loss tells more of few photos than how many were lost and won by chance.
    as_good = gained_added >= 0 or _by_chance(lost, won) > margins.chance
    surer = len(added) > 0 and as_good and evidence.added_log_loss < 0
    passed = evidence.gained > 0 or (
        evidence.gained == 0 and bool(gained_added > 0 or surer or evidence.relabelled)
    )
    if evidence.relabelled:
        said.append(f"Its labels take in what people changed: {', '.join(evidence.relabelled)}.")
    if not said:
        left = "is left" if evidence.set_aside else "was reviewed or added"
        said = [f"Nothing new {left} since the present model, so there is nothing to win."]
    elif not passed:
        beyond = f" on those whose labels are beyond doubt ({doubtful} are not)" if doubtful else ""
        said.append(f"That is no better{beyond}.")
    facts: dict[str, str | int | float] = {
        "reviewed": len(reviewed),
        "reviewed_before": reviewed.right_before,
        "reviewed_after": reviewed.right_after,
        "added": len(added),
        "added_before": added.right_before,
        "added_after": added.right_after,
        "relabelled": ", ".join(evidence.relabelled),
        "doubtful": doubtful,
    }
    return Check(name="better on what is new", passed=passed, sentence=" ".join(said), facts=facts)


def photos_of(count: int, what: str = "photo") -> str:
    """ "1 photo", "2 photos"."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
