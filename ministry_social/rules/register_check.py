"""Whether a register may be believed: unchanged, signed by the right key, and not too old."""

from collections.abc import Collection
from datetime import datetime, timedelta

from ..errors import RegisterRefused
from ..model.register import Register
from .canonical import digest
from .register import register_from, signatures
from .signing import fingerprint, genuine, key_id

AHEAD = timedelta(hours=1)  # how far the clock of whoever reads may be behind


def believed(data: bytes, lines: bytes, *, now: datetime, keys: Collection[str] = ()) -> Register:
    """The register in `data`, if a signature of `lines` holds. Raises `RegisterRefused`.

    `keys` are the fingerprints of those keys that whoever asks has from elsewhere: the register must be signed by one of them. With
    none it is held to the key that it names itself, which shows that it is whole, and not whose it is.
    """
    try:
        found = signatures(lines)
    except ValueError:
        raise RegisterRefused("The register's signature is no signature: it was changed.", code="changed") from None
    ours = [(key, signature) for of, key, signature in found if of == digest(data)]
    if not ours:
        raise RegisterRefused("The register was changed: it is not what was signed.", code="changed", remedy=_AGAIN)
    try:
        register = register_from(data)
    except ValueError:
        raise RegisterRefused("This is no register that this program knows.", code="no-register") from None
    public = register.keys[-1].public
    if not any(key == key_id(public) and genuine(public, data, signature) for key, signature in ours):
        raise RegisterRefused("The register's signature is not genuine.", code="changed", remedy=_AGAIN)
    if keys and fingerprint(public) not in keys:
        raise RegisterRefused(_another(register, keys), code="other-key", remedy="Ask the ministry, by another way, for its key.")
    _timely(register, now)
    return register


_AGAIN = "Fetch it again; if it stays so, believe nothing of it."


def _another(register: Register, keys: Collection[str]) -> str:
    sentence = f"The register is signed by another key, {key_id(register.keys[-1].public)}."
    former = next((one for one in register.keys[:-1] if fingerprint(one.public) in keys and one.until is not None), None)
    # Whoever has made a key of their own can claim that, too.
    return sentence + ("" if former is None else f" It claims that yours was replaced on {former.until:%Y-%m-%d}.")


def _timely(register: Register, now: datetime) -> None:
    if now >= register.valid_until:
        raise RegisterRefused(
            f"This copy of the register has expired: it counted until {register.valid_until:%Y-%m-%d %H:%M} UTC.",
            code="expired", remedy="Fetch a newer one.",
        )  # fmt: skip
    if register.issued_at > now + AHEAD:
        raise RegisterRefused(
            f"The register was issued in the future, on {register.issued_at:%Y-%m-%d %H:%M} UTC.",
            code="not-yet", remedy="Set this machine's clock.",
        )  # fmt: skip
