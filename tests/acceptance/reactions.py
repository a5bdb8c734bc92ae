"""What the tables of reactions need: a platform that gives raw answers in turn, and a desk that delivers to it.

The answers go over HTTP through the adapter and its client library, through the desk, into a real store.
"""

import json
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from ministry_social.model.account import Account, Credential
from ministry_social.model.delivery import Delivery, State
from ministry_social.model.ledger import Event
from ministry_social.model.stop import Pause
from ministry_social.model.variant import Attachment, Kind, Variant
from ministry_social.platforms.facebook import Facebook
from ministry_social.platforms.gate import Wire
from ministry_social.platforms.x import X
from ministry_social.platforms.youtube import YouTube
from tests.desk.bench import says
from tests.desk.wall import Walled, make_walled
from tests.platforms.bench import Shelf

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
NOW = timedelta(0)
NAME = {"x": "oslo", "facebook": "page", "youtube": "channel"}
PATIENT, HURRIED = 10.0, 0.3  # seconds until a client gives up waiting
VIDEO = "abcdefghijk"


@dataclass(frozen=True, kw_only=True)
class Raw:
    """One answer. `{here}` in a header is the server's address.

    fate  what comes in place of a whole answer: `cut`, `reset`, `silent`, or `half` of it
    """

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    fate: str = ""


def told(status: int, body: Any, **headers: str) -> Raw:
    """An answer in JSON."""
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    kind = ("Content-Type", "application/json; charset=UTF-8")
    return Raw(status=status, body=json.dumps(body).encode(), headers=(kind, *named))


def page(status: int) -> Raw:
    """What an outage, or something on the way, answers."""
    body = b"<html><title>Sorry, something went wrong.</title></html>"
    return Raw(status=status, body=body, headers=(("Content-Type", "text/html"),))


CUT, RESET, SILENT = Raw(fate="cut"), Raw(fate="reset"), Raw(fate="silent")
HALF = replace(told(200, {"data": "x" * 99}), fate="half")
UNREADABLE = Raw(body=b'{"data":', headers=(("Content-Type", "application/json"),))

# Whatever is sent, each of these leaves open what became of it.
UNCLEAR = {
    "2xx unparsable": UNREADABLE,
    "2xx HTML page": page(200),
    "2xx broken off": HALF,
    "read timeout": SILENT,
    "reset": RESET,
    "connection cut": CUT,
    "500": page(500),
    "502": page(502),
    "503": Raw(status=503),
    "504": page(504),
}


class Script:
    """A server on loopback: gives `answers` in turn, and keeps what it was asked. `heads` are the headers of each request."""

    def __init__(self, *answers: Raw) -> None:
        self.left = list(answers)
        self.heard: list[str] = []
        self.heads: list[dict[str, str]] = []
        self.address = ""
        self.too_many = 0  # requests for which there was no answer any more
        self.over = threading.Event()

    def will_say(self, *answers: Raw) -> None:
        """What comes next."""
        self.left.extend(answers)

    @contextmanager
    def playing(self) -> Iterator["Script"]:
        """While it can be asked."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.over.set()
            server.shutdown()
            server.server_close()
            thread.join(5)


def _handler(script: Script) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            script.heard.append(f"{self.command} {self.path.partition('?')[0]}")
            script.heads.append({name.lower(): value for name, value in self.headers.items()})
            script.too_many += not script.left
            _speak(self, script.left.pop(0) if script.left else CUT, script)

        do_GET = do_POST = do_PUT = do_DELETE = answer

        def log_message(self, format: str, *args: Any) -> None:
            """Nobody reads it."""

    return Handler


def _speak(handler: BaseHTTPRequestHandler, answer: Raw, script: Script) -> None:
    handler.close_connection = True
    if answer.fate == "silent":
        script.over.wait(20)
    if answer.fate == "reset":  # closing throws away what was not sent, and says so rudely
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        handler.connection.close()
    if answer.fate in ("silent", "reset", "cut"):
        return
    handler.send_response(answer.status)
    for name, value in answer.headers:
        handler.send_header(name, value.replace("{here}", script.address))
    handler.send_header("Content-Length", str(len(answer.body)))
    handler.send_header("Connection", "close")
    handler.end_headers()
    handler.wfile.write(answer.body[: len(answer.body) // 2] if answer.fate == "half" else answer.body)


@contextmanager
def refusing() -> Iterator[str]:
    """An address at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
    yield address


