"""Every knob of `training.train`, with why it stands where it stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from dataset.examples.readiness import LEAST_PHOTOS
from models.photo import Preparation
from training.train.head_search import Search
from training.train.network.body import DEFAULT_ARCH, SIZES_PX


@dataclass(frozen=True, kw_only=True)
class OutsideKnobs:
    """The settings of the fit."""

    refused_share: float = 0.02
    """Of photos of the labels this share is to be refused, where ImageNet knows them: its odds
    alone tell nine of ten near outsiders. Of photos from another source two or three times as many
    are refused."""
    refused_share_unknown: float = 0.045
    """The same of other labels, where each photo more that is refused wrongly brings the refusal of
    several times its share of near outsiders (0231). At most 5% may be."""
    imagenet_worth: float = 500.0
    """How many photos it is worth that the starter's check suits the labels, where it does: a check
    of 20 to 100 bears a label refuses 8 to 19% of another source's, the starter 5% (0230)."""
    own_share: float = 0.10
    """An ImageNet class is a label's own when the label's photos put this share of ImageNet's
    probability on it. Grizzlies put 85% on brown bear, and 27% on sloth bear if ImageNet had no
    brown bear; their strays (marmot, bison) get about 1% each."""
    photos_per_prototype: int = 30
    most_prototypes: int = 8
    """For each label: enough for the sorts of things that one label covers; with more, photos of
    the same scene find one another and strangers come no less close."""
    most_photos: int = 2000
    """Of each label, drawn at random: beyond it, nothing that is fitted here moves."""
    evidence_strength: float = 10.0
    """Inverse regularisation of the regression that tells the labels, on features of length ten."""
    evidence_photos: int = 4000
    """To fit it on, labels alike; more take time and tell nothing more."""
    folds: int = 5
    all_but_equal: float = 0.86
    """Cosine from which on a photo is taken for a confirmed one. Of the default body: smaller
    copies of a photo lie above 0.867, other photos of bears below 0.874 and of anything else below
    0.81 (docs/decisions/0054)."""
    most_confirmed: int = 512
    """Photos of people, confirmed by reviewers, that are not refused again; the last ones. 1.3 MB
    and a twentieth of a millisecond."""
    promised_confirmed: int = 200
    """Of the last so many of these, at most 5% are to be refused."""
    least_refused: float = 0.01
    """But so many of the other photos of the labels still are: what people dispute are refused
    photos of the labels by selection, and a dozen of them would open the door to strangers."""
    most_directions: int = 150
    """Along which the shapes of labels are compared, where ImageNet lacks these (0280)."""
    fewest_for_shapes: int = 50
    """Photos beyond one for each label: from fewer no scatter can be told."""
    let_in: float = 0.05
    """And so many more near outsiders may pass for their sake: photos of labels left out."""
    left_out_photos: int = 2000
    """To see that on, labels alike."""
    fewest_usual: int = 20
    """Photos of a label that nobody has chosen, from which on the others say nothing of what is
    usual."""
    fewest_outsiders: int = 5
    """Below it, strangers are not learned: they would stand for themselves only."""
    stranger_strength: float = 1.0
    """Inverse regularisation of the strangers' regression, on features of unit length × 10."""


