"""The bot about itself: /start, /help, /labels, /language, /thanks."""

from __future__ import annotations

from telegram import InlineKeyboardMarkup, Update

from bot.chat.context import Context
from bot.chat.feature import Buttons, Command, Feature, Menu
from bot.speech.addressing import is_private, sender_of
from bot.speech.callback_data import button, pattern, read
from bot.speech.messages import edit_text, reply, toast
from bot.speech.wording import name_of
from dataset.conversation import people as stored_people
from languages.catalogue import LANGUAGES, Words, capitalised

LANGUAGE_PRESSES = pattern("language")


async def start(update: Update, context: Context) -> None:
    """/start: what this is, and how one asks here, in two sentences."""
    message = update.message
    assert message is not None
    words = await context.words(sender_of(message))
    manifest = context.services.host.manifest
    names = [name_of(label, manifest, words) for label in manifest.labels]
    message_id = "start" if is_private(message) else "start-group"
    await reply(context.bot, message, words(message_id, labels=words.any_of(names)))


async def help_(update: Update, context: Context) -> None:
    """/help: everything one can do."""
    message = update.message
    assert message is not None
    words = await context.words(sender_of(message))
    how = words("help-how" if is_private(message) else "help-how-group")
    parts = [how, words("help", label=context.services.host.manifest.labels[0])]
    if context.is_admin(sender_of(message)):
        parts.append(words("help-admin"))
    await reply(context.bot, message, "\n\n".join(parts))


async def labels(update: Update, context: Context) -> None:
    """/labels: the labels, and the model that knows them."""
    message = update.message
    assert message is not None
    words = await context.words(sender_of(message))
    manifest = context.services.host.manifest
    lines = [
        words("label-line", name=capitalised(name_of(label, manifest, words)), label=label)
        for label in manifest.labels
    ]
    model = words("labels-model", version=manifest.version)
    await reply(context.bot, message, "\n".join([words("labels"), *lines, "", model]))


async def language(update: Update, context: Context) -> None:
    """/language [CODE]: choose a language, by argument or by button."""
    message, person, words = await context.asked(update)
    wanted = context.args[0].lower() if context.args else None
    if wanted in LANGUAGES:
        words = await _choose(context, person.id, wanted)
        await reply(context.bot, message, words("language-set"))
        return
    text = words("language-unknown" if wanted else "language-choose")
    rows = [
        [button(name, person.id, "language", place)]
        for place, name in enumerate(LANGUAGES.values())
    ]
    await reply(context.bot, message, text, InlineKeyboardMarkup(rows))


async def press_language(update: Update, context: Context) -> None:
    """A language's button: for the person who asked for them."""
    query = update.callback_query
    assert query is not None
    pressed = read(query.data)
    codes = list(LANGUAGES)
    if pressed is None or pressed.index is None or pressed.index >= len(codes):
        await toast(query, (await context.words(query.from_user))("old-button"))
        return
    if pressed.id != query.from_user.id:
        await toast(query, (await context.words(query.from_user))("not-your-button"))
        return
    await toast(query)
    words = await _choose(context, query.from_user.id, codes[pressed.index])
    await edit_text(query, words("language-set"))


async def thanks(update: Update, context: Context) -> None:
    """/thanks on|off: news that a correction has worked; alone, it shows the choice."""
    message, person, words = await context.asked(update)
    wish = context.args[0].lower() if context.args else None
    if wish in ("on", "off"):
        await context.services.records.write(
            lambda session: stored_people.set_thanks(session, person.id, wish == "on")
        )
        wanted = wish == "on"
    else:
        wanted = await context.services.records.write(
            lambda session: stored_people.person(session, person.id).thanks
        )
    await reply(context.bot, message, words("thanks-on" if wanted else "thanks-off"))


async def _choose(context: Context, user_id: int, code: str) -> Words:
    await context.services.people.choose(user_id, code)
    return await context.services.people.words_of(user_id)


INTRODUCTION = Feature(
    commands=(
        Command("start", start, by_anybody=True),
        Command("help", help_, (Menu.PRIVATE, Menu.GROUPS), by_anybody=True),
        Command("labels", labels, (Menu.PRIVATE, Menu.GROUPS), by_anybody=True),
    )
)
CHOICES = Feature(
    commands=(Command("language", language), Command("thanks", thanks)),
    buttons=(Buttons(LANGUAGE_PRESSES, press_language),),
)
