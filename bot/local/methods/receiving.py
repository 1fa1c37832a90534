"""The methods with which the bot receives: updates and files."""

from __future__ import annotations

from typing import Any

from bot.local.arguments import Arguments
from bot.local.errors import BadRequest, Conflict
from bot.local.world.files import MAX_GET_FILE_BYTES
from bot.local.world.updates import MAX_LIMIT, MAX_TIMEOUT_S
from bot.local.world.world import World


class RawJson(str):
    """A result that is JSON already."""

    __slots__ = ()


def _allowed(arguments: Arguments) -> list[str] | None:
    kinds = arguments.structure("allowed_updates")
    if kinds is None:
        return None
    if not isinstance(kinds, list):
        raise BadRequest("can't parse allowed_updates: expected an Array of String")
    return [str(kind) for kind in kinds]


async def get_updates(world: World, arguments: Arguments) -> RawJson:
    queue = world.updates
    if world.webhook.url:
        raise Conflict(
            "can't use getUpdates method while webhook is active; "
            "use deleteWebhook to delete the webhook first"
        )
    queue.allow(_allowed(arguments))
    offset = arguments.integer("offset")
    if offset:
        queue.acknowledge(offset)
    limit = arguments.integer("limit") or MAX_LIMIT
    timeout_s = min(max(arguments.integer("timeout") or 0, 0), MAX_TIMEOUT_S)
    batch = await queue.poll(limit=min(max(limit, 1), MAX_LIMIT), timeout_s=timeout_s)
    return RawJson("[" + ",".join(update.json for update in batch) + "]")


async def get_file(world: World, arguments: Arguments) -> dict[str, object]:
    file_id = arguments.text("file_id")
    if not file_id:
        raise BadRequest("file_id not specified")
    located = await world.files.locate(file_id)
    if located.size > MAX_GET_FILE_BYTES:
        raise BadRequest("file is too big")
    return {
        "file_id": file_id,
        "file_unique_id": located.unique_id,
        "file_size": located.size,
        "file_path": located.file_path,
    }


def set_webhook(world: World, arguments: Arguments) -> bool:
    kinds = _allowed(arguments)
    world.webhook.set(
        arguments.text("url") or "",
        secret_token=arguments.text("secret_token") or "",
        max_connections=arguments.integer("max_connections") or 40,
    )
    world.updates.allow(kinds)
    if arguments.flag("drop_pending_updates"):
        world.updates.drop_all()
    world.updates.end_poll("terminated by setWebhook request")
    return True


def delete_webhook(world: World, arguments: Arguments) -> bool:
    world.webhook.set("")
    if arguments.flag("drop_pending_updates"):
        world.updates.drop_all()
    return True


def get_webhook_info(world: World, arguments: Arguments) -> dict[str, Any]:
    info: dict[str, Any] = {
        "url": world.webhook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates),
    }
    if world.updates.allowed:
        info["allowed_updates"] = world.updates.allowed
    return info | world.webhook.trouble()


METHODS = {
    "getUpdates": get_updates,
    "getFile": get_file,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
}
