"""/review: admins look at photos in the chat, one after the other, and say what they show."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from sqlalchemy.orm import Session
from telegram import (
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Update,
    WebAppInfo,
)
from telegram.error import BadRequest

from bot.admin.access import admitted
from bot.admin.review_card import buttons_of, look_at, mark_of
from bot.chat.context import Context
from bot.chat.feature import Buttons, Command, Feature, Menu
from bot.speech.callback_data import Press, button, pattern, read
from bot.speech.messages import toast
from bot.speech.pictures import send_picture
from dataset.conversation.claims import claims
from dataset.errors import (
    NotFoundError,
    NothingToUndo,
    PhotoMissing,
    PhotoStoreError,
    PhotoUnreadable,
)
from dataset.examples.labels import choosable
from dataset.examples.suspending import count_set_aside
from dataset.photos.store import PhotoStore
from dataset.reviewing import queue, verdicts
from dataset.storage.schema import Photo, VerdictKind
from languages.catalogue import Words

logger = logging.getLogger(__name__)

PRESSES = pattern("rlabel", "rnone", "rreject", "rskip", "rban", "rundo", "rback")

_KINDS = {
    "rlabel": VerdictKind.LABEL,
    "rnone": VerdictKind.NONE,
    "rreject": VerdictKind.REJECT,
}


class Reviewing:
    """Shows admins photos and takes their verdicts."""

    def __init__(
        self, store: PhotoStore, review_link: Callable[[int, str], str], app_url: str | None
    ) -> None:
        """`app_url` is the address of the pages as a Mini App, where there is one."""
        self._store = store
        self._review_link = review_link
        self._app_url = app_url

    @property
    def feature(self) -> Feature:
        """What this answers to."""
        return Feature(
            commands=(Command("review", self.review, (Menu.ADMINS,)),),
            buttons=(Buttons(PRESSES, self.press),),
        )

    async def review(self, update: Update, context: Context) -> None:
        """/review: show the photo whose verdict would teach most."""
        message, person, words = await context.asked(update)
        if not await admitted(update, context, "review"):
            return
        link = self._link(context, "review-link", person.id, "", words)
        texts = [(link, _app_button(self._app_url, words))]
        aside = await context.services.records.read(count_set_aside)
        if aside:
            page = "suspicions?suspicion=set_aside"
            text = self._link(context, "review-aside", person.id, page, words, photos=aside)
            texts.append((text, None))
        for text, keys in texts:
            await context.bot.send_message(
                message.chat_id,
                text,
                # Telegram would fetch the page for its preview, before the reviewer does.
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                reply_markup=keys,
            )
        await self._show_next(context, message.chat_id, person.id, words)

    def _link(
        self,
        context: Context,
        message_id: str,
        admin: int,
        page: str,
        words: Words,
        **values: int,
    ) -> str:
        """A sentence with a link to the review pages that works once."""
        minutes = str(context.services.settings.review_link_minutes)
        link = self._review_link(admin, page)
        return words(message_id, link=link, minutes=minutes, **values)

    async def press(self, update: Update, context: Context) -> None:
        """A verdict, or another button under a photo to review."""
        query = update.callback_query
        assert query is not None
        pressed = read(query.data)
        if not await admitted(update, context, "review") or pressed is None:
            return
        words = await context.words(query.from_user)
        reviewer_id = query.from_user.id
        chat_id = query.message.chat.id if query.message else reviewer_id
        if pressed.verb in ("rundo", "rback"):
            await self._undo(context, query, pressed, chat_id, words)
        elif pressed.verb == "rban":
            await _ban(context, query, pressed, words)
        elif pressed.verb == "rskip":
            await self._skip(context, query, pressed.id, chat_id, words)
        else:
            await self._decide(context, query, pressed, chat_id, words)

    async def _skip(
        self, context: Context, query: CallbackQuery, photo_id: int, chat_id: int, words: Words
    ) -> None:
        reviewer_id = query.from_user.id
        there = await context.services.records.write(
            lambda session: queue.skip(session, photo_id, reviewer_id)
        )
        await toast(query, None if there else words("review-gone"))
        await _close(query, words("review-skipped"), None)
        await self._show_next(context, chat_id, reviewer_id, words)

    async def _decide(
        self, context: Context, query: CallbackQuery, pressed: Press, chat_id: int, words: Words
    ) -> None:
        reviewer_id = query.from_user.id
        known = context.services.host.manifest.labels
        labels = await context.services.records.read(lambda session: choosable(session, known))
        kind, label = _KINDS[pressed.verb], None
        if kind is VerdictKind.LABEL:
            index = pressed.index
            if pressed.mark != mark_of(*labels) or index is None or index >= len(labels):
                await toast(query, words("review-labels-changed"))
                await self._show(context, chat_id, reviewer_id, pressed.id, words)
                return
            label = labels[index]

        def decide(session: Session) -> int | None:
            photo = session.get(Photo, pressed.id)
            waits = photo is not None and photo.decided_at is None
            if not waits or not queue.lease(session, pressed.id, reviewer_id):
                return None
            try:
                return verdicts.decide(
                    session, pressed.id, reviewer_id, kind, label=label, via="chat"
                ).id
            except NotFoundError:
                return None

        if (verdict_id := await context.services.records.write(decide)) is None:
            await toast(query, words("review-gone"))
            return
        await toast(query)
        what = label or words("what-none" if kind is VerdictKind.NONE else "what-unusable")
        undo = InlineKeyboardMarkup([[button(words("button-undo"), verdict_id, "rback")]])
        await _close(query, words("review-decided", what=what), undo)
        await self._show_next(context, chat_id, reviewer_id, words)

    async def _undo(
        self, context: Context, query: CallbackQuery, pressed: Press, chat_id: int, words: Words
    ) -> None:
        reviewer_id = query.from_user.id
        # Under a photo that waits stood an Undo once; pressed there, it means that photo, too.
        one = (pressed.id, None) if pressed.verb == "rback" else (None, pressed.id)

        def undo(session: Session) -> int | None:
            try:
                return verdicts.undo_last(session, reviewer_id, one[0], photo_id=one[1]).photo_id
            except NothingToUndo:
                return None

        if (photo_id := await context.services.records.write(undo)) is None:
            await toast(query, words("review-nothing-to-undo"))
            return
        await toast(query, words("review-undone"))
        await self._show(context, chat_id, reviewer_id, photo_id, words)

    async def _show_next(
        self, context: Context, chat_id: int, reviewer_id: int, words: Words
    ) -> None:
        """Send the next photo that can be read, or say that none waits."""

        def lease_next(session: Session) -> int | None:
            photo = queue.next_photo(session, reviewer_id)
            return None if photo is None else photo.id

        while (photo_id := await context.services.records.write(lease_next)) is not None:
            if await self._show(context, chat_id, reviewer_id, photo_id, words):
                return
            left_out = photo_id
            await context.services.records.write(
                lambda session: queue.skip(session, left_out, reviewer_id)  # noqa: B023 - awaited here
            )
        await context.bot.send_message(chat_id, words("review-empty"))

    async def _show(
        self, context: Context, chat_id: int, reviewer_id: int, photo_id: int, words: Words
    ) -> bool:
        """Send one photo with what is known of it and the buttons, or say that none can be had now;
        False when it is this one that cannot be shown."""
        shown = await look_at(context, photo_id, words)
        if shown is None:
            return False
        try:
            data = await asyncio.to_thread(self._store.get, shown.photo.sha256)
        except (PhotoMissing, PhotoUnreadable) as exc:
            logger.error("%s", exc)
            await context.bot.send_message(chat_id, words("review-unreadable", photo=str(photo_id)))
            return False
        except PhotoStoreError as exc:
            # The others could not be read either, and must not be left out for that.
            logger.warning("%s", exc)
            await context.bot.send_message(chat_id, words("review-store-away"))
            return True
        try:
            await send_picture(
                context.bot,
                chat_id,
                data,
                caption=shown.caption,
                reply_markup=buttons_of(context, shown, words),
            )
        # Whatever is wrong with this one, it must not keep the others from being reviewed.
        except (BadRequest, OSError, SyntaxError, ValueError) as exc:
            logger.error("photo %d cannot be shown for review: %s", photo_id, exc)
            await context.bot.send_message(chat_id, words("review-unreadable", photo=str(photo_id)))
            return False
        return True


async def _ban(context: Context, query: CallbackQuery, pressed: Press, words: Words) -> None:
    """Ban the claims of one person who made one on this photo."""
    shown = await look_at(context, pressed.id, words)
    marked = {mark_of(str(user_id)): user_id for user_id, _ in shown.claimants} if shown else {}
    user_id = marked.get(pressed.mark or "")
    if user_id is None:
        await toast(query, words("review-nobody-to-ban"))
        return
    await context.services.records.write(
        lambda session: claims.ban_claims(
            session,
            user_id,
            banned_by=query.from_user.id,
            quorum=context.services.settings.claim_quorum,
        )
    )
    await toast(query, words("review-banned"))


def _app_button(app_url: str | None, words: Words) -> InlineKeyboardMarkup | None:
    """Opens the pages inside Telegram."""
    if app_url is None:
        return None
    key = InlineKeyboardButton(words("button-open-review"), web_app=WebAppInfo(app_url))
    return InlineKeyboardMarkup([[key]])


async def _close(query: CallbackQuery, outcome: str, buttons: InlineKeyboardMarkup | None) -> None:
    """Write the outcome under a photo that was dealt with."""
    caption = getattr(query.message, "caption", None)
    try:
        if caption is None:  # Telegram says nothing of messages that are too old
            await query.edit_message_reply_markup(buttons)
            return
        await query.edit_message_caption(f"{caption}\n{outcome}", reply_markup=buttons)
    except BadRequest as exc:
        # The message may be gone, or a second press came; the verdict stands either way.
        logger.info("a reviewed photo's caption stays as it is: %s", exc)
