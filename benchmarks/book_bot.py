"""The bot that chapter 2 of the fastai book leads to: what an afternoon's work would be.

    python -m benchmarks.book_bot --make-learner export.pkl
    python -m benchmarks.book_bot export.pkl http://127.0.0.1:8081 TOKEN

A handler downloads the photo and calls `learn.predict` of an exported ResNet18, as in the book. It
is complete and honest: it answers every photo, and nothing in it is slower than the book has it.
The weights do not matter to its speed; where the pretrained ones cannot be fetched they are random.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from fastai.vision.all import (
    CategoryBlock,
    DataBlock,
    ImageBlock,
    PILImage,
    RandomResizedCrop,
    RandomSplitter,
    aug_transforms,
    get_image_files,
    load_learner,
    parent_label,
    resnet18,
    vision_learner,
)
from PIL import Image
from telegram import Update
from telegram.ext import ApplicationBuilder, ContextTypes, MessageHandler, filters

_PATIENCE_S = 120.0
LABELS = ("black", "grizzly", "teddy")


def make_learner(target: Path) -> None:
    """Export a learner built as the book builds it, on a few drawn pictures."""
    with tempfile.TemporaryDirectory() as folder:
        for place, label in enumerate(LABELS):
            for number in range(4):
                path = Path(folder) / label / f"{number}.jpg"
                path.parent.mkdir(exist_ok=True)
                Image.new("RGB", (320, 240), (80 * place, 20 * number, 90)).save(path)
        bears = DataBlock(
            blocks=(ImageBlock, CategoryBlock),
            get_items=get_image_files,
            splitter=RandomSplitter(valid_pct=0.2, seed=42),
            get_y=parent_label,
            item_tfms=RandomResizedCrop(224, min_scale=0.5),
            batch_tfms=aug_transforms(),
        )
        dls = bears.dataloaders(Path(folder), bs=4, num_workers=0)
        learn = vision_learner(dls, resnet18, pretrained=False)
        learn.export(target.absolute())


def serve(learner: Path, api_url: str, token: str) -> None:
    """Answer photos until stopped."""
    learn = load_learner(learner)

    async def photo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message is not None
        file = await update.message.photo[-1].get_file()
        data = bytes(await file.download_as_bytearray())
        with learn.no_bar(), learn.no_logging():
            label, index, probabilities = learn.predict(PILImage.create(data))
        await update.message.reply_text(
            f"Prediction: {label}; Probability: {probabilities[index]:.04f}"
        )

    application = (
        ApplicationBuilder()
        .token(token)
        .base_url(f"{api_url}/bot")
        .base_file_url(f"{api_url}/file/bot")
        # `learn.predict` blocks the event loop; with the default 5 s photos would be lost.
        .connect_timeout(_PATIENCE_S)
        .read_timeout(_PATIENCE_S)
        .pool_timeout(_PATIENCE_S)
        .build()
    )
    application.add_handler(MessageHandler(filters.PHOTO, photo))
    application.run_polling()


def main() -> None:
    """Make the learner, or run the bot."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--make-learner", metavar="FILE", type=Path)
    parser.add_argument("learner", nargs="?", type=Path)
    parser.add_argument("api_url", nargs="?")
    parser.add_argument("token", nargs="?")
    options = parser.parse_args()
    if options.make_learner is not None:
        make_learner(options.make_learner)
    else:
        serve(options.learner, options.api_url, options.token)


if __name__ == "__main__":
    main()
