"""Before a training: which of the new labels contradict everything else, and whose they are.

They are judged together by person, by reviewer and by folder, by a model that saw none of them, and
set aside for another look where a source cannot be relied on (docs/decisions/0120).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from dataset.examples.news import News
from dataset.storage.schema import Split
from training.retrain.plausibility import average_beside, judge
from training.train.calibrating.calibration import fit_temperature, softmax
from training.train.calibrating.dataset_check import check_of, unseen_refusals
from training.train.knobs import Knobs
from training.train.learning.by_recipe import Material, head_of
from training.train.material.photoset import PhotoSet
from training.train.metrics import Bools, Floats, Ints

_UNRELIABLE = 0.5
_WRONG = 0.3
"""From this probability on a source, or a single label of a reliable source, is set aside."""
_DOUBTFUL = 0.1
"""From this on a new label does not count as won where it is learned."""
_KNOWN = 1e-6
"""A model that gives a label less than this of every photo does not know it."""
_LEAST_TRUSTED = 10
"""Photos of a label that a model needs to judge others of it."""

Source = Callable[[News], "tuple[str, str] | None"]
"""Whose a piece of news is: kind and name."""
Champion = Callable[[PhotoSet], Floats]
"""What the model in use says of photos [N, L], in the order of their labels; nan in rows that it
was not asked about, 0 for labels that it does not know."""


@dataclass(frozen=True, kw_only=True)
class SetAside:
    """What is set aside of one source."""

    kind: str
    """`person`, `reviewer` or `folder`."""
    name: str
    photos: Mapping[int, tuple[float, str | None]]
    """By photo id: how likely the label is wrong, and what it rather is."""
    contradicting: int
    """How many of them the other photos contradict."""
    of: int
    """How many new labels of this source were judged."""
    reviewers: tuple[int, ...] = ()
    """Who decided on them..."""
    agreed: bool = False
    """...and whether several people's agreement, or a file, decided on some."""

    @property
    def whole(self) -> bool:
        """Everything new of this source, not single labels."""
        return len(self.photos) == self.of


@dataclass(frozen=True, kw_only=True)
class Sifted:
    """What came of looking at the news."""

    aside: tuple[SetAside, ...] = ()
    labels: tuple[str, ...] = ()
    doubtful: frozenset[int] = frozenset()
    """Ids of photos whose new labels may well be wrong, set aside or not..."""
    tainted: frozenset[int] = frozenset()
    """...and of these the ones from sources of which something is set aside."""
    without: Mapping[int, Floats] = field(default_factory=dict)
    """Probabilities [L] by photo id, by models that learned nothing new and not this photo."""
    without_refused: Mapping[int, bool] = field(default_factory=dict)
    """The same of refusals: whether a check that learned nothing new refuses the photo."""

    @property
    def photos(self) -> dict[int, tuple[float, str | None]]:
        """Everything that is set aside."""
        return {photo: doubt for one in self.aside for photo, doubt in one.photos.items()}


def sift(
    everything: Material, news: Mapping[int, News], champion: Champion, knobs: Knobs
) -> Sifted:
    """Judge what is new among all photos of the dataset.

    By a head that learned from the rest; where that is too little, as in a first training, by the
    model in use. Then what folders brought, judged first, helps to judge what people say.
    """
    photos = everything.photos
    said = [news.get(item.photo_id or 0) for item in photos.items]
    is_new = np.array([one is not None for one in said], dtype=bool)
    by_verdict = np.array([one is not None and one.origin == "verdict" for one in said], dtype=bool)
    judged = _Judged(photos, news)
    judges: tuple[Source, ...] = (_persons, _reviewers, _folders)
    trusted = _learnable(photos) & ~is_new
    if not _suffices(photos, trusted):
        told = champion(photos)
        judged.go_through(told, average_beside(told[_answered(told)]), is_new, (_folders,))
        trusted, judges = judged.left(_learnable(photos) & ~by_verdict), (_persons, _reviewers)
    without: dict[int, Floats] = {}
    without_refused: dict[int, bool] = {}
    if _suffices(photos, trusted):
        beliefs = _beliefs(everything, np.flatnonzero(trusted), knobs)
        typical = beliefs[trusted]
        of_id = zip((item.photo_id for item in photos.items), beliefs, strict=True)
        without = {photo_id: row for photo_id, row in of_id if photo_id is not None}
        old = trusted | (photos.outsiders & photos.in_split(Split.TRAIN, Split.VALID) & ~is_new)
        check = check_of(photos, everything.features, old, knobs)
        without_refused = unseen_refusals(photos.where(old), check)
    else:
        beliefs = champion(photos)
        typical = beliefs[_answered(beliefs)]
    judged.go_through(beliefs, average_beside(typical), is_new, judges)
    return Sifted(
        aside=_affordable(photos, judged.aside, knobs),
        labels=photos.labels,
        doubtful=frozenset(judged.doubtful),
        tainted=frozenset(judged.tainted),
        without=without,
        without_refused=without_refused,
    )


def _answered(beliefs: Floats) -> Bools:
    return np.asarray(~np.isnan(beliefs).any(axis=1))


