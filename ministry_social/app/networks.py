"""The networks of a ministry, each made when it is first asked for: their libraries are heavy."""

from collections.abc import Callable, Iterator, Mapping
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from ..errors import InvalidSettings
from ..model.account import Credential
from ..ports import Figures, Platform, Proving, SignIn

if TYPE_CHECKING:
    from ..platforms.gate import Wire
    from . import App


T = TypeVar("T")


class PerNetwork(Mapping[str, T]):
    """What there is of a kind for networks, by name, made each time anew: they hold nothing between two uses."""

    def __init__(self, app: "App", makers: Mapping[str, Callable[["App"], T]]) -> None:
        self._app = app
        self._makers = makers

    def __getitem__(self, name: str) -> T:
        return self._makers[name](self._app)

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


class Platforms(Mapping[str, Platform]):
    """See `App.platforms`."""

    def __init__(self, app: "App") -> None:
        self._app = app
        self._made: dict[str, Platform] = {}
        self._lock = Lock()

    def __getitem__(self, name: str) -> Platform:
        with self._lock:  # many threads ask at once, and one of them makes it
            if name not in self._made:
                self._made[name] = _MAKERS[name](self._app)
            return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_MAKERS)

    def __len__(self) -> int:
        return len(_MAKERS)


def _x(app: "App") -> Platform:
    from ..platforms.x import X

    return X(_wire(app, app.settings.x.base_url), app.media, clock=app.clock)


def _facebook(app: "App") -> Platform:
    from ..platforms.facebook import Facebook

    facebook = app.settings.facebook
    return Facebook(
        _wire(app, facebook.base_url), app.media,
        clock=app.clock, version=facebook.version, app=lambda: _our_app(app, "facebook"),
    )  # fmt: skip


def _youtube(app: "App") -> Platform:
    from ..platforms.youtube import YouTube

    youtube = app.settings.youtube
    return YouTube(
        _wire(app, youtube.base_url), app.media,
        clock=app.clock, chunk=youtube.chunk_mib << 20, category=youtube.category, made_for_kids=youtube.made_for_kids,
        renew=lambda account, stale: app.renewals.renewed(account, stale),  # looked up late: only who sends opens a store
    )  # fmt: skip


_MAKERS = {"x": _x, "facebook": _facebook, "youtube": _youtube}


def _our_app(app: "App", platform: str) -> Credential | None:
    """The credential of our app, where the vault has one."""
    try:
        return app.vault.app(platform)
    except InvalidSettings:
        return None


def _wire(app: "App", base_url: str) -> "Wire":
    from ..platforms.gate import Wire

    sending = app.settings.sending
    return Wire(
        base_url=base_url,
        connect=sending.connect_timeout.total_seconds(),
        total=sending.total_timeout.total_seconds(),
        upload=sending.upload_timeout.total_seconds(),
    )


def _x_sign_in(app: "App") -> SignIn:
    from ..platforms.x.signin import XSignIn

    return XSignIn(_wire(app, app.settings.x.base_url), clock=app.clock)


def _facebook_sign_in(app: "App") -> SignIn:
    from ..platforms.facebook.signin import FacebookSignIn

    facebook = app.settings.facebook
    return FacebookSignIn(_wire(app, facebook.base_url), clock=app.clock, version=facebook.version)


def _youtube_sign_in(app: "App") -> SignIn:
    from ..platforms.youtube.signin import YouTubeSignIn

    return YouTubeSignIn(_wire(app, app.settings.youtube.base_url), clock=app.clock)


SIGN_INS: dict[str, Callable[["App"], SignIn]] = {"x": _x_sign_in, "facebook": _facebook_sign_in, "youtube": _youtube_sign_in}


def _x_figures(app: "App") -> Figures:
    from ..platforms.x.figures import XFigures

    return XFigures(_wire(app, app.settings.x.base_url))


def _facebook_figures(app: "App") -> Figures:
    from ..platforms.facebook.figures import FacebookFigures

    facebook = app.settings.facebook
    return FacebookFigures(_wire(app, facebook.base_url), clock=app.clock, version=facebook.version)


def _youtube_figures(app: "App") -> Figures:
    from ..platforms.youtube.figures import YouTubeFigures

    return YouTubeFigures(_wire(app, app.settings.youtube.base_url), clock=app.clock, renew=app.renewals.renewed)


FIGURES: dict[str, Callable[["App"], Figures]] = {"x": _x_figures, "facebook": _facebook_figures, "youtube": _youtube_figures}


def _facebook_proof(app: "App") -> Proving:
    from ..platforms.facebook.proof import FacebookProof

    facebook = app.settings.facebook
    return FacebookProof(_wire(app, facebook.base_url), clock=app.clock, version=facebook.version)


def _youtube_proof(app: "App") -> Proving:
    from ..platforms.youtube.proof import YouTubeProof

    return YouTubeProof(_wire(app, app.settings.youtube.base_url), clock=app.clock, renew=app.renewals.renewed)


# X knows no post that nobody sees: whether we may post there is told by the access level of every answer.
PROOFS: dict[str, Callable[["App"], Proving]] = {"facebook": _facebook_proof, "youtube": _youtube_proof}
