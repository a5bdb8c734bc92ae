"""The networks on which an account can be proved without anybody seeing it."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from ..ports import Proving
from .networks import _wire

if TYPE_CHECKING:
    from . import App


class Proofs(Mapping[str, Proving]):
    """See `App.proofs`."""

    def __init__(self, app: "App") -> None:
        self._app = app

    def __getitem__(self, name: str) -> Proving:
        return _PROOFS[name](self._app)

    def __iter__(self) -> Iterator[str]:
        return iter(_PROOFS)

    def __len__(self) -> int:
        return len(_PROOFS)


def _facebook(app: "App") -> Proving:
    from ..platforms.facebook.proof import FacebookProof

    facebook = app.settings.facebook
    return FacebookProof(_wire(app, facebook.base_url), clock=app.clock, version=facebook.version)


def _youtube(app: "App") -> Proving:
    from ..platforms.youtube.proof import YouTubeProof

    return YouTubeProof(_wire(app, app.settings.youtube.base_url), clock=app.clock, renew=app.renewals.renewed)


# X knows no post that nobody sees: whether we may post there is told by the access level of every answer.
_PROOFS: dict[str, Callable[["App"], Proving]] = {"facebook": _facebook, "youtube": _youtube}
