"""What the desk needs of the world, each a Protocol: Platform, SignIn, Proving, Figures, Store, Vault, Media and more."""

from .clock import Clock, Deadline
from .figures import Figures
from .keeping import Held, Media, Renew, Sealed, Secrets, Signer, Vault, Witness
from .messenger import Messenger
from .platform import Platform
from .proving import Proving
from .signin import SignIn
from .store import CHANGED, Reading, Store, Transaction

__all__ = [
    "CHANGED",
    "Clock",
    "Deadline",
    "Figures",
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
    "Witness",
]
