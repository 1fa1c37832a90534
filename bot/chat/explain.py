"""/why and the button "Why?": what spoke for an answer, as a heat map over the photo.

The photo is fetched from Telegram once more and forgotten again. For an answer "none of what I
know" the nearest things are named that the model does know.
"""

from __future__ import annotations

from telegram import InlineKeyboardMarkup, Message, Update

from bot.chat.context import Context
from bot.chat.corrections.buttons import pressed_prediction
from bot.chat.corrections.meaning import meant_by, numbered, why_not_meant
from bot.chat.feature import Buttons, Command, Feature, Menu
from bot.chat.photos import sentence_for
from bot.classifying.decoder import Decoder
from bot.classifying.photo_message import fetch
from bot.errors import PhotoUnavailable
from bot.speech.addressing import sender_of
from bot.speech.callback_data import button, pattern, read
from bot.speech.messages import reply, reply_to, toast
from bot.speech.pictures import send_picture
from bot.speech.wording import name_of
from dataset.storage.schema import Prediction, Verdict
from languages.catalogue import Words
from models.errors import PhotoError
from models.inference.classifier import Classifier, Likeness
from models.inference.heat_map import SHOWN_SIDE_PX

PRESSES = pattern("why")


class Explaining:
    """Shows what spoke for an answer."""

    def __init__(self, decoder: Decoder) -> None:
        self._decoder = decoder

    @property
    def feature(self) -> Feature:
        return Feature(
            commands=(Command("why", self.why, (Menu.PRIVATE, Menu.GROUPS), by_anybody=True),),
            buttons=(Buttons(PRESSES, self.press),),
        )

    async def why(self, update: Update, context: Context) -> None:
        """/why [NUMBER], as a reply to a photo or an answer, or for the last photo."""
        message = update.message
        assert message is not None
        words = await context.words(sender_of(message))
        meant = await meant_by(context, message)
        if not meant:
            await reply(context.bot, message, words(why_not_meant(message)))
            return
        said = context.args or [""]
        chosen = numbered(meant, int(said[0])) if said[0].isdecimal() else None
        if chosen is None and len(meant) > 1:
            row = [button(str(each.album_position), each.id, "why") for each in meant]
            rows = [row[start : start + 5] for start in range(0, len(row), 5)]
            await reply(context.bot, message, words("wrong-which"), InlineKeyboardMarkup(rows))
            return
        await self._explain(context, message, chosen or meant[0], words)

    async def press(self, update: Update, context: Context) -> None:
        """The button "Why?" under an answer."""
        query = update.callback_query
        assert query is not None
        words = await context.words(query.from_user)
        prediction = await pressed_prediction(context, query, read(query.data))
        if prediction is None or not isinstance(query.message, Message):
            await toast(query, words("old-button"))
            return
        await toast(query)
        await self._explain(context, query.message, prediction, words)

    async def _explain(
        self, context: Context, message: Message, prediction: Prediction, words: Words
    ) -> None:
        """Send the photo with its heat map, as a reply to `message`."""
        host, decoder = context.services.host, self._decoder
        short_side_px = max(SHOWN_SIDE_PX, host.manifest.preparation.short_side_px)
        try:
            # Whether it came as a photo or as a file is unknown here.
            person = prediction.user_id
            async with decoder.place(trusted=False, person=person), host.place():
                file = await fetch(context.bot, prediction.file_id)
                safe = await decoder.pixels(file, short_side_px=short_side_px, person=person)
                data = safe.data
                label, likeness, picture = await host.run(
                    lambda classifier: _look(classifier, data, prediction.label)
                )
        except PhotoUnavailable as exc:
            await reply(context.bot, message, sentence_for(exc.message_id, words))
            return
        except PhotoError as exc:
            await reply(context.bot, message, sentence_for(f"photo-{exc.code}", words))
            return
        await send_picture(
            context.bot,
            message.chat_id,
            picture,
            caption=_caption(context, prediction, label, likeness, words),
            **reply_to(message),
        )


def _look(classifier: Classifier, data: bytes, label: str) -> tuple[str, Likeness, bytes]:
    likeness = classifier.nearest_known(data)
    if label not in classifier.labels:  # another model has taken over since
        label = likeness.labels[0]
    return label, likeness, classifier.explain(data, label)


def _caption(
    context: Context, prediction: Prediction, label: str, likeness: Likeness, words: Words
) -> str:
    manifest = context.services.host.manifest
    name = name_of(label, manifest, words)
    if prediction.verdict is Verdict.OUTSIDE:
        things = ", ".join(
            words("why-thing", name=words.thing(thing), percent=words.percent(share))
            for thing, share in likeness.things
        )
        lines = [words("why-outside", things=things), words("why-outside-label", name=name)]
    else:
        lines = [words("why-label", name=name)]
    if prediction.model_version != manifest.version:
        lines.append(words("why-newer"))
    return "\n".join(lines)
