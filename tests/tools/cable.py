"""A way through to a server that can be cut and mended: what a network does to a client that has done nothing wrong."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Self


class Cable:
    """Passes TCP connections on to `target`, on a port of its own, until cut; then it resets them and all new ones."""

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._lock = threading.Lock()
        self._is_cut = False
        self._ends: set[socket.socket] = set()
        self._threads = [threading.Thread(target=self._accept)]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self.cut()
        self._listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits in accept()
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def cut(self) -> None:
        with self._lock:
            self._is_cut = True
            for end in self._ends:
                with contextlib.suppress(OSError):  # its peer may be gone already
                    end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        with self._lock:
            self._is_cut = False

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                try:
                    server = None if self._is_cut else socket.create_connection(self._target, timeout=10)
                except OSError:
                    server = None
                if server is None:
                    client.close()
                    continue
                server.settimeout(None)
                self._ends |= {client, server}
                thread = threading.Thread(target=self._join, args=(client, server))
                self._threads.append(thread)
            thread.start()

    def _join(self, client: socket.socket, server: socket.socket) -> None:
        back = threading.Thread(target=self._pass_on, args=(server, client))
        back.start()
        self._pass_on(client, server)
        back.join()
        with self._lock:
            self._ends -= {client, server}
            client.close()
            server.close()

    @staticmethod
    def _pass_on(source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)
