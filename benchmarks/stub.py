"""A platform that does nothing but say yes, in a process of its own, so that it takes nothing of ours."""

import argparse
import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_HEAD_END = b"\r\n\r\n"


class Answering(asyncio.Protocol):
    """Answers every request with 201 and a new id, after `latency` seconds; kept connections and single ones alike."""

    latency = 0.0
    made = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport, self._held = transport, b""

    def data_received(self, data: bytes) -> None:
        self._held += data
        while (end := self._held.find(_HEAD_END)) >= 0:
            head = self._held[:end].lower()
            size = end + len(_HEAD_END) + _length(head)
            if len(self._held) < size:
                return
            self._held = self._held[size:]
            if self.latency:
                asyncio.get_running_loop().call_later(self.latency, self._answer)
            else:
                self._answer()

    def _answer(self) -> None:
        cls = type(self)
        cls.made += 1
        body = b'{"data":{"id":"%d","text":"said"}}' % (1_900_000_000_000_000_000 + cls.made)
        head = b"HTTP/1.1 201 Created\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: %d\r\n\r\n" % len(body)
        if not self._transport.is_closing():
            self._transport.write(head + body)


def _length(head: bytes) -> int:
    at = head.find(b"content-length:")
    return int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0


async def serve(latency: float) -> None:
    """Until standard input ends."""
    Answering.latency = latency
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Answering, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


@contextmanager
def running(latency: float = 0.0) -> Iterator[str]:
    """Its address; the process ends with the block."""
    command = [sys.executable, "-m", "benchmarks.stub", "--latency", str(latency)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.stdin.close()
        process.wait(10)
        process.stdout.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--latency", type=float, default=0.0)
    asyncio.run(serve(parser.parse_args().latency))
