"""One HTTP request and its response, carried by a thread: whoever waits for it can stop waiting at any moment."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crew_core.agents.builtin_program.endpoint import Endpoint
from crew_core.agents.builtin_program.proxy import Proxy, proxy_for

if TYPE_CHECKING:
    from http.client import HTTPConnection, HTTPResponse

_PIECE_BYTES = 65_536


class Exchange:
    """``fileno`` is readable when there is something to ``read``; the pipe also slows a server that is too fast.

    Once ``read`` has given anything, also the end, ``status`` and ``headers`` hold what the server said; ``failure``
    says at the end why there is no more, or nothing.
    """

    def __init__(
        self, endpoint: Endpoint, path: str, body: bytes | None, *, connect_timeout_s: float, read_timeout_s: float
    ) -> None:
        """Begins at once. :param body: JSON to post; None asks for ``path`` only."""
        self._endpoint = endpoint
        self._url = f"{endpoint.base_url}{path}"
        self._body = body
        self._connect_timeout_s = connect_timeout_s
        self._read_timeout_s = read_timeout_s
        self._connection: HTTPConnection | None = None
        self._closed = False
        self.status: int | None = None
        self.headers: Mapping[str, str] = {}
        self.failure = ""
        #: Whether what failed may succeed later.
        self.again = True
        self._reading, self._writing = os.pipe()
        threading.Thread(target=self._carry, daemon=True).start()

    def fileno(self) -> int:
        return self._reading

    def read(self) -> bytes:
        """What has come of the body; empty at its end."""
        return os.read(self._reading, _PIECE_BYTES)

    def close(self) -> None:
        """Break it off, wherever it is."""
        if self._closed:
            return
        self._closed = True
        os.close(self._reading)
        connection = self._connection
        if connection is not None and connection.sock is not None:
            import socket

            with contextlib.suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)

    def _carry(self) -> None:
        """In its thread: from the connection to the end of the body."""
        try:
            self._exchange()
        except BrokenPipeError as error:
            self.failure = f"the connection was lost: {error}"
        except TimeoutError:
            self.failure = f"no answer for {self._read_timeout_s:g} s" if self._connection else "no connection"
        except Exception as error:
            # Whatever it is, whoever waits must learn of it.
            self.failure = f"{type(error).__name__}: {error}"
        finally:
            os.close(self._writing)

    def _exchange(self) -> None:
        import http.client

        connection, target, headers = self._connect()
        try:
            connection.connect()
        except TimeoutError:
            self.failure = f"no connection within {self._connect_timeout_s:g} s"
            return
        except OSError as error:
            self.failure = f"no connection to {self._endpoint.base_url}: {error.strerror or error}"
            # A certificate that is not trusted is not trusted later.
            self.again = not hasattr(error, "verify_code")
            return
        self._connection = connection
        if self._closed:
            return
        connection.sock.settimeout(self._read_timeout_s)
        try:
            connection.request("GET" if self._body is None else "POST", target, self._body, headers)
            response = connection.getresponse()
            self.headers = {name.lower(): value for name, value in response.getheaders()}
            self.status = response.status
            self._pass_on(response)
        except http.client.IncompleteRead:
            self.failure = "the connection was cut"
        finally:
            connection.close()

    def _pass_on(self, response: HTTPResponse) -> None:
        while data := response.read1(_PIECE_BYTES):
            while data:
                data = data[os.write(self._writing, data) :]
        if response.length:
            self.failure = "the connection was cut"

    def _connect(self) -> tuple[HTTPConnection, str, dict[str, str]]:
        """The connection, not yet made, and what is asked of it."""
        import http.client

        parts = urlsplit(self._url)
        host, secure = parts.hostname or "", parts.scheme == "https"
        headers = {"Accept": "text/event-stream, application/json", "User-Agent": "crew-tui", "Connection": "close"}
        if self._body is not None:
            headers["Content-Type"] = "application/json"
        if self._endpoint.key:
            headers["Authorization"] = f"Bearer {self._endpoint.key}"
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        proxy = proxy_for(host, os.environ, secure=secure)
        make = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        if proxy is None:
            return make(host, parts.port, timeout=self._connect_timeout_s), target, headers
        through = make(proxy.host, proxy.port, timeout=self._connect_timeout_s)
        if secure:
            through.set_tunnel(host, parts.port or 443, headers=authorization(proxy))
            return through, target, headers
        return through, self._url, headers | authorization(proxy)


def authorization(proxy: Proxy) -> dict[str, str]:
    """What a proxy with a name and a password in its URL wants to see."""
    if not proxy.login:
        return {}
    import base64

    return {"Proxy-Authorization": f"Basic {base64.b64encode(proxy.login.encode()).decode()}"}
