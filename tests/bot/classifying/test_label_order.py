"""Labels keep their place in chat and pages, whatever the order of the model that answers."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from dataset.examples.examples import NewExample, add_example
from dataset.photos.store import NewPhoto, PhotoStore, keep_photo
from models.bundles.bundle import GOLDEN, STARTER, Bundle, write_bundle
from models.registry.local import Registry
from tests.bot.classifying.test_reload import wait_for_model
from tests.bot.running import RunningBot
from tests.conftest import draw_photo

PLACES = [("1", "grizzly", "0"), ("2", "black", "1"), ("3", "teddy", "2")]


def publish_sorted(models_dir: Path, folder: Path) -> None:
    """Publish a bundle whose labels stand by name, as trainings wrote them before."""
    starter = Bundle.open(STARTER)
    labels = tuple(sorted(starter.manifest.labels))
    renamed = dict(zip(starter.manifest.labels, labels, strict=True))
    manifest = replace(starter.manifest, version="better-sorted", labels=labels)
    files: dict[str, bytes | Path] = {name: starter.path / name for name in manifest.files}
    golden = json.loads((starter.path / GOLDEN).read_text())
    golden["photos"] = {
        name: {renamed[label]: share for label, share in shares.items()}
        for name, shares in golden["photos"].items()
    }
    files[GOLDEN] = json.dumps(golden).encode()
    written = write_bundle(folder / "better-sorted", manifest, files)
    Registry(models_dir).publish(written.path)


def on_the_pages(bot: RunningBot) -> list[tuple[str, str, str]]:
    """The digit, the name and the colour of each label in the toolbar over the dataset."""
    link = urlsplit(bot.admin.ask("/review").rpartition(" ")[2])
    with httpx.Client(base_url=bot.url, follow_redirects=True) as http:
        http.get(f"{link.path}?{link.query}").raise_for_status()
        entered = http.post("/review/enter", data={"key": link.query.removeprefix("key=")})
        text = entered.text and http.get("/review/dataset").raise_for_status().text
    found = re.findall(
        r'class="label hue-(\d)" data-act="label" data-label="(\w+)"[^>]*data-digit="(\d?)"', text
    )
    return [(digit, label, hue) for hue, label, digit in found]


def add_one_example(bot: RunningBot) -> None:
    """A photo in the dataset: over an empty grid there is no toolbar."""
    data = draw_photo(seed=1)
    with bot.database.session() as session:
        photo = keep_photo(
            session,
            PhotoStore(bot.settings.photos_dir),
            data,
            NewPhoto(dhash=1, width=640, height=480, source="drawn"),
        )
        add_example(session, photo, NewExample(label="teddy", origin="add", salt="salt"))


def in_the_chat(bot: RunningBot) -> list[str]:
    """The labels as /labels lists them."""
    said = bot.admin.ask("/labels").split("\n")
    return [line for line in said if re.search(r"grizzly|black|teddy", line, re.IGNORECASE)]


def test_a_model_that_answers_in_another_order_moves_no_label(tmp_path: Path) -> None:
    """Keys and colours on the pages and the lists in the chat stay, also after a restart."""
    with RunningBot(tmp_path) as bot:
        add_one_example(bot)
        pages, chat = on_the_pages(bot), in_the_chat(bot)
        assert pages == PLACES
        publish_sorted(bot.settings.models_dir, tmp_path)
        wait_for_model(bot.person(), "better-sorted")
        assert (pages, chat) == (on_the_pages(bot), in_the_chat(bot))
    with RunningBot(tmp_path) as again:
        assert (pages, chat) == (on_the_pages(again), in_the_chat(again))


def test_where_a_sorted_model_answers_first_the_file_s_order_holds(tmp_path: Path) -> None:
    """After an upgrade, the first model that is met was made before the order was decided."""
    publish_sorted(tmp_path / "published", tmp_path)
    with RunningBot(tmp_path) as bot:
        add_one_example(bot)
        assert on_the_pages(bot) == PLACES
