"""Why a model was published or held, in the admin's language, from the figures of its gate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from dataset.storage.schema import Retraining, RetrainingStatus
from languages.catalogue import Value, Words, decimal, share
from languages.told import told

Naming: TypeAlias = Callable[[str], str]
"""What a label is called in the reader's language."""

_NEWS = "better on what is new"
_MESSAGES = {
    "labels kept": "gate-labels-forgotten",
    "test labels": "gate-test-labels",
    "above chance": "gate-above-chance",
    "accuracy": "gate-accuracy",
    "log loss": "gate-log-loss",
    "other things": "gate-other-things",
    "near things": "gate-near-things",
    "refusals": "gate-refusals",
    "left behind": "gate-left-behind",
}
_PASSED = {
    "labels kept": "passed-labels-kept",
    "test labels": "passed-test-labels",
    "above chance": "passed-above-chance",
    "accuracy": "passed-accuracy",
    "log loss": "passed-log-loss",
}
_NOT_COMPARED = {
    "other things": "compared-no-other-things",
    "near things": "compared-no-near-things",
    "refusals": "compared-no-refusals",
}
_ASIDE = {
    "person": "gate-aside-person",
    "reviewer": "gate-aside-reviewer",
    "agreed": "gate-aside-agreed",
    "forgotten": "gate-aside-forgotten",
    "folder": "gate-aside-folder",
}
_NEW = {"reviewed": "gate-reviewed", "added": "gate-added"}
_RECALL = "recall of "
_NEW_LABEL = "new label "
_SHARES = frozenset({"before", "after", "floor"})


def reasons(row: Retraining, words: Words, name: Naming = str) -> list[str]:
    """The sentences; what the run wrote, where it left no figures."""
    metrics = row.metrics or {}
    checks = [one for one in objects(metrics.get("checks")) if one.get("facts")]
    decided = row.status in (RetrainingStatus.PUBLISHED, RetrainingStatus.HELD)
    if not checks or not (decided or row.status is RetrainingStatus.DRY_RUN):
        return [told(text, words) for text in (row.reason, row.blind_spot) if text]
    said = []
    failed = [one for one in checks if not one.get("passed")]
    if row.status is RetrainingStatus.PUBLISHED and row.decision == "hold":
        said.append(words("gate-forced"))
    for one in failed or [one for one in checks if one["name"] == _NEWS]:
        said += check_sentences(one, words, name)
    said += _aside(objects(metrics.get("set_aside")), words)
    notes = metrics.get("notes")
    said += [told(str(note), words) for note in notes] if isinstance(notes, list) else []
    unseen, measured = metrics.get("unseen"), metrics.get("candidate")
    if isinstance(unseen, dict) and isinstance(measured, dict) and measured.get("n"):
        said += _unseen(unseen, int(measured["n"]), words, name)
    return said


def objects(value: object) -> list[dict[str, Any]]:
    """The objects in `value` if it is a list, else none: figures are read as they were kept."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def check_sentences(check: dict[str, Any], words: Words, called: Naming = str) -> list[str]:
    """What one check of the gate found; what the run wrote, if it left no figures."""
    name, facts = str(check.get("name", "")), check.get("facts")
    passed = bool(check.get("passed"))
    if not facts:
        if name in _NOT_COMPARED:
            return [words(_NOT_COMPARED[name])]
        return [told(str(check.get("sentence", name)), words)]
    if name == _NEWS:
        return _news(facts, passed, words)
    values = _values(facts, called)
    if name.startswith(_RECALL):
        if passed:
            return [words("passed-recall" if facts["photos"] else "passed-recall-none", **values)]
        return [words("gate-recall", **values)]
    if name.startswith(_NEW_LABEL):
        return [words("passed-new-label" if passed else "gate-new-label", **values)]
    if passed and name in _PASSED:
        return [words(_PASSED[name], **values)]
    if name not in _MESSAGES:
        return [told(str(check.get("sentence", name)), words)]
    if name == "log loss":
        values["rise"] = decimal(float(facts["rise"]))
    return [words(_MESSAGES[name], **values)]


def _values(facts: dict[str, Any], called: Naming) -> dict[str, Value]:
    """A check's figures as a message takes them."""
    values: dict[str, Value] = {
        key: share(float(value)) if key in _SHARES else value for key, value in facts.items()
    }
    if "label" in facts:
        values["label"] = called(str(facts["label"]))
    return values


def _news(facts: dict[str, Any], passed: bool, words: Words) -> list[str]:
    said = [
        words(
            message_id,
            photos=facts[kind],
            before=facts[f"{kind}_before"],
            after=facts[f"{kind}_after"],
        )
        for kind, message_id in _NEW.items()
        if facts[kind]
    ]
    if facts.get("relabelled"):  # rows of before have no such figure
        said.append(words("gate-relabelled", labels=facts["relabelled"]))
    if not said:
        return [words("gate-nothing-new")]
    if passed:
        return said
    doubtful = facts.get("doubtful", 0)  # rows of before have no such figure
    return [
        *said,
        words("gate-no-better-beyond", doubtful=doubtful) if doubtful else words("gate-no-better"),
    ]


def _aside(found: Any, words: Words) -> list[str]:
    """What was set aside, by whose word it came."""
    said = []
    for one in found:
        source = one["kind"]
        if one["name"] == "0":
            source = {"reviewer": "agreed", "person": "forgotten"}.get(source, source)
        photos, name = int(one["count"]), str(one["name"])
        given = _given(one.get("reviewers") or (), bool(one.get("agreed")), words)
        said.append(words(_ASIDE[source], photos=photos, name=name, given=given))
    return [*said, words("gate-aside-next")] if said else []


def _given(reviewers: Sequence[int], agreed: bool, words: Words) -> str:
    """Whose word labels on a person's photos are; 0 is a reviewer who is forgotten."""
    names = [
        words("gate-aside-given-reviewer", id=str(number))
        if number
        else words("gate-aside-given-forgotten")
        for number in reviewers
    ]
    if agreed:
        names.append(words("gate-aside-given-agreed"))
    return words("gate-aside-given", reviewers=words.listed(names)) if names else ""


def _unseen(unseen: dict[str, Any], photos: int, words: Words, name: Naming) -> list[str]:
    points = round(min(100.0, 500 / photos))
    said = [words("gate-unseen", photos=photos, points=points)]
    if unseen.get("thin"):
        said.append(
            words("gate-unseen-thin", labels=", ".join(name(str(one)) for one in unseen["thin"]))
        )
    if not unseen.get("outsiders"):
        said.append(words("gate-unseen-outsiders"))
    return [" ".join(said)]
