"""A server on loopback that answers as the picture services do, and misbehaves when told to.

It serves iNaturalist under /inaturalist, Openverse under /openverse, Wikimedia Commons under
/commons, a Bing-compatible endpoint under /bing, and the pictures themselves under /photos.
"""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
from PIL import Image, ImageDraw

Json = dict[str, Any]
Answer = tuple[int, dict[str, str], bytes]


def draw_scene(seed: int, *, size: tuple[int, int] = (320, 240)) -> Image.Image:
    """A picture like no other seed's, to people, hashes and networks."""
    chance = np.random.default_rng(seed)
    coarse = chance.integers(0, 256, (7, 9, 3), dtype=np.uint8)
    image = Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(image)
    for _ in range(12):
        x, y = chance.integers(0, size[0]), chance.integers(0, size[1])
        radius = int(chance.integers(8, 70))
        colour = tuple(int(part) for part in chance.integers(0, 256, 3))
        shape = draw.ellipse if chance.random() < 0.5 else draw.rectangle
        shape((int(x) - radius, int(y) - radius, int(x) + radius, int(y) + radius), fill=colour)
    return image


def as_bytes(image: Image.Image, file_format: str = "JPEG", **options: Any) -> bytes:
    """The image as a file."""
    buffer = io.BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


class SearchServer:
    """The services and their pictures. A context manager; `url` and `host` once it runs."""

    def __init__(self) -> None:
        self.observations: list[Json] = []
        self.taxa: dict[str, int] = {}
        self.openverse: list[Json] = []
        self.commons: list[Json] = []
        self.bing: list[Json] = []
        self.photos: dict[str, Callable[[], Answer]] = {}
        self.requests: list[tuple[str, dict[str, str], dict[str, str]]] = []
        """(path, parameters, headers) of every request, in order."""
        self._faults: list[list[Any]] = []
        self._lock = threading.Lock()

    def __enter__(self) -> SearchServer:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_for(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def host(self) -> str:
        """host:port, for a collector's list of trusted hosts."""
        return f"127.0.0.1:{self._server.server_port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    def fail(
        self, prefix: str, status: int, *, times: int = 1, body: bytes = b"", **headers: str
    ) -> None:
        """Answer the next `times` requests under `prefix` so; `Retry_After="3"` is a header."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._faults.append([prefix, times, (status, named, body)])

    def paths(self, prefix: str) -> list[str]:
        """The paths asked for that begin so."""
        return [path for path, _, _ in self.requests if path.startswith(prefix)]

    def photo(self, name: str, data: bytes, *, content_type: str = "image/jpeg") -> str:
        """Serve these bytes; the address."""
        self.photos[name] = lambda: (200, {"Content-Type": content_type}, data)
        return f"{self.url}/photos/{name}"

    def redirect(self, name: str, target: str) -> str:
        """Serve a redirect; the address."""
        self.photos[name] = lambda: (302, {"Location": target}, b"")
        return f"{self.url}/photos/{name}"

    def observe(
        self, number: int, *photos: Json, user: int = 1, licence: str | None = "cc-by"
    ) -> None:
        """An iNaturalist observation with these photos (`{"id", "license_code", "url"}`)."""
        self.observations.append(
            {
                "id": number,
                "uri": f"https://www.inaturalist.org/observations/{number}",
                "license_code": licence,
                "user": {"id": user, "login": f"person{user}"},
                "taxon": {"id": 41638, "name": "Ursus americanus"},
                "photos": [
                    {"attribution": f"(c) person{user}, some rights reserved (CC BY)", **photo}
                    for photo in photos
                ],
            }
        )

    def answer(self, path: str, given: dict[str, str], headers: dict[str, str]) -> Answer:
        """What a service says to this request."""
        with self._lock:
            self.requests.append((path, given, headers))
            for fault in self._faults:
                prefix, times, answer = fault
                if times > 0 and path.startswith(prefix):
                    fault[1] -= 1
                    return answer
        if path.startswith("/photos/"):
            found = self.photos.get(path.removeprefix("/photos/"))
            return found() if found else (404, {}, b"no such file")
        routes = {
            "/inaturalist/observations": self._observations,
            "/inaturalist/taxa": self._taxa,
            "/openverse/images/": self._openverse,
            "/openverse/auth_tokens/token/": self._token,
            "/commons": self._commons,
            "/bing/v7.0/images/search": self._bing,
        }
        route = routes.get(path)
        if route is None:
            return _as_json(404, {"error": "Not Found", "status": 404})
        return _as_json(*route(given, headers))

    def _observations(self, given: dict[str, str], _headers: dict[str, str]) -> tuple[int, Json]:
        page, per_page = int(given.get("page", "1")), min(200, int(given["per_page"]))
        if page * per_page > 10_000:
            return 403, {"error": "Result window is too large", "status": 403}
        above = int(given.get("id_above", "0"))
        allowed = given["photo_license"].split(",")
        matching = [
            each
            for each in sorted(self.observations, key=lambda each: each["id"])
            if each["id"] > above
            and any(photo.get("license_code") in allowed for photo in each["photos"])
        ]
        start = (page - 1) * per_page
        return 200, {
            "total_results": len(matching),
            "page": page,
            "per_page": per_page,
            "results": matching[start : start + per_page],
        }

    def _taxa(self, given: dict[str, str], _headers: dict[str, str]) -> tuple[int, Json]:
        words = given["q"].lower()
        found = [
            {"id": number, "name": name, "rank": "species"}
            for name, number in self.taxa.items()
            if words.split()[0] in name.lower()
        ]
        return 200, {"total_results": len(found), "page": 1, "per_page": 30, "results": found}

    def _openverse(self, given: dict[str, str], headers: dict[str, str]) -> tuple[int, Json]:
        size, page = int(given["page_size"]), int(given["page"])
        signed_in = headers.get("authorization") == "Bearer token-1"
        if size > 20 and not signed_in:
            return 401, {"detail": "page_size must be between 1 & 20 for anonymous requests."}
        if page * size > 240:
            return 400, {
                "error": "InputError",
                "detail": "Invalid input given for fields. 'page' -> too deep",
                "fields": ["page"],
            }
        part = self.openverse[(page - 1) * size : page * size]
        return 200, {
            "result_count": len(self.openverse),
            "page_count": min(12, -(-len(self.openverse) // size)),
            "page_size": size,
            "page": page,
            "results": part,
        }

    def _token(self, given: dict[str, str], _headers: dict[str, str]) -> tuple[int, Json]:
        if given.get("client_secret") != "right":
            return 401, {"error": "invalid_client"}
        return 200, {"access_token": "token-1", "token_type": "Bearer", "expires_in": 36000}

    def _commons(self, given: dict[str, str], _headers: dict[str, str]) -> tuple[int, Json]:
        offset, limit = int(given["gsroffset"]), int(given["gsrlimit"])
        pages = self.commons[offset : offset + limit]
        answer: Json = {"batchcomplete": True}
        if pages:
            answer["query"] = {"pages": pages}
        if offset + limit < len(self.commons):
            answer["continue"] = {"gsroffset": offset + limit, "continue": "gsroffset||"}
        return 200, answer

    def _bing(self, given: dict[str, str], headers: dict[str, str]) -> tuple[int, Json]:
        if headers.get("ocp-apim-subscription-key") != "key-1":
            return 401, {"error": {"code": "401", "message": "Access denied: invalid key."}}
        offset, count = int(given["offset"]), int(given["count"])
        return 200, {
            "totalEstimatedMatches": len(self.bing),
            "value": self.bing[offset : offset + count],
        }


def openverse_result(name: str, url: str, **more: Any) -> Json:
    """One result as Openverse gives it."""
    return {
        "id": name,
        "title": f"Teddy {name}",
        "creator": "Ada",
        "license": "by-sa",
        "license_version": "2.0",
        "license_url": "https://creativecommons.org/licenses/by-sa/2.0/",
        "attribution": '"Teddy" by Ada is licensed under CC BY-SA 2.0.',
        "foreign_landing_url": f"https://www.flickr.com/photos/{name}",
        "url": url,
        "mature": False,
        **more,
    }


def commons_file(number: int, url: str, *, artist: str, licence: str | None) -> Json:
    """One page as Wikimedia Commons gives it."""
    about: Json = {"Artist": {"value": artist, "source": "commons-desc-page"}}
    if licence is not None:
        about["LicenseShortName"] = {"value": licence}
        about["LicenseUrl"] = {"value": "https://creativecommons.org/licenses/by-sa/4.0"}
    return {
        "pageid": number,
        "ns": 6,
        "title": f"File:Teddy {number}.jpg",
        "index": number,
        "imageinfo": [
            {
                "thumburl": url,
                "url": f"{url}?original",
                "descriptionurl": f"https://commons.wikimedia.org/wiki/File:Teddy_{number}.jpg",
                "mime": "image/jpeg",
                "sha1": "0" * 40,
                "extmetadata": about,
            }
        ],
    }


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.slept_s: list[float] = []
        self._lock = threading.Lock()

    def __call__(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.slept_s.append(seconds)
            self.now_s += seconds


def _as_json(status: int, content: Json) -> Answer:
    return status, {"Content-Type": "application/json"}, json.dumps(content).encode()


def _handler_for(server: SearchServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self._serve({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            self._serve(_single(body.decode()))

        def _serve(self, form: dict[str, str]) -> None:
            parts = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            given = {**_single(parts.query), **form}
            status, answered, body = server.answer(parts.path, given, headers)
            self.send_response(status)
            for name, value in answered.items():
                self.send_header(name, value)
            if "Content-Length" not in answered:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                self.wfile.write(body)
            except OSError:
                self.close_connection = True  # the other side had enough
            if "Content-Length" in answered:
                self.close_connection = True

        def log_message(self, *_arguments: object) -> None:
            """A test's output is not the place for an access log."""

    return Handler


def _single(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}