def _learnable(photos: PhotoSet) -> Bools:
    return photos.in_split(Split.TRAIN, Split.VALID) & ~photos.outsiders


def _suffices(photos: PhotoSet, rows: Bools) -> bool:
    """Whether a model of these photos can judge others: two labels at least, of some photos."""
    counts = np.bincount(photos.truth[rows], minlength=len(photos.labels))
    return bool((counts >= _LEAST_TRUSTED).sum() >= 2)


def _beliefs(everything: Material, rows: Ints, knobs: Knobs) -> Floats:
    """What a head that learned from `rows` says of all photos [N, L]; of these, out of fold."""
    head = head_of(everything, rows, knobs)
    temperature = fit_temperature(head.out_of_fold, everything.photos.truth[rows])
    logits = head.answer_all(everything.features.views)
    logits[rows] = head.out_of_fold
    return softmax(logits / temperature)


class _Judged:
    """What was found of the news so far."""

    def __init__(self, photos: PhotoSet, news: Mapping[int, News]) -> None:
        self._photos = photos
        self._news = news
        self.aside: list[SetAside] = []
        self.doubtful: set[int] = set()
        self.tainted: set[int] = set()

    def left(self, rows: Bools) -> Bools:
        """Those of some photos that are not set aside [N]."""
        gone = {photo for one in self.aside for photo in one.photos}
        kept: Bools = rows & np.array(
            [item.photo_id not in gone for item in self._photos.items], dtype=bool
        )
        return kept

    def go_through(
        self, beliefs: Floats, beside: Floats, chosen: Bools, judges: Sequence[Source]
    ) -> None:
        """Judge some photos by what `beliefs` [N, L] say of them, by each kind of source.

        `beside` [L, L] is the `average_beside` of photos that nobody doubts.
        """
        answered = _answered(beliefs)
        known = np.nan_to_num(beliefs[answered]).max(axis=0, initial=0.0) > _KNOWN
        able = answered & ~self._photos.outsiders & chosen
        able[able] &= known[self._photos.truth[able]]
        if known.sum() < 2:
            return
        for source_of in judges:
            rows_of: dict[tuple[str, str], list[int]] = defaultdict(list)
            for row in np.flatnonzero(self.left(able)):
                one = self._news[self._photos.items[row].photo_id or 0]
                source = None if one.confirmed else source_of(one)
                if source is not None:
                    rows_of[source].append(int(row))
            for (kind, name), rows in rows_of.items():
                self._judge(kind, name, np.array(rows), beliefs[rows], beside)

    def _judge(self, kind: str, name: str, rows: Ints, beliefs: Floats, beside: Floats) -> None:
        judgement = judge(beliefs, self._photos.truth[rows], beside)
        unreliable = judgement.unreliable > _UNRELIABLE
        ids = [self._photos.items[row].photo_id or 0 for row in rows]
        if kind == "folder":
            # Search results hold a few wrong labels, which training.clean lists.
            doubted = judgement.contradicts & unreliable & (judgement.wrong > _WRONG)
        else:
            doubted = (judgement.wrong > _WRONG) | unreliable
        doubtful = {ids[place] for place in np.flatnonzero(judgement.wrong > _DOUBTFUL)}
        self.doubtful |= doubtful
        if not doubted.any():
            return
        self.tainted |= doubtful
        by = {
            self._news[self._photos.items[row].photo_id or 0].reviewer_id for row in rows[doubted]
        }
        rather = [self._photos.labels[label] for label in beliefs.argmax(axis=1)]
        self.aside.append(
            SetAside(
                kind=kind,
                name=name,
                photos={
                    ids[place]: (
                        float(judgement.wrong[place]),
                        rather[place] if judgement.contradicts[place] else None,
                    )
                    for place in np.flatnonzero(doubted)
                },
                contradicting=int((judgement.contradicts & doubted).sum()),
                of=len(rows),
                reviewers=tuple(sorted(one for one in by if one)),
                agreed=0 in by,
            )
        )


def _persons(one: News) -> tuple[str, str] | None:
    known = one.origin == "verdict" and one.owner_id is not None
    return ("person", str(one.owner_id)) if known else None


def _reviewers(one: News) -> tuple[str, str] | None:
    known = one.origin == "verdict" and one.reviewer_id is not None
    return ("reviewer", str(one.reviewer_id)) if known else None


def _folders(one: News) -> tuple[str, str] | None:
    return ("folder", one.source) if one.origin != "verdict" else None


def _affordable(photos: PhotoSet, aside: list[SetAside], knobs: Knobs) -> tuple[SetAside, ...]:
    """What can be set aside with enough photos of each label left to learn from."""
    gone = {photo for one in aside for photo in one.photos}
    left = _learnable(photos) & np.array(
        [item.photo_id not in gone for item in photos.items], dtype=bool
    )
    before = np.bincount(photos.truth[_learnable(photos)], minlength=len(photos.labels))
    counts = np.bincount(photos.truth[left], minlength=len(photos.labels))
    short = (counts < knobs.least_photos) & (before >= knobs.least_photos)
    return tuple(one for one in aside if one.kind != "folder") if short.any() else tuple(aside)
