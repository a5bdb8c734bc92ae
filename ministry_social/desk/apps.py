"""Our own app at each platform: what proves it, checked before a vault keeps it."""

from collections.abc import Mapping

from ..errors import InvalidSettings
from ..model.account import Credential

FIELDS = {
    "x": ("consumer_key", "consumer_secret"),
    "facebook": ("app_id", "app_secret"),
    "youtube": ("client_id", "client_secret"),
}
# What Google's console gives to download wraps a client by its kind, and says more of it than we need.
_WRAPPED = ("installed", "web")


def checked(platform: str, fields: Mapping[str, object]) -> Credential:
    """The credential of our app, if it is whole. Raises `InvalidSettings`; never says what the fields hold."""
    wanted = FIELDS[platform]
    given, wrapped = _unwrapped(platform, fields)
    missing = [name for name in wanted if not isinstance(given.get(name), str) or not given[name]]
    strange = 0 if wrapped else len(set(given) - set(wanted))  # counted, not named: a secret may stand in the place of a name
    if missing or strange:
        said = [f"{', '.join(missing)} missing"] if missing else []
        said += [f"{strange} more than that"] if strange else []
        raise InvalidSettings(
            f"The credential of our app at {platform} is not right: {'; '.join(said)}.",
            remedy=f"It is a JSON object with {', '.join(wanted)}"
            + (", or the file that Google's console gives." if platform == "youtube" else "."),
        )
    return Credential({name: str(given[name]) for name in wanted})


def _unwrapped(platform: str, fields: Mapping[str, object]) -> tuple[Mapping[str, object], bool]:
    for kind in _WRAPPED if platform == "youtube" else ():
        inner = fields.get(kind)
        if isinstance(inner, Mapping) and len(fields) == 1:
            return inner, True
    return fields, False
