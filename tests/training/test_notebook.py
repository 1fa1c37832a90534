"""notebooks/from_the_book.ipynb, from its first cell to its last."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from models.bundles.bundle import Bundle
from models.inference.classifier import Classifier
from tests.conftest import REPOSITORY
from tests.training.drawn import draw

pytestmark = pytest.mark.long

NOTEBOOK = REPOSITORY / "notebooks" / "from_the_book.ipynb"


@pytest.fixture
def notebook() -> nbformat.NotebookNode:
    return nbformat.read(NOTEBOOK, as_version=4)  # type: ignore[no-untyped-call]


def test_it_is_short_and_holds_no_output(notebook: nbformat.NotebookNode) -> None:
    """At most 25 cells, as they are before they are run."""
    assert len(notebook.cells) <= 25
    assert all(not cell.get("outputs") for cell in notebook.cells)


def test_it_leads_to_a_bundle_that_is_published(
    notebook: nbformat.NotebookNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Trained on drawn pictures as in the book, imported, looked at, asked, published."""
    for kind in ("rings", "stripes"):
        (tmp_path / "drawn" / kind).mkdir(parents=True)
        for number in range(16):
            (tmp_path / "drawn" / kind / f"{number}.jpg").write_bytes(draw(kind, number))
    monkeypatch.setenv("PHOTOS", "drawn")
    monkeypatch.setenv("PRETRAINED", "0")
    monkeypatch.setenv("EPOCHS", "1")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(REPOSITORY), *_paths()]))
    client = NotebookClient(
        notebook,
        timeout=600,
        kernel_name="python3",
        resources={"metadata": {"path": str(tmp_path)}},
    )
    client.execute()
    (published,) = (tmp_path / "models" / "published").glob("*-import")
    Classifier(Bundle.open(published)).check_golden()
    (report,) = (
        output["data"]["text/html"]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "srcdoc" in output.get("data", {}).get("text/html", "")
    )
    assert "iframe" in report


def _paths() -> list[str]:
    return [each for each in os.environ.get("PYTHONPATH", "").split(os.pathsep) if each]
