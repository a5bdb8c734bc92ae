"""Is this account ours? What a register answers to an address or a handle."""

from collections.abc import Iterable
from dataclasses import replace

from ..model.register import Answer, Asked, Listed, Register, Word
from .addresses import read_address
from .look_alikes import likeness

_MOST = 3  # look-alikes that are named


def answer(register: Register, text: str) -> Answer:
    """What the register says to this address or handle."""
    asked = read_address(text)
    if asked.base and not (
        register.world == "rehearsal" and any(one.url.startswith(f"{asked.base}/") for one in register.accounts)
    ):
        asked = replace(asked, trouble="This is the address of another rehearsal, on one machine only: it shows nothing real.")
    if asked.trouble:
        return Answer(word=Word.NO, asked=asked)
    now, before = _those(register.accounts, asked), _those(register.retired, asked)
    if now or before:
        return Answer(word=Word.YES if now else Word.WAS, asked=asked, accounts=now or before)
    return Answer(word=Word.NO, asked=asked, resembles=_alike(register.accounts, asked))


def same_handle(platform: str, one: str, other: str) -> bool:
    """Whether two handles are one to the platform. What only looks so is not: signs beyond ASCII stay as they are."""
    return _folded(platform, one) == _folded(platform, other)


def _folded(platform: str, handle: str) -> str:
    small = "".join(sign.lower() if sign.isascii() else sign for sign in handle)
    # facebook.com/help/105399436216001: periods and capitalization do not tell usernames apart
    return small.replace(".", "") if platform == "facebook" else small


def _those(listed: Iterable[Listed], asked: Asked) -> tuple[Listed, ...]:
    return tuple(
        one
        for one in listed
        if asked.platform in ("", one.platform)
        and (
            (bool(asked.id) and one.id == asked.id)
            or (not asked.id and bool(asked.handle) and same_handle(one.platform, asked.handle, one.handle))
        )
    )


def _alike(listed: Iterable[Listed], asked: Asked) -> tuple[Listed, ...]:
    if not asked.handle:
        return ()
    found = [(far, one.name, one) for one in listed if (far := likeness(asked.handle, one.handle)) is not None]
    return tuple(one for _, _, one in sorted(found, key=lambda row: row[:2])[:_MOST])