@contextmanager
def without_tls() -> Iterator[str]:
    """An https address at which somebody speaks plain HTTP."""
    with Script().playing() as script:
        yield script.address.replace("http:", "https:")


@contextmanager
def full() -> Iterator[str]:
    """An address whose queue is full, so that nobody else gets a connection."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        waiting = [socket.socket() for _ in range(3)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(server.getsockname())
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        for one in waiting:
            one.close()


# Before a byte has left: certainly not done.
NOT_THERE = {"connection refused": refusing, "TLS failure": without_tls, "connect timeout": full}


@dataclass
class Desk(Walled):
    """The desk, with one real adapter behind it, and one delivery."""

    shelf: Shelf
    platform: str
    address: str

    @property
    def name(self) -> str:
        """The account that speaks."""
        return NAME[self.platform]

    @property
    def part(self) -> str:
        """The delivery's part."""
        return "video" if self.platform == "youtube" else "post"

    def plan_one(self, *attachments: Attachment) -> None:
        """A post with what it carries; of a channel always a video."""
        self.plan(_spoken(self, attachments))
        self.vault.put(self.name, _credential(self.platform, self.address))

    def picture(self) -> Attachment:
        return self.shelf.attach("minister.png", b"pictures", "image/png")

    def film(self) -> Attachment:
        return self.shelf.attach("briefing.mp4", b"film", "video/mp4")

    def now_stands(self) -> Delivery:
        """The delivery."""
        return self.delivery(self.name, part=self.part)

    def last_event(self) -> str:
        """What the ledger says last of the delivery."""
        return self.events(self.name, part=self.part)[-1]

    def pauses(self) -> tuple[Pause, ...]:
        with self.store.read() as reading:
            return tuple(reading.pauses())


@contextmanager
def desk(folder: Path, platform: str, address: str, *, seconds: float = PATIENT) -> Iterator[Desk]:
    """A desk whose platform is at `address`."""
    plain, shelf = make_walled(folder), Shelf()
    wire = Wire(base_url=address, connect=min(seconds, 1.0), total=seconds, upload=seconds)
    adapter: Any = {"x": X, "facebook": Facebook, "youtube": YouTube}[platform](wire, shelf, clock=plain.clock)
    made = Desk(
        means=replace(plain.means, platforms={platform: adapter}), store=plain.store, clock=plain.clock, stage=adapter,
        vault=plain.vault, accounts=plain.accounts, times=plain.times, shelf=shelf, platform=platform, address=address,
    )  # fmt: skip
    try:
        yield made
        made.verify()
    finally:
        made.store.close()


@contextmanager
def scene(folder: Path, platform: str, *answers: Raw) -> Iterator[tuple[Desk, Script]]:
    """A desk and a platform that answers so; in the end all of it was asked for, and nothing else."""
    seconds = HURRIED if any(answer.fate == "silent" for answer in answers) else PATIENT
    with Script(*answers).playing() as script, desk(folder, platform, script.address, seconds=seconds) as made:
        yield made, script
        assert (script.left, script.too_many) == ([], 0), script.heard


def _spoken(desk: Desk, attachments: tuple[Attachment, ...]) -> tuple[Account, Variant]:
    if desk.platform == "youtube":
        film = attachments or (desk.film(),)
        return says(desk.name, "Good morning", platform="youtube", kind=Kind.VIDEO, title="Grain", attachments=film)
    kind = Kind.PAGE_POST if desk.platform == "facebook" else Kind.LOCAL
    return says(desk.name, "Good morning", platform=desk.platform, kind=kind, attachments=attachments)


