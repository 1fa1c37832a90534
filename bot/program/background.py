"""What a bot that has started does beside answering, until one of these tasks ends."""

from __future__ import annotations

from bot.connection.receiver import Receiver
from bot.program.application import Built
from bot.program.clock.schedule import Clock
from bot.program.clock.thanks import thank_who_was_right
from bot.program.tasks import Tasks
from bot.speech.admin_alerts import tell_admins
from bot.speech.command_menu import set_menus


def watch_over(built: Built, receiver: Receiver, tasks: Tasks) -> None:
    """Start the background tasks; when one of them ends, the process ends."""
    services, timing = built.services, built.parts.timing
    tasks.begin(services.inbox.hold_on())
    tasks.begin(services.keeper.run())
    tasks.begin(built.parts.eraser.run())
    clock = Clock(built.application, built.clock_services, watch_every_s=timing.watch_every_s)
    tasks.begin(clock.run())
    tasks.begin(built.clock_services.leader.run(on_taken=clock.nudge))
    tasks.begin(receiver.watch())
    tasks.begin(services.host.until_hopeless())
    tasks.begin(
        services.host.follow(
            every_s=built.parts.settings.reload_every_s,
            on_swap=lambda version: _after_swap(built, tasks),
            on_refusal=lambda version, reason: tell(
                built, "alert-refused", version=version, reason=reason
            ),
            on_trouble=lambda reason: tell(built, "alert-unknown", reason=reason),
        )
    )
    tasks.begin_aside(
        set_menus(
            built.application.bot,
            built.menus,
            services.people.languages,
            built.parts.admins,
            after_s=timing.menus_after_s,
        )
    )
    if services.host.fallback_reason:
        reason = services.host.fallback_reason
        tasks.begin_aside(tell(built, "alert-fallback", reason=reason))


async def tell(built: Built, message_id: str, **values: str) -> None:
    """Send every admin a message, with the model that answers."""
    values["running"] = built.services.host.version
    people = built.services.people
    await tell_admins(built.application.bot, people, built.parts.admins, message_id, **values)


async def _after_swap(built: Built, tasks: Tasks) -> None:
    services = built.services
    services.metrics.swaps.inc()
    tasks.begin_aside(
        thank_who_was_right(
            bot=built.application.bot,
            host=services.host,
            records=services.records,
            store=built.parts.store,
            languages=services.people.languages,
        )
    )