@dataclass(frozen=True, kw_only=True)
class Knobs:
    """How to train a model. Chosen by cross-validation, never on the gate's photos."""

    # Each of these has an option of the command.
    recipe: Literal["head", "book", "auto"] = "auto"
    arch: str = DEFAULT_ARCH
    """The default comes as a package and needs no download; it answers in 4 ms."""
    weights: Path | None = None
    """A file with the body's weights, where they cannot be fetched."""
    resize: Literal["crop", "pad", "squish"] = "crop"
    """Squishing costs two to three points: bears are not that thin. Padding wastes pixels."""
    lr_find: bool = False
    """Let the learning rate finder set `book_rate`, instead of what worked on bears."""
    seed: int = 0
    device: str = "auto"
    """What a network is fine-tuned on: auto, cpu, cuda, mps."""

    # Photos.
    short_side_px: int | None = None
    crop_px: int | None = None
    """As the body was pretrained, unless given."""
    least_photos: int = LEAST_PHOTOS
    """Photos to learn from that each label needs."""
    threads: int = 2
    """For decoding and for the network; more help up to the number of cores."""

    # The linear head.
    head_search: Search = field(default_factory=Search)
    """Strengths, and weights of what the pretrained classifier knows: the pair that answers
    held-out photos with the least log loss (0110)."""
    head_folds: int = 10
    """Each photo is judged by a head that saw 90% of the others."""
    head_large: int = 5000
    """From this many photos on, half as many folds do: each of them says enough."""
    head_large_answers: int = 100_000
    """Or from this many photos times labels: 100 labels and 2,000 photos took three minutes in ten
    folds (0220)."""

    # Fine-tuning.
    book_epochs: int = 4
    book_batch: int = 32
    """Twice the steps of the book's 64, which makes five steps an epoch of 300 photos."""
    book_rate: float = 1e-4
    """Highest learning rate of the head."""
    book_spread: float = 10.0
    """The body's last stages learn this much slower than the head."""
    book_min_scale: float = 0.5
    """Least share of a photo's area in a training crop: a bear's ear says little."""
    book_tuned: float = 0.3
    """Share of the body's parameters that learn, counted from its end: the last block and the last
    convolution. The graph runs these twice, tuned and pretrained, for 0.9 ms; with 0.7 it is 2.2 ms
    and on bears nothing is gained."""
    book_kept: float = 0.5
    """Weight of the pretrained weights in the average with the tuned ones (WiSE-FT, Wortsman et
    al. 2022): a little less good on the photos at hand, better on those of others."""
    book_least_valid: int = 20
    """Photos to calibrate with. Where the valid split has fewer, a fifth of all is held back."""

    # auto: when fine-tuning is worth trying beside the head.
    auto_photos: int = 2000
    """With fewer, a frozen body wins (0034), and the time is better spent otherwise."""
    auto_budget_s: float = 1800.0
    """Fine-tuning that would take longer is not begun; 35 ms a photo and epoch are reckoned."""

    # Calibration.
    sure_error: float = 0.005
    """Of answers given as sure, this share may be wrong on photos held out. One in a hundred is
    what people forgive; photos from elsewhere err about twice as often, so half is aimed at."""
    sure_enough: float = 0.80
    """Beyond this probability not `sure_error` is asked but `sure_error_most`: where one label in a
    hundred of the dataset is itself wrong, the former would call a tenth of good answers unsure
    (0052)."""
    sure_error_most: float = 0.02
    """A model that errs more than this at every threshold is hardly ever sure."""
    sure_prior: float = 200.0
    """The share of wrong answers above a threshold is counted, and counting needs photos: it is
    pulled towards what the calibrated probabilities promise, as if that had been seen on this many.
    With 100 photos the promise decides, with 4,000 the count (0113)."""
    conformal_alphas: tuple[float, ...] = (0.01, 0.02, 0.05)
    """Shares of photos whose true label the conformal set may miss; the first that keeps the sets
    small wins. At 5% a model that is right on 97% always names one label, which says nothing."""
    conformal_size: float = 1.08
    """Mean number of labels in a set, on the photos calibrated with."""
    outside: OutsideKnobs = field(default_factory=OutsideKnobs)

    # Export and report.
    parity_photos: int = 16
    """Photos on which what was learned, graph and classifier are compared: a mistake in preparation
    or export shows in the first ten, and a fastai learner takes longer for each than all the
    rest."""
    golden_per_label: int = 2
    top_losses: int = 12

    @property
    def preparation(self) -> Preparation:
        """How photos become squares."""
        short_side_px, crop_px = SIZES_PX.get(self.arch, SIZES_PX[DEFAULT_ARCH])
        return Preparation(
            self.short_side_px or short_side_px, self.crop_px or crop_px, self.resize
        )
