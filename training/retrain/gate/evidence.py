"""What the gate weighs: what two models say of the same photos."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from training.train.metrics import Bools, Floats, Ints

_LEAST_BELIEF = 0.01
"""What the log loss counts at least: one photo that a model is wrongly certain of says no more."""


@dataclass(frozen=True, kw_only=True)
class Margins:
    """Margins within which a candidate counts as not worse."""

    worse: float = 0.01
    """A loss of accuracy beyond this is a loss..."""
    doubt: tuple[float, float] = (0.3, 0.5)
    """...and this is how likely it may be: where nothing is won, and where much is..."""
    much: int = 5
    """...which so many corrections are."""
    usual: float = 0.02
    """How much two models of one dataset usually differ in accuracy (standard deviation): few
    photos are believed accordingly."""
    chance: float = 0.07
    """A label loses more than chance explains when so many photos lost, against those won, are
    this unlikely (four against none are)..."""
    recall: float = 0.02
    """...and more than this share of its photos: among thousands, four are few."""
    log_loss: tuple[float, float] = (0.01, 0.03)
    """The log loss may rise by this, where nothing is won and where much is, or by as much as
    chance explains at 95%."""
    refused: float = 0.05
    """The share of outsiders refused may fall by this, at the one-sided 95% lower bound; the share
    of others refused may rise to it, or by `recall`, or by as much as chance explains."""
    integrity: float = 0.10
    """The champion's accuracy on the gate may lie this far below what its bundle recorded before
    the gate's own labels are in doubt (and beyond what chance explains)."""


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What one model says of a set of photos.

    `probabilities` is [N, L], rows summing to 1, columns in the order of the labels.
    """

    probabilities: Floats

    @property
    def chosen(self) -> Ints:
        """The most likely label's index, [N]; -1 for a model that knows none of the labels."""
        likely = self.probabilities.argmax(axis=1)
        return np.where(self.probabilities.max(axis=1) > 0, likely, -1)

    def right(self, truth: Ints) -> Floats:
        """1.0 where the answer is right, else 0.0, [N]."""
        return np.asarray(self.chosen == truth, dtype=float)

    def brier(self, truth: Ints) -> Floats:
        """Brier score of each photo (Brier 1950, multi-class form), [N], 0 to 2."""
        target = np.eye(self.probabilities.shape[1])[truth]
        return np.asarray(((self.probabilities - target) ** 2).sum(axis=1))

    def log_loss(self, truth: Ints) -> Floats:
        """Minus the logarithm of what the truth was given, [N]."""
        given = self.probabilities[np.arange(len(truth)), truth]
        return np.asarray(-np.log(np.clip(given, _LEAST_BELIEF, 1)))


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """The same photos answered before and after; indices of labels [N], -1 for a refusal."""

    truth: Ints = field(default_factory=lambda: np.zeros(0, dtype=int))
    before: Ints = field(default_factory=lambda: np.zeros(0, dtype=int))
    after: Ints = field(default_factory=lambda: np.zeros(0, dtype=int))

    def __len__(self) -> int:
        return len(self.truth)

    @property
    def right_before(self) -> int:
        """How many the champion answered rightly."""
        return int((self.before == self.truth).sum())

    @property
    def right_after(self) -> int:
        """How many the candidate answers rightly."""
        return int((self.after == self.truth).sum())


@dataclass(frozen=True, kw_only=True)
class Newcomer:
    """One label that the champion does not know, and what it does to the others."""

    label: str
    photos: int
    """Photos of it that were learned from, judged by models that had not seen them..."""
    right: int
    """...and how many of them are right."""
    others: int
    """Test photos of the labels that the champion knows..."""
    before: float
    """...the share of them that is right before..."""
    after: float
    """...and after."""
    takes: Mapping[str, int]
    """Photos that were right before and are taken for this label now, by what they show."""


