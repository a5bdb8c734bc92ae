"""What the desk needs of the world, each a Protocol: Platform, SignIn, Proving, Store, Vault, Media, Signer, Clock, Messenger."""

from .clock import Clock, Deadline
from .keeping import Held, Media, Renew, Sealed, Secrets, Signer, Vault
from .messenger import Messenger
from .platform import Platform
from .proving import Proving
from .signin import SignIn
from .store import Reading, Store, Transaction

__all__ = [
    "Clock",
    "Deadline",
    "Held",
    "Media",
    "Messenger",
    "Platform",
    "Proving",
    "Reading",
    "Renew",
    "Sealed",
    "Secrets",
    "SignIn",
    "Signer",
    "Store",
    "Transaction",
    "Vault",
]
