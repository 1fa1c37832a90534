"""The methods about the bot itself and about chats."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.local.arguments import Arguments
from bot.local.errors import BadRequest
from bot.local.world.world import World


def get_me(world: World, arguments: Arguments) -> dict[str, object]:
    return world.identity.as_user() | {
        "can_join_groups": True,
        "can_read_all_group_messages": not world.privacy_mode,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
        "supports_guest_queries": False,
    }


def get_chat(world: World, arguments: Arguments) -> dict[str, object]:
    return world.people.find(arguments.text("chat_id") or "") | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": False,
            "limited_gifts": False,
            "unique_gifts": False,
            "premium_subscription": False,
            "gifts_from_channels": False,
        },
    }


def get_chat_member(world: World, arguments: Arguments) -> dict[str, object]:
    """getChatMember: the admin owns every group, everybody else is a member."""
    chat: Any = world.people.find(arguments.text("chat_id") or "")
    user_id = arguments.integer("user_id") or 0
    if user_id == world.identity.id:
        return {"status": "member", "user": world.identity.as_user()}
    if not world.people.knows(user_id):
        raise BadRequest("PARTICIPANT_ID_INVALID")
    user = world.people.person(user_id).as_user()
    if user_id == world.admin_id and chat["id"] < 0:
        return {"status": "creator", "user": user, "is_anonymous": False}
    return {"status": "member", "user": user}


def done(world: World, arguments: Arguments) -> bool:
    """logOut and close: there is nothing to leave here."""
    return True


def _setter(field: str, limit: int) -> Callable[[World, Arguments], bool]:
    def set_text(world: World, arguments: Arguments) -> bool:
        text = arguments.text(field) or ""
        if len(text) > limit:
            raise BadRequest(f"{field.replace('_', ' ')} is too long")
        world.identity.descriptions[field, arguments.text("language_code") or ""] = text
        return True

    return set_text


def _getter(field: str) -> Callable[[World, Arguments], dict[str, object]]:
    def get_text(world: World, arguments: Arguments) -> dict[str, object]:
        texts = world.identity.descriptions
        general = texts.get((field, ""), world.identity.name if field == "name" else "")
        return {field: texts.get((field, arguments.text("language_code") or ""), general)}

    return get_text


METHODS = {
    "getMe": get_me,
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "logOut": done,
    "close": done,
    "setMyName": _setter("name", 64),
    "getMyName": _getter("name"),
    "setMyDescription": _setter("description", 512),
    "getMyDescription": _getter("description"),
    "setMyShortDescription": _setter("short_description", 120),
    "getMyShortDescription": _getter("short_description"),
}
