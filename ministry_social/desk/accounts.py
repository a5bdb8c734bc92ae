"""Accounts: giving them the credential with which we may act for them."""

import re
from collections.abc import Mapping

from ..errors import InvalidSettings, NotAllowed
from ..model.account import Account, Credential
from ..model.ledger import Event
from ..ports import Clock, Store, Vault
from ..rules.roster import IDS
from ..rules.timing import whole_milliseconds
from .life import connected, lift_pauses, may_connect

# What each platform's credential must hold; more is refused, so that nothing unexpected is kept.
FIELDS = {
    "x": ("consumer_key", "consumer_secret", "access_token", "access_token_secret"),
    "facebook": ("page_id", "access_token"),
    "youtube": ("client_id", "client_secret", "refresh_token", "token_uri", "channel_id"),
}
# What it may hold besides, because a sign-in or a renewal has given it.
OPTIONAL: Mapping[str, tuple[str, ...]] = {"youtube": ("access_token", "access_until")}


def connect(store: Store, clock: Clock, vault: Vault, account: Account, fields: Mapping[str, object], *, person: str) -> None:
    """Store an account's credential; where the account was paused, it goes on.

    Raises `InvalidSettings` where it is not whole, or belongs to another account; `NotAllowed` where the account is not so far.
    """
    credential = checked(account, fields)
    owner = _owner(account.platform, credential)
    with store.read() as reading:
        record = reading.account(account.name)
        if record is not None:
            may_connect(reading, record, owner)
    vault.put(account.name, credential)
    now = whole_milliseconds(clock.now())
    try:
        with store.begin() as tx:
            current = tx.account(account.name)
            if current is not None:
                connected(tx, current, id=owner, by=person, at=now)
                return
            tx.record(Event.CONNECTED, by=person, at=now, account=account.name, facts={"platform": account.platform})
            lift_pauses(tx, account.name, "It was connected again.", by=person, at=now)
    except NotAllowed:  # somebody has retired it in this moment, or connected another one as the same
        vault.remove(account.name)
        raise


def checked(account: Account, fields: Mapping[str, object]) -> Credential:
    """The credential, if it is whole and says that it belongs to this account."""
    wanted = FIELDS[account.platform]
    missing = [name for name in wanted if not isinstance(fields.get(name), str) or not fields[name]]
    also = [name for name in OPTIONAL.get(account.platform, ()) if isinstance(fields.get(name), str)]
    strange = len(set(fields) - {*wanted, *also})  # counted, not named: somebody may have put a secret in the place of a name
    if missing or strange:
        said = [f"{', '.join(missing)} missing"] if missing else []
        said += [f"{strange} more than that"] if strange else []
        raise InvalidSettings(
            f"The credential for {account.name} is not right: {'; '.join(said)}.",
            remedy=f"On {account.platform} it is a JSON object with {', '.join(wanted)}.",
        )
    credential = Credential({name: str(fields[name]) for name in (*wanted, *also)})
    owner = _owner(account.platform, credential)
    if not account.id and not re.fullmatch(IDS[account.platform], owner):
        raise InvalidSettings(
            f"The credential for {account.name} does not say whose it is.",
            remedy=f"{_SAYS[account.platform]} Connect the right account.",
        )
    if account.id and owner != account.id:
        # Whose it is stays unsaid: a secret may stand in the wrong place.
        raise InvalidSettings(
            f"This credential does not belong to {account.name}, whose id is {account.id}.",
            remedy=f"{_SAYS[account.platform]} Connect the right account, or correct its id in accounts.toml.",
        )
    return credential


_SAYS = {
    "x": "An access_token of X begins with the account's id and a hyphen.",
    "facebook": "Its page_id says whose it is.",
    "youtube": "Its channel_id says whose it is.",
}


def _owner(platform: str, credential: Credential) -> str:
    """Whose credential it is, as it says itself."""
    if platform == "x":
        owner, hyphen, _ = credential["access_token"].partition("-")
        return owner if hyphen else ""
    return credential["page_id"] if platform == "facebook" else credential["channel_id"]
