"""python -m benchmarks.flood [--seconds S]: forged requests to the bot's port, as many as it takes.

Starts the local Bot API and the bot. For each kind: 16 connections send it without a pause, 20 at a
time, for S seconds; then the bot must answer a photo. Prints an object a line: requests a second,
requests a second of CPU of the bot and of the generator (they share the cores with whatever else
runs), the most memory, and bytes of log a minute.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.hostile import memory_mb
from bot.connection.webhook import PATH
from tests.bot.running import Person
from tests.conftest import draw_photo, free_port
from tests.system.processes import Program, local_api, on_telegram

_CONNECTIONS = 16
_AT_ONCE = 20
_FORM = b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n"


def _request(line: str, *headers: bytes, host: bytes = b"127.0.0.1", body: bytes = b"") -> bytes:
    head = line.encode() + b" HTTP/1.1\r\nHost: " + host + b"\r\n"
    return head + b"".join(headers) + b"\r\n" + body


KINDS = {
    "a forged link": _request("GET /review/enter?key=" + "a" * 80),
    "a forged form": _request("POST /review/verdicts", _FORM, body=b"label=abc"),
    "a forged session": _request("GET /review/queue", b"Cookie: session=" + b"a" * 64 + b"\r\n"),
    "an invalid origin": _request(
        "POST /review/enter", b"Origin: http://[\r\n", _FORM, body=b"key=abcde"
    ),
    "an invalid host": _request("GET /review/", host=b"["),
    "an id of 5000 digits": _request("GET /review/photos/" + "9" * 5000),
    "a forged delivery": _request(
        f"POST {PATH}", b"X-Telegram-Bot-Api-Secret-Token: abc\r\n", _FORM, body=b'{"a": 12}'
    ),
    "forged data of Telegram": _request(
        "POST /review/telegram",
        b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 103\r\n",
        body=b"data=auth_date%3D1%26user%3D1%26hash%3D" + b"a" * 64,
    ),
    "no request": b"\x16\x03\x01" + b"\xff" * 200 + b"\r\n\r\n",
    "a head without an end": b"GET / HTTP/1.1\r\nA: " + b"a" * 32768,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.flood", description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0, help="time for each kind")
    parser.add_argument("--only", metavar="KIND,…", default=",".join(KINDS))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        api, telegram = local_api(Path(folder))
        with api, telegram:
            api.until_ready()
            port = free_port()
            address = f"http://127.0.0.1:{port}"
            settings = on_telegram(telegram, Path(folder))
            settings |= {"WEB_PORT": str(port), "WEBHOOK_URL": address}
            with Program("bot", folder=Path(folder), settings=settings) as bot:
                bot.until_ready()
                person = Person(telegram, 101)
                for kind in options.only.split(","):
                    log_before = len(bot.output)
                    began_s, before_s, own_s = time.monotonic(), _cpu_s(bot), time.process_time()
                    answered = asyncio.run(_flood(port, KINDS[kind], options.seconds))
                    took_s, used_s = time.monotonic() - began_s, _cpu_s(bot) - before_s
                    own_s = time.process_time() - own_s
                    person.seen = person.show(draw_photo(seed=answered))["message_id"]
                    person.hear(wait_s=30)
                    told = {
                        "kind": kind,
                        "requests_a_second": round(answered / took_s),
                        "a_second_of_the_bots_cpu": round(answered / max(used_s, 0.01)),
                        "a_second_of_the_generators_cpu": round(answered / max(own_s, 0.01)),
                        "memory_mb": memory_mb(bot),
                        "log_bytes_a_minute": round((len(bot.output) - log_before) / took_s * 60),
                    }
                    print(json.dumps(told), flush=True)
    return 0


def _cpu_s(bot: Program) -> float:
    """The CPU time of the bot's process so far."""
    fields = Path(f"/proc/{bot.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _flood(port: int, request: bytes, seconds: float) -> int:
    """How many were answered, or ended by the server without one."""
    until_s = time.monotonic() + seconds
    return sum(await asyncio.gather(*(_send(port, request, until_s) for _ in range(_CONNECTIONS))))


async def _send(port: int, request: bytes, until_s: float) -> int:
    done = 0
    while time.monotonic() < until_s:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            continue
        try:
            while time.monotonic() < until_s:
                writer.write(request * _AT_ONCE)
                await writer.drain()
                found = 0
                while found < _AT_ONCE:
                    part = await asyncio.wait_for(reader.read(65536), 20)
                    if not part:  # the server has had enough of this connection
                        found = _AT_ONCE
                        done += 1
                        break
                    found += part.count(b"HTTP/1.1 ")
                    done += part.count(b"HTTP/1.1 ")
                if reader.at_eof():
                    break
        except ConnectionError:  # closed with something unread
            done += 1
        except (TimeoutError, asyncio.TimeoutError):
            pass  # nothing came of it
        writer.close()
    return done


if __name__ == "__main__":
    sys.exit(main())
