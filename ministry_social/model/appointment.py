"""An appointment: a delivery as a calendar shows it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Appointment:
    """When something goes out or went out, and where.

    key    the delivery's own
    at     when it is due; of what is out, when it was sent
    local  the same on the wall of its account, in the IANA zone `zone`
    says   how it stands, in plain words
    over   true where it will never go out: called off, missed, refused, taken down
    """

    key: str
    at: datetime
    local: datetime
    zone: str
    account: str
    mission: str
    platform: str
    kind: str
    message: str
    wave: int
    state: str
    says: str
    url: str
    over: bool
