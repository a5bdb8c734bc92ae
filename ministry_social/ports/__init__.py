"""What the desk needs of the world, each a Protocol: Platform, Store, Vault, Media, Clock."""

from .clock import Clock, Deadline
from .keeping import Media, Vault
from .platform import Platform
from .store import Reading, Store, Transaction

__all__ = ["Clock", "Deadline", "Media", "Platform", "Reading", "Store", "Transaction", "Vault"]
