"""What is trained has its labels in the order that was decided once."""

from __future__ import annotations

from pathlib import Path

from dataset.examples.label_order import label_order
from models.inference.classifier import Classifier
from tests.training.drawn import Studio, draw
from tests.training.retrain.quickly import in_seconds
from training.settings.labels import labels_in, place_labels
from training.train.candidate import train
from training.train.knobs import Knobs

FILE = """
[labels.stripes]
names = { en = "Stripes" }
[labels.checks]
"""


def test_a_file_of_labels_is_read_in_its_order(tmp_path: Path) -> None:
    """And the one that ships has the order of the model that ships."""
    (tmp_path / "labels.toml").write_text(FILE)
    assert labels_in(tmp_path / "labels.toml") == ["stripes", "checks"]
    assert labels_in() == ["grizzly", "black", "teddy"]


def test_a_bundle_has_the_order_of_the_file_and_keeps_it(tmp_path: Path) -> None:
    """The file's labels first, then as they came; a later file changes nothing."""
    made = Studio(tmp_path)
    made.draw_in({"rings": 8, "checks": 8, "stripes": 8})
    file = tmp_path / "labels.toml"
    file.write_text(FILE)
    settings = made.settings.model_copy(update={"labels_file": file})
    with in_seconds(), made.database() as database:
        bundle = train(settings, Knobs(recipe="head"), database, out=tmp_path / "bundle").bundle
        assert bundle.manifest.labels == ("stripes", "checks", "rings")
        answers = Classifier(bundle).classify(draw("rings", 70))
        assert list(answers.probabilities) == ["stripes", "checks", "rings"]
        assert answers.label == "rings"
        file.write_text("[labels.rings]\n[labels.checks]\n")
        place_labels(database, file)
        with database.reading() as session:
            assert label_order(session) == ("stripes", "checks", "rings")
