"""What the desk needs of the world, each a Protocol: Platform, SignIn, Figures, Store, Vault, Media, Signer, Clock."""

from .clock import Clock, Deadline
from .figures import Figures
from .keeping import Media, Signer, Vault
from .platform import Platform
from .signin import SignIn
from .store import Reading, Store, Transaction

__all__ = ["Clock", "Deadline", "Figures", "Media", "Platform", "Reading", "SignIn", "Signer", "Store", "Transaction", "Vault"]
