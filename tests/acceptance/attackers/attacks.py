"""What each of the two can do. Every attack says at which entry the ledger is wrong from then on."""

import json
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from random import Random

from ministry_social.model.auditing import Kept
from ministry_social.model.ledger import Row
from ministry_social.rules import dump
from ministry_social.rules.checkpoint import Checkpoint, checkpoint_text, note, signature_of
from ministry_social.rules.merkle import Frontier
from ministry_social.vault.keys import new_key

from .ground import ORIGIN, Ground, State


@dataclass(frozen=True, kw_only=True)
class Attack:
    """What was done. `at` is the first entry that is wrong; `state` the ledger afterwards, or `lines`, where a text was attacked.

    own  what the careful one has done about our own checkpoints: `removed` those that would tell, `left` them, or `forged` them
    """

    name: str
    at: int
    state: State | None = None
    lines: list[bytes] | None = None
    own: str = ""


def flip(data: bytes, chance: Random) -> bytes:
    """One byte is another."""
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ chance.randint(1, 255)]) + data[at + 1 :]


# --- the careless one, in a text


def careless_text(ground: Ground, chance: Random, name: str) -> Attack:
    """He changes the lines of a ledger that was given away, all of which is signed."""
    lines = ground.lines[: ground.signed]
    at = chance.randint(1, len(lines))
    match name:
        case "flips":
            lines[at - 1] = flip(lines[at - 1], chance)
        case "drops":
            del lines[at - 1]
        case "doubles":
            lines.insert(at, lines[at - 1])
            at += 1
        case "swaps":
            at, other = sorted(chance.sample(range(1, len(lines) + 1), 2))
            lines[at - 1], lines[other - 1] = lines[other - 1], lines[at - 1]
        case "appends":
            lines.append(chance.choice((lines[-1], _forged_line(len(lines) + 1, chance), chance.randbytes(40) + b"\n")))
            at = len(lines)
    return Attack(name=name, at=at, lines=lines)


def _forged_line(position: int, chance: Random) -> bytes:
    return dump.line(position, _body(chance).decode(), chance.randbytes(32).hex())


# --- the careless one, in a database


def careless(ground: Ground, chance: Random, name: str) -> Attack:
    """He changes rows, and knows nothing of seals."""
    rows, head = list(ground.state.rows), ground.state.head
    at = chance.randint(1, len(rows))
    match name:
        case "flips":
            position, body, seal = rows[at - 1]
            rows[at - 1] = (position, flip(body, chance), seal) if chance.random() < 0.8 else (position, body, flip(seal, chance))
        case "drops":
            del rows[at - 1]
            if chance.random() < 0.5:
                rows[at - 1 :] = [(position - 1, body, seal) for position, body, seal in rows[at - 1 :]]
        case "doubles":
            rows[at:] = [(at + 1, *rows[at - 1][1:]), *((position + 1, body, seal) for position, body, seal in rows[at:])]
            at += 1
        case "swaps":
            at, other = sorted(chance.sample(range(1, len(rows) + 1), 2))
            one, two = rows[at - 1], rows[other - 1]
            rows[at - 1], rows[other - 1] = (at, *two[1:]), (other, *one[1:])
        case "appends":
            at = len(rows) + 1
            rows.append((at, *chance.choice(((_body(chance), chance.randbytes(32).hex().encode()), rows[-1][1:]))))
    return Attack(name=name, at=at, state=State(rows=rows, head=head, own=ground.state.own))


CARELESS = ("flips", "drops", "doubles", "swaps", "appends")


# --- the careful one


def careful(ground: Ground, chance: Random, name: str) -> Attack:
    """He knows the format: whatever he does, the chain holds afterwards, to the end that he writes."""
    rows = ground.state.rows
    at = chance.randint(1, len(rows))
    match name:
        case "rewrites":
            body = rows[at - 1][1].replace(b'"by":"', b'"by":"x', 1)
            new = [*rows[: at - 1], *_sealed(rows, at, [body, *(row[1] for row in rows[at:])])]
        case "drops and seals":
            new = [*rows[: at - 1], *_sealed(rows, at, [row[1] for row in rows[at:]])]
        case "inserts and seals":
            new = [*rows[: at - 1], *_sealed(rows, at, [_body(chance), *(row[1] for row in rows[at - 1 :])])]
        case "cuts":
            new = rows[: at - 1]
        case "rolls back":
            at = chance.choice(list(ground.copies)) + 1
            new = rows[: at - 1]
        case "rolls back and goes on":
            at = chance.choice(list(ground.copies)) + 1
            more = len(rows) - at + 1 + chance.randint(-5, 5)
            new = [*rows[: at - 1], *_sealed(rows, at, [_body(chance) for _ in range(max(1, more))])]
    own = chance.choices(("removed", "left", "forged"), (6, 2, 2))[0]
    kept = tuple(one for one in ground.state.own if own == "left" or one.size < at)
    if own == "forged" and new:
        kept = (*kept[:-1], _forged(new, chance)) if chance.random() < 0.5 and kept else (*kept, _forged(new, chance))
    head = (new[-1][0], new[-1][2].decode()) if new else (0, "0" * 64)
    return Attack(name=name, at=at, state=State(rows=new, head=head, own=kept), own=own)


CAREFUL = ("rewrites", "drops and seals", "inserts and seals", "cuts", "rolls back", "rolls back and goes on")
KINDS: dict[str, tuple[Callable[[Ground, Random, str], Attack], tuple[str, ...]]] = {
    "careless, in a text": (careless_text, CARELESS),
    "careless, in the database": (careless, CARELESS),
    "careful": (careful, CAREFUL),
}


def _sealed(rows: list[Row], at: int, bodies: list[bytes]) -> list[Row]:
    """These bodies from entry `at` on, sealed as they must be."""
    seal = bytes.fromhex(rows[at - 2][2].decode()) if at > 1 else bytes(32)
    made = []
    for position, body in enumerate(bodies, at):
        seal = sha256(seal + body).digest()
        made.append((position, body, seal.hex().encode()))
    return made


def _body(chance: Random) -> bytes:
    facts = {"digest": chance.randbytes(32).hex()}
    held = {"about": {"message": "grain-7"}, "at": "2026-12-01T12:00:00.000Z", "by": "mallory", "event": "signed", "facts": facts}
    return json.dumps(held, separators=(",", ":")).encode()


def _forged(rows: list[Row], chance: Random) -> Kept:
    """A checkpoint of the new ledger, signed with a key that the attacker has made."""
    key = new_key()
    text = checkpoint_text(Checkpoint(origin=ORIGIN, size=len(rows), root=Frontier().append(row[1] for row in rows).root))
    signed = note(text, (signature_of(ORIGIN, b64decode(key.public), key.sign(text.encode())),))
    return Kept(size=len(rows), at=datetime(2026, 12, 1, tzinfo=UTC), note=signed)
