"""What the desk needs of the world, each a Protocol: Platform, SignIn, Proving, Store, Vault, Media, Signer, Clock, Messenger."""

from .clock import Clock, Deadline
from .keeping import Media, Signer, Vault
from .messenger import Messenger
from .platform import Platform
from .proving import Proving
from .signin import SignIn
from .store import Reading, Store, Transaction

__all__ = [
    "Clock",
    "Deadline",
    "Media",
    "Messenger",
    "Platform",
    "Proving",
    "Reading",
    "SignIn",
    "Signer",
    "Store",
    "Transaction",
    "Vault",
]