def _credential(platform: str, address: str) -> Credential:
    if platform == "youtube":
        return Credential(
            {name: f"tell-tale-{name}" for name in ("client_id", "client_secret", "refresh_token")}
            | {"token_uri": f"{address}/token"}
        )
    if platform == "facebook":
        return Credential({"access_token": "EAAtell-tale", "page_id": "id-page"})
    return Credential(
        {name: f"tell-tale-{name}" for name in ("consumer_key", "consumer_secret", "access_token", "access_token_secret")}
    )


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of a table: after `answer`, this stands in the record.

    wait      until it is due again; until it is looked for, where it is in doubt; None where it is settled
    attempts  how many were counted
    paused    what nothing is sent to any more: `account`, `platform`, or nothing
    slot      the rate slot that is closed until it is due
    says      what a person reads of it
    """

    words: str
    answer: Raw
    event: Event
    state: State
    wait: timedelta | None = None
    attempts: int = 1
    paused: str = ""
    slot: str = ""
    says: str = ""


def unknown(words: str, answer: Raw) -> Row:
    """U: it is looked for, and never sent again before that."""
    return Row(words=words, answer=answer, event=Event.LOST, state=State.UNKNOWN, wait=2 * SECOND)


def refused(words: str, answer: Raw, says: str = "") -> Row:
    """C: a person corrects."""
    return Row(words=words, answer=answer, event=Event.REFUSED, state=State.FAILED, says=says)


def throttled(words: str, answer: Raw, wait: timedelta, slot: str) -> Row:
    """T: certainly not done, costs no attempt, and others of the same limit wait too."""
    return Row(words=words, answer=answer, event=Event.THROTTLED, state=State.PLANNED, wait=wait, attempts=0, slot=slot)


def shut_out(words: str, answer: Raw, says: str, paused: str = "account") -> Row:
    """A or $: it waits for its account or platform, and a person acts."""
    return Row(
        words=words, answer=answer, event=Event.NOT_SENT, state=State.PLANNED, wait=NOW, attempts=0, paused=paused, says=says
    )  # fmt: skip


def preparing(row: Row) -> Row:
    """The same said to a step that nobody sees: it costs no attempt, and what is repeated is called so."""
    event = row.event if row.event is Event.REFUSED else Event.NOT_PREPARED
    return replace(row, event=event, attempts=0)


def holds(desk: Desk, row: Row) -> None:
    """The record says what the row says."""
    stands, now = desk.now_stands(), desk.clock.now()
    moment = {State.PLANNED: stands.due_at, State.UNKNOWN: stands.look_at}.get(stands.state)
    wait = None if moment is None else moment - now
    found = (desk.last_event(), stands.state, wait, stands.attempts)
    assert found == (row.event, row.state, row.wait, row.attempts), stands.error
    assert row.says in stands.error
    if row.event is Event.LOST:
        assert stands.certain_at == now + 2 * MINUTE  # before that, not finding it proves nothing
    value = desk.name if row.paused == "account" else desk.platform
    assert [(one.scope, one.value) for one in desk.pauses()] == ([(row.paused, value)] if row.paused else [])
    if row.slot:
        with desk.store.read() as reading:
            slot = reading.slots([row.slot])[row.slot]
        assert (slot.left, slot.next_at) == (0, stands.due_at)


def waits_for_a_person(desk: Desk) -> None:
    """The account or platform is paused, and nobody asks after it: until somebody acts, nothing is sent."""
    [pause] = desk.pauses()
    assert pause.probe_at is None
    assert pause.remedy
    desk.clock.pass_by(HOUR)
    assert (desk.probe(), desk.prepare(), desk.send()) == (0, [], [])