def _none() -> Floats:
    return np.zeros(0)


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Everything the gate looks at."""

    labels: Sequence[str]
    truth: Ints
    """Label indices of the gate photos, [N]."""
    champion: Answers
    candidate: Answers
    photos: Sequence[int] = ()
    """Ids of the gate photos, [N]; 0 where unknown."""
    champion_recorded: tuple[int, int] | None = None
    """(right, photos) on the gate as the champion's bundle recorded it."""
    known_truth: Ints = field(default_factory=lambda: np.zeros(0, dtype=int))
    """Label indices of the photos learned from that no reviewer brought, [P]."""
    known_before: Answers | None = None
    """What models said of them that learned nothing new, and not these either; of photos that the
    champion never learned from, the champion."""
    known_after: Answers | None = None
    """What models like the candidate said that learned what is new, but not these."""
    known_photos: Sequence[int] = ()
    """Their ids, [P]."""
    same_recipe: bool = True
    """The champion came from the candidate's recipe: what holds for the recipe holds for it."""
    outsiders_champion: Floats = field(default_factory=_none)
    """1.0 where the champion refused an outsider of the gate split; then of others that it never
    saw, or a check without what is new and without the photo, [M]."""
    outsiders_candidate: Floats = field(default_factory=_none)
    """The same of the candidate, of the others by checks that had not seen the photo."""
    refused_champion: Floats = field(default_factory=_none)
    """The same of the photos that show one of the labels, [R]."""
    refused_candidate: Floats = field(default_factory=_none)
    left_out_champion: tuple[float, int] | None = None
    """The share refused, and of how many, of photos whose label was left out of the fit of the
    champion's check: near outsiders, where there are no others..."""
    left_out_candidate: tuple[float, int] | None = None
    """...and of the candidate's. None where it was not measured, or the labels are others."""
    reviewed: Pairs = field(default_factory=Pairs)
    """What reviewers said since the champion, less what was set aside; -1 is none of the labels."""
    doubtful: Bools | None = None
    """Which of these labels may well be wrong: they count neither as won nor as lost."""
    added: Pairs = field(default_factory=Pairs)
    """What was added or collected since, the candidate's answer out of fold."""
    added_log_loss: float = 0.0
    """By how much the log loss on the latter rises, on average."""
    relabelled: Sequence[str] = ()
    """Labels that people renamed, retired or described since: to take that in is a gain."""
    forgotten: Sequence[str] = ()
    """Labels that the champion knows and the file of labels names, and that the candidate lacks
    though nobody retired them."""
    set_aside: int = 0
    """Labels that were set aside, and are not among all this."""
    left_behind: str = ""
    """The version that learned the same and that somebody went back from, if there is one."""
    new: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """(right, photos) out of fold of each label that the champion does not know."""

    @property
    def is_known(self) -> Bools:
        """Which gate photos show a label that the champion knows [N]."""
        unknown = [place for place, label in enumerate(self.labels) if label in self.new]
        return np.asarray(~np.isin(self.truth, unknown))

    @property
    def newcomers(self) -> tuple[Newcomer, ...]:
        """The new labels, each with what it does to the others."""
        known, truth = self.is_known, self.truth
        before, after = self.champion.right(truth)[known], self.candidate.right(truth)[known]
        return tuple(
            Newcomer(
                label=label,
                photos=photos,
                right=right,
                others=int(known.sum()),
                before=float(before.mean()) if len(before) else 0.0,
                after=float(after.mean()) if len(after) else 0.0,
                takes=self._taken_by(list(self.labels).index(label)),
            )
            for label, (right, photos) in self.new.items()
        )

    def _taken_by(self, place: int) -> dict[str, int]:
        sides = [(self.truth, self.champion, self.candidate)]
        if self.known_before is not None and self.known_after is not None:
            sides.append((self.known_truth, self.known_before, self.known_after))
        taken = [
            truth[(before.right(truth) == 1) & (after.chosen == place) & (truth != place)]
            for truth, before, after in sides
        ]
        counts = np.bincount(np.concatenate(taken), minlength=len(self.labels))
        return {label: int(counts[at]) for at, label in enumerate(self.labels) if counts[at]}

    @property
    def gained(self) -> int:
        """How many more of the reviewed photos are answered rightly, of those beyond doubt."""
        counts = np.ones(len(self.reviewed), bool) if self.doubtful is None else ~self.doubtful
        before = (self.reviewed.before == self.reviewed.truth) & counts
        return int(((self.reviewed.after == self.reviewed.truth) & counts).sum() - before.sum())

    @property
    def lost(self) -> tuple[int, ...]:
        """Ids of the photos, the gate's first, that were answered rightly before and not after."""
        sides = [(self.photos, self.truth, self.champion, self.candidate)]
        if self.known_before is not None and self.known_after is not None:
            known = (self.known_photos, self.known_truth, self.known_before, self.known_after)
            sides.append(known)
        return tuple(
            photo
            for photos, truth, before, after in sides
            for photo, was, is_now in zip(
                photos, before.right(truth), after.right(truth), strict=False
            )
            if was and not is_now
        )
