"""The pages as HTML: every one in the language of its reader, none with a script."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse

from ..model.account import Account
from ..model.life import Invitation
from .words import languages, words

PLATFORMS = {"x": "X", "facebook": "Facebook", "youtube": "YouTube"}

_templates = Environment(
    loader=PackageLoader(__name__), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


class Pages:
    """All pages of one ministry."""

    def __init__(self, *, ministry: str, live: bool) -> None:
        self._ministry = ministry
        self._live = live

    def invitation(self, account: Account, invitation: Invitation, *, word: str, visit: str, lang: str) -> HTMLResponse:
        """What the mission is about to allow, and why."""
        until = _moment(invitation.until, account.zone)
        handle = shown_handle(account.platform, account.handle)
        return self._page(
            "invitation.html", lang, account=account, platform=account.platform, handle=handle, until=until,
            inviter=invitation.by, word=word, visit=visit,
        )  # fmt: skip

    def connected(self, done: Mapping[str, Any], *, lang: str) -> HTMLResponse:
        """What is connected now."""
        return self._page("connected.html", lang, done=done, platform=done["platform"], handle=done["handle"])

    def failed(
        self, sentence: str, *, lang: str, platform: str = "", handle: str = "", word: str = "", detail: str = "", status: int = 400
    ) -> HTMLResponse:
        """One clear sentence, a key such as `links.expired`, and the way on: the link again, or a new one."""
        return self._page(
            "failed.html", lang, status=status, sentence=sentence, platform=platform, handle=handle, word=word, detail=detail
        )

    def _page(self, template: str, lang: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        said = words(lang)
        names = {
            "platform": PLATFORMS.get(values["platform"], ""), "handle": values["handle"],
            "inviter": values.get("inviter", ""), "until": values.get("until", ""),
        }  # fmt: skip
        # A page that says what failed is not loaded again in another language: that would be another try.
        choices = [(tag, words(tag)["language"]) for tag in languages()] if status == 200 else []
        text = _templates.get_template(template).render(
            lang=lang, direction=said["direction"], said=Sayings(said, names), choices=choices, ministry=self._ministry,
            live=self._live, platforms=PLATFORMS, **values,
        )  # fmt: skip
        return HTMLResponse(text, status)


_CLASSES = {"until": "moment"}  # what a line is not broken in


class Sayings:
    """The words of one language, with names filled in: each isolated, so that it keeps its own direction."""

    def __init__(self, said: Mapping[str, Any], names: Mapping[str, str]) -> None:
        self._said = said
        self._names = {
            name: Markup('<bdi class="{}">{}</bdi>').format(_CLASSES.get(name, ""), text) for name, text in names.items()
        }

    def __call__(self, key: str) -> Markup:
        """One sentence, by `section.name`."""
        return self._filled(self._find(key))

    def plain(self, key: str) -> str:
        """The same without marks, for a title."""
        return self(key).striptags()

    def all(self, key: str) -> Sequence[Markup]:
        """Several sentences."""
        return [self._filled(one) for one in self._find(key)]

    def _filled(self, text: str) -> Markup:
        return Markup(escape(text)).format(**self._names)

    def _find(self, key: str) -> Any:
        found: Any = self._said
        for part in key.split("."):
            found = found[part]
        return found


def shown_handle(platform: str, handle: str) -> str:
    """A handle as its platform writes it."""
    return handle if platform == "facebook" else f"@{handle.removeprefix('@')}"


def _moment(moment: datetime, zone: str) -> str:
    """On the account's own wall, in a form that no language reads otherwise."""
    there = moment.astimezone(ZoneInfo(zone))
    return f"{there:%Y-%m-%d, %H:%M} ({zone.replace('_', ' ')})"
