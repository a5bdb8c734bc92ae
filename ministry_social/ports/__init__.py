"""What the desk needs of the world, each a Protocol: Platform, SignIn, Store, Vault, Media, Signer, Witness, Clock."""

from .clock import Clock, Deadline
from .keeping import Held, Media, Renew, Sealed, Secrets, Signer, Vault, Witness
from .platform import Platform
from .signin import SignIn
from .store import Reading, Store, Transaction

__all__ = [
    "Clock",
    "Deadline",
    "Held",
    "Media",
    "Platform",
    "Reading",
    "Renew",
    "Sealed",
    "Secrets",
    "SignIn",
    "Signer",
    "Store",
    "Transaction",
    "Vault",
    "Witness",
]
