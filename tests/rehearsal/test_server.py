"""The server: what it keeps, and for whom."""

import gc
import socket
import struct
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
import requests

from ministry_social.errors import InvalidSettings
from ministry_social.rehearsal.server import Server, check_loopback, keep, load
from ministry_social.rehearsal.world import World

FORM = "Content-Type: application/x-www-form-urlencoded"


def test_what_stands_there_is_kept_for_the_next_time_and_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "rehearsal.state"
    keep(World(seed=7), file)
    keep(World(seed=8), file)
    assert load(file).seed == 8
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["rehearsal.state"]


def test_a_new_rehearsal_begins_with_the_seed_of_the_settings(tmp_path: Path) -> None:
    assert load(tmp_path / "none", 42).seed == 42


@pytest.mark.parametrize("damage", [b"", b"\x80\x05garbage", b"cos\nsystem\n."])
def test_a_damaged_state_is_one_sentence(tmp_path: Path, damage: bytes) -> None:
    file = tmp_path / "rehearsal.state"
    file.write_bytes(damage)
    with pytest.raises(InvalidSettings, match="does not hold a rehearsal"):
        load(file)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.1", "example.org", ""])
def test_it_serves_this_machine_only(host: str) -> None:
    with pytest.raises(InvalidSettings, match="this machine only"):
        Server(host=host)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_loopback_is_this_machine(host: str) -> None:
    check_loopback(host)


def test_a_fresh_connection_without_a_request_is_dropped_and_a_kept_one_is_not() -> None:
    with Server(patience=0.2).running() as address, connection(address) as kept:
        assert asked(kept).startswith(b"HTTP/1.1 200")
        for _ in range(3):
            with connection(address) as fresh:
                assert ended(fresh)
        assert asked(kept).startswith(b"HTTP/1.1 200")


def test_those_who_connect_while_it_ends_leave_no_socket_open(monkeypatch: pytest.MonkeyPatch) -> None:
    left_open: list[str] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda what: left_open.append(str(what.exc_value)))
    for _ in range(10):  # one end in two left one or two, when what was accepted last met a closed server
        served, ended = threading.Event(), threading.Event()
        with Server().running() as address:
            callers = [threading.Thread(target=call_until, args=(address, served, ended), daemon=True) for _ in range(4)]
            for caller in callers:
                caller.start()
            assert served.wait(10)
        ended.set()
        for caller in callers:
            caller.join(10)
        gc.collect()
    assert left_open == []


@pytest.mark.parametrize("path", ["x/2/tweets", "x/2/media/upload", "youtube/oauth2/token", "facebook/v25.0/1/feed"])
@pytest.mark.parametrize("reset", [True, False], ids=["reset", "closed"])
def test_one_who_is_killed_in_the_middle_of_a_request_leaves_no_traceback(
    caplog: pytest.LogCaptureFixture, path: str, reset: bool
) -> None:
    with Server().running() as address:
        with connection(address) as over:
            over.sendall(f"POST /api/{path} HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n{FORM}\r\n\r\nhalf=".encode())
            wait_for(address, f"/api/{path}")
            over.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", reset, 0))
        with connection(address) as other:
            assert asked(other).startswith(b"HTTP/1.1 200")
    assert caplog.text == ""


def wait_for(address: str, path: str) -> None:
    end = time.monotonic() + 10
    while [one["path"] for one in requests.get(f"{address}/rehearsal/requests", timeout=10).json()] != [path]:
        assert time.monotonic() < end, "it never came in"
        time.sleep(0.01)


def call_until(address: str, served: threading.Event, ended: threading.Event) -> None:
    while not ended.is_set():
        with suppress(OSError), connection(address) as over:
            over.sendall(b"GET /rehearsal/health HTTP/1.1\r\n")  # and not the rest of it
            served.set()


def connection(address: str) -> socket.socket:
    return socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])), timeout=5)


def asked(over: socket.socket) -> bytes:
    over.sendall(b"GET /rehearsal/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    return over.recv(10_000)


def ended(over: socket.socket) -> bool:
    try:
        return over.recv(1) == b""
    except ConnectionResetError:
        return True
