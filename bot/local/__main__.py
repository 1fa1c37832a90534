"""`python -m bot.local`: the local Bot API and chat page alone, for any bot."""

from __future__ import annotations

import contextlib
import errno
import socket
import sys

from bear_detector.parsing import command_parser
from bot.local.app import create_app
from bot.local.server import ChatServer
from bot.local.world.people import TOKEN


def main(argv: list[str] | None = None) -> int:
    """Serve until interrupted; the exit status."""
    parser = command_parser(
        "bot.local",
        "Run the local Bot API and its chat page alone, for any bot.",
        ("--port 8081", "--token 123456:ABC-DEF # let in this bot alone"),
    )
    parser.add_argument("--port", type=int, default=8080, help="0 picks a free one (default: 8080)")
    parser.add_argument("--host", default="127.0.0.1", help="default: this machine only")
    parser.add_argument(
        "--token", help="the only bot token let in (default: any that is well formed)"
    )
    arguments = parser.parse_args(argv)
    if arguments.token is not None and not TOKEN.fullmatch(arguments.token):
        parser.error("--token must look like 123456:ABC-DEF")
    try:
        listener = socket.create_server((arguments.host, arguments.port))
        # asyncio sees to it only for sockets that name their protocol; connections inherit it.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except (OSError, OverflowError) as exc:
        taken = getattr(exc, "errno", None) == errno.EADDRINUSE
        why = "it is taken by another program; choose another with --port" if taken else exc
        print(f"Cannot listen on {arguments.host}:{arguments.port}: {why}.", file=sys.stderr)
        return 1
    host, port = listener.getsockname()[:2]
    app = create_app(token=arguments.token, allowed_hosts=[host])
    print(f"Ready: chat page and Bot API on http://{host}:{port}", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        ChatServer(app).run(sockets=[listener])
    return 0


if __name__ == "__main__":
    sys.exit(main())
