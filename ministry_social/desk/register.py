"""The register: composed of what the store or the config says, signed with the ministry's key, and put on record."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..model.account import Account
from ..model.ledger import Event
from ..model.policy import Key
from ..model.register import Listed, Register
from ..ports import Clock, Reading, Signer, Store
from ..rules.canonical import digest
from ..rules.register import of_file, of_records, register_bytes, register_of, signature_line
from ..rules.signing import key_id


@dataclass(frozen=True, kw_only=True)
class Imprint:
    """Who publishes the register. `rehearsal` is the address of the local platforms, empty in a live ministry."""

    world: str
    ministry: str
    website: str
    rehearsal: str
    valid: timedelta


@dataclass(frozen=True, kw_only=True)
class Signed:
    """A register with its bytes and the line that signs them."""

    register: Register
    data: bytes
    line: bytes


def listed(reading: Reading | None, written: Iterable[Account], imprint: Imprint, now: datetime) -> tuple[Listed, ...]:
    """Every account that is ours or was: the store's; those of the config where none was imported."""
    if reading is None or not reading.account_changes():
        return of_file(written, imprint.rehearsal)
    return of_records(reading.accounts(), reading.marks(), imprint.rehearsal, now)


def compose(accounts: Iterable[Listed], keys: tuple[Key, ...], imprint: Imprint, now: datetime) -> Register:
    """The register as it would be published now."""
    return register_of(
        accounts, keys, world=imprint.world, ministry=imprint.ministry, website=imprint.website, now=now, valid=imprint.valid
    )


def sign(register: Register, signer: Signer) -> Signed:
    """The register signed: nothing else than these bytes is published."""
    data = register_bytes(register)
    return Signed(register=register, data=data, line=signature_line(data, signer.key, signer.sign(data)))


def note_published(store: Store, clock: Clock, signed: Signed, *, person: str) -> None:
    """Put on record what is going to be published, and keep it: committed before the first file is in its place."""
    facts = {
        "digest": digest(signed.data), "accounts": len(signed.register.accounts), "retired": len(signed.register.retired),
        "key": key_id(signed.register.keys[-1].public),
    }  # fmt: skip
    with store.begin() as tx:
        tx.keep(signed.data)
        tx.record(Event.REGISTER_PUBLISHED, by=person, at=clock.now(), facts=facts)


def note_key(store: Store, clock: Clock, keys: tuple[Key, ...], *, person: str) -> None:
    """Put on record that the ministry's key was made: its public half, and the name of the one before it."""
    facts = {"key": key_id(keys[-1].public), "public": keys[-1].public}
    if len(keys) > 1:
        facts["replaces"] = key_id(keys[-2].public)
    with store.begin() as tx:
        tx.record(Event.MINISTRY_KEY, by=person, at=clock.now(), facts=facts)
