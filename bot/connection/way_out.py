"""What the environment says about the way to a server: its proxy, and the certificates to trust."""

from __future__ import annotations

import importlib.util
import os
import ssl
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from bear_detector.extras import how_to_install
from bot.errors import StartError
from objects.settings import is_loopback

_PROXIES = ("http", "https", "socks5", "socks5h")


def proxy_for(url: str) -> str | None:
    """The proxy for this address, None without one; raises StartError for one that cannot be used.

    No proxy leads to this machine itself, whatever the environment says.
    """
    parts = urlsplit(url)
    proxies = getproxies()
    name = parts.scheme if proxies.get(parts.scheme) else "all"
    proxy = proxies.get(name)
    if not proxy or is_loopback(url) or proxy_bypass(parts.hostname or ""):
        return None
    if "://" not in proxy:
        proxy = f"http://{proxy}"
    try:
        usable = urlsplit(proxy).scheme in _PROXIES and bool(httpx.URL(proxy).host)
    except (ValueError, httpx.InvalidURL):
        usable = False
    if not usable:  # the value is not shown: it may hold a password
        raise StartError(
            f"The environment's {name.upper()}_PROXY is not the address of a proxy; it begins with "
            "http://, https://, socks5:// or socks5h:// and names a host.",
            exit_code=2,
        )
    if proxy.startswith("socks") and importlib.util.find_spec("socksio") is None:
        raise StartError(
            f"The environment's {name.upper()}_PROXY names a SOCKS proxy, and support for those is "
            f"not installed; {how_to_install('socks')}",
            exit_code=2,
        )
    return proxy


def tls_context() -> ssl.SSLContext:
    """What to trust: the certificates of SSL_CERT_FILE or SSL_CERT_DIR, else those that come with
    the program. Raises StartError when they cannot be read."""
    try:
        return httpx.create_ssl_context()
    except (OSError, ssl.SSLError) as exc:
        name = "SSL_CERT_FILE" if os.environ.get("SSL_CERT_FILE") else "SSL_CERT_DIR"
        place = os.environ.get(name, "")
        reason = "it holds no certificates" if isinstance(exc, ssl.SSLError) else exc.strerror
        raise StartError(
            f"The certificates of {name}, {place}, cannot be read: {reason}.", exit_code=2
        ) from exc
