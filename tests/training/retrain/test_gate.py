"""The gate: what it publishes, what it holds, and what it says."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from training.retrain.gate import Answers, Evidence, decide

LABELS = ("grizzly", "black", "teddy")


def answers(chosen: np.ndarray, *, sure: float = 0.9) -> Answers:
    """A model that gives `sure` to each chosen label and shares the rest out."""
    probabilities = np.full((len(chosen), len(LABELS)), (1 - sure) / (len(LABELS) - 1))
    probabilities[np.arange(len(chosen)), chosen] = sure
    return Answers(probabilities=probabilities)


def wrong_on(truth: np.ndarray, places: list[int]) -> np.ndarray:
    chosen = truth.copy()
    chosen[places] = (chosen[places] + 1) % len(LABELS)
    return chosen


@pytest.fixture
def truth() -> np.ndarray:
    return np.arange(90) % 3


@pytest.fixture
def improved(truth: np.ndarray) -> Evidence:
    """Two gate photos won, none lost, and three of three corrections learned."""
    return Evidence(
        labels=LABELS,
        truth=truth,
        champion=answers(wrong_on(truth, [4, 20])),
        candidate=answers(truth),
        corrected_truth=np.array([0, 1, 2]),
        corrected_champion=np.array([1, 1, 0]),
        corrected_candidate=np.array([0, 1, 2]),
        trained_on=400,
    )


def failed(evidence: Evidence) -> list[str]:
    return [check.name for check in decide(evidence).checks if not check.passed]


def test_publishes_what_is_not_worse_and_better_on_corrections(improved: Evidence) -> None:
    """A candidate that loses nothing and learns the corrections is published."""
    decision = decide(improved)
    assert decision.publish
    assert decision.reason.startswith("Published")


def test_holds_without_corrections(improved: Evidence) -> None:
    """With nothing newly corrected, nothing shows that the candidate is better."""
    nothing = np.zeros(0, dtype=int)
    evidence = dataclasses.replace(
        improved, corrected_truth=nothing, corrected_champion=nothing, corrected_candidate=nothing
    )
    assert failed(evidence) == ["better on corrections"]


def test_holds_when_corrections_were_not_learned(improved: Evidence) -> None:
    """A candidate no better on the corrections than the champion is held."""
    evidence = dataclasses.replace(improved, corrected_candidate=improved.corrected_champion)
    assert failed(evidence) == ["better on corrections"]


def test_holds_when_accuracy_may_have_dropped(improved: Evidence, truth: np.ndarray) -> None:
    """Losing photos of several labels holds the candidate even where no label lost many."""
    evidence = dataclasses.replace(
        improved, champion=answers(truth), candidate=answers(wrong_on(truth, [0, 1, 2]))
    )
    assert "accuracy" in failed(evidence)


def test_holds_when_one_label_pays_for_the_others(improved: Evidence, truth: np.ndarray) -> None:
    """Better on the whole but two photos worse on one label is held."""
    evidence = dataclasses.replace(
        improved,
        champion=answers(wrong_on(truth, [1, 4, 7, 10, 13, 16, 19, 22, 25, 28])),
        candidate=answers(wrong_on(truth, [0, 3])),
    )
    assert failed(evidence) == ["recall of grizzly"]


def test_holds_worse_probabilities(improved: Evidence, truth: np.ndarray) -> None:
    """The same answers with much worse probabilities are held."""
    evidence = dataclasses.replace(improved, candidate=answers(truth, sure=0.5))
    assert "calibration" in failed(evidence)


@pytest.mark.parametrize("seed", range(20))
def test_holds_shuffled_labels(improved: Evidence, truth: np.ndarray, seed: int) -> None:
    """A candidate that answers at random is held, whatever it did to the corrections."""
    chosen = np.random.default_rng(seed).permutation(truth)
    evidence = dataclasses.replace(improved, candidate=answers(chosen))
    assert not decide(evidence).publish
    assert "above chance" in failed(evidence)


def test_holds_when_the_gate_itself_was_tampered_with(
    improved: Evidence, truth: np.ndarray
) -> None:
    """A champion that suddenly fails on the gate it passed points at the gate's labels."""
    evidence = dataclasses.replace(
        improved,
        champion=answers(wrong_on(truth, list(range(40)))),
        champion_recorded=(88, 90),
    )
    assert "gate labels" in failed(evidence)


def test_holds_many_contradicted_corrections(improved: Evidence) -> None:
    """Many new labels that a model without them rules out look like poison."""
    assert failed(dataclasses.replace(improved, contradicted=30)) == ["plausible corrections"]


def test_holds_fewer_refused_outsiders(improved: Evidence) -> None:
    """A candidate that lets strangers in is held."""
    evidence = dataclasses.replace(
        improved,
        outsiders_champion=np.ones(40),
        outsiders_candidate=np.concatenate([np.ones(30), np.zeros(10)]),
    )
    assert failed(evidence) == ["outsiders"]


def test_says_what_it_could_not_have_seen(improved: Evidence) -> None:
    """The blind spot names the photos and the smallest visible difference."""
    assert "90 photos in the gate: differences under 6 points" in decide(improved).blind_spot


def test_holds_an_empty_gate(improved: Evidence) -> None:
    """Without gate photos nothing is published."""
    empty = np.zeros(0, dtype=int)
    evidence = dataclasses.replace(
        improved, truth=empty, champion=answers(empty), candidate=answers(empty)
    )
    decision = decide(evidence)
    assert not decision.publish
    assert "the gate split has no photo" in decision.reason


def test_same_evidence_same_decision(improved: Evidence) -> None:
    """The decision is a function of the evidence and the seed."""
    assert decide(improved) == decide(improved)
