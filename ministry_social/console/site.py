"""The site: which page answers which request, and what each error becomes for a person who reads it in a browser."""

from collections.abc import Callable, Mapping
from pathlib import Path
from secrets import compare_digest, token_urlsafe
from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import Depends, FastAPI, Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.types import ASGIApp

from ..desk.connecting import Connected, Reception, why
from ..desk.inviting import Porter
from ..errors import LinkRefused, MinistryError, NotAllowed, PlatformError
from .cookies import DONE, SIGN_IN, VISIT, Jar, as_json, begun_from
from .guard import Guard
from .pages import PLATFORMS, Pages, shown_handle
from .words import choose

_STYLE = Path(__file__).parent / "templates" / "style.css"
_GONE = {"altered": 404, "unknown": 404}  # the others have been a link once: 410


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form; the guard has looked at its size."""
    return dict(parse_qsl((await request.body()).decode("utf-8", "replace"), max_num_fields=10))


def site(
    reception: Reception, *, ministry: str, live: bool, base_url: str, warn: Callable[[str], None] = lambda line: None
) -> ASGIApp:
    """All pages behind their guard. `warn` is told, in a line without secrets, what the operator should know."""
    found = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    desk = _Desk(reception, Pages(ministry=ministry, live=live), base_url, warn)

    @found.get("/style.css")
    def style() -> Response:
        return FileResponse(_STYLE)

    @found.get("/invitation/{word}")
    def invitation(request: Request, word: str) -> Response:
        return desk.answer(request, lambda: desk.show(request, word))

    @found.post("/invitation/{word}")
    def begin(request: Request, word: str, form: Annotated[dict[str, str], Depends(_form)]) -> Response:
        return desk.answer(request, lambda: desk.begin(request, word, form), word=word)

    @found.get("/callback/{platform}")
    def callback(request: Request, platform: str) -> Response:
        return desk.answer(request, lambda: desk.finish(request, platform), kept=desk.jar.take(request.cookies, SIGN_IN))

    @found.get("/connected")
    def connected(request: Request) -> Response:
        return desk.answer(request, lambda: desk.done(request))

    @found.get("/{path:path}")
    def other(request: Request, path: str) -> Response:
        return desk.answer(request, lambda: desk.nothing(request))

    return Guard(found, base_url=base_url, clock=reception.clock)


class _Desk:
    """What each page does."""

    def __init__(self, reception: Reception, pages: Pages, base_url: str, warn: Callable[[str], None]) -> None:
        self._porter = Porter(reception)
        self._pages = pages
        self._callbacks = f"{base_url}/callback"
        self._warn = warn
        self.jar = Jar(vault=reception.vault, secure=base_url.startswith("https:"))

    def show(self, request: Request, word: str) -> Response:
        """What the mission is about to allow, and why. Nothing is used up by looking."""
        guest = self._porter.open(word)
        kept = self.jar.take(request.cookies, VISIT)
        visit = kept["visit"] if kept.get("word") == word else token_urlsafe(16)
        lang = _language(request, spoken=guest.account.languages)
        page = self._pages.invitation(guest.account, guest.invitation, word=word, visit=visit, lang=lang)
        self.jar.put(page, VISIT, {"visit": visit, "word": word}, strict=True)
        return page

    def begin(self, request: Request, word: str, form: Mapping[str, str]) -> Response:
        """The button was pressed, on our own page, in this browser: lead on to the platform."""
        kept = self.jar.take(request.cookies, VISIT)
        lang = _language(request, asked=form.get("lang", ""))
        ours = kept.get("word") == word and compare_digest(str(kept.get("visit", "")), form.get("visit", ""))
        if not ours or request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return self._pages.failed("stale_form", lang=lang, word=word, status=403)
        guest, begun = self._porter.begin(word, callbacks=self._callbacks)
        onward = RedirectResponse(begun.address, 303)
        kept = {"word": word, "account": guest.account.name, "platform": guest.account.platform, "lang": lang}
        self.jar.put(onward, SIGN_IN, kept | {"handle": guest.account.handle, "begun": as_json(begun)})
        return onward

    def finish(self, request: Request, platform: str) -> Response:
        """The platform leads back: the sign-in of this browser comes to its end."""
        kept = self.jar.take(request.cookies, SIGN_IN)
        answer = dict(request.query_params)
        if platform not in PLATFORMS:
            return self.nothing(request)
        if kept.get("platform") != platform or kept["begun"]["state"] not in answer.values():
            raise self._porter.strange(platform)
        begun = begun_from(kept["begun"])
        done = self._porter.finish(kept["word"], kept["account"], begun, answer, callbacks=self._callbacks)
        # On to a page of its own: the platform's code leaves the address, and whoever reloads asks for nothing twice.
        onward = RedirectResponse("/connected", 303)
        self.jar.put(onward, DONE, _told(done) | {"lang": kept["lang"]})
        self.jar.drop(onward, SIGN_IN)
        self.jar.drop(onward, VISIT)
        return onward

    def done(self, request: Request) -> Response:
        """What is connected now."""
        kept = self.jar.take(request.cookies, DONE)
        if not kept:
            return self.nothing(request)
        return self._pages.connected(kept, lang=_language(request, fallback=kept["lang"]))

    def nothing(self, request: Request) -> Response:
        """There is no such page."""
        return self._pages.failed("not_found", lang=_language(request), status=404)

    def answer(self, request: Request, act: Callable[[], Response], *, word: str = "", kept: Mapping[str, Any] = {}) -> Response:
        """What `act` answers, or a page with one sentence that says why not."""
        lang = _language(request, fallback=kept.get("lang", ""))
        try:
            return act()
        except LinkRefused as refused:
            return self._pages.failed(f"links.{refused.reason}", lang=lang, status=_GONE.get(refused.reason, 410))
        except PlatformError as failed:
            platform = kept.get("platform", "")
            handle = shown_handle(platform, kept["handle"]) if platform else ""
            word = kept.get("word", word)
            code = why(failed)
            sentence = "failures.wrong-page" if (platform, code) == ("facebook", "wrong-account") else f"failures.{code}"
            return self._pages.failed(sentence, lang=lang, platform=platform, handle=handle, word=word, detail=failed.sentence)
        except NotAllowed:
            return self._pages.failed("too_many", lang=lang, word=kept.get("word", word), status=429)
        except MinistryError as wrong:
            self._warn(f"A page could not be shown. {wrong}")
        except Exception as bug:  # noqa: BLE001 - a sentence for the mission; its text stays unsaid, nobody knows what it holds
            self._warn(f"A page could not be shown: something failed that was not foreseen ({type(bug).__name__}).")
        return self._pages.failed("unforeseen", lang=lang, word=kept.get("word", word), status=503)


def _language(request: Request, *, asked: str = "", spoken: tuple[str, ...] = (), fallback: str = "") -> str:
    """`fallback`: what the reader chose before."""
    header = request.headers.get("accept-language", "")
    return choose(asked or request.query_params.get("lang", "") or fallback, header, spoken)


def _told(done: Connected) -> dict[str, Any]:
    """What the last page says, small enough for a cookie."""
    granted, platform = done.granted, done.account.platform
    return {
        "platform": platform,
        "handle": shown_handle(platform, granted.handle or done.account.handle),
        "name": granted.name[:200],
        "id": granted.id,
        "until": f"{granted.until:%Y-%m-%d}" if granted.until else "",
        "scopes": list(granted.scopes)[:12],
        "warnings": [one[:300] for one in done.warnings][:3],
        "stage": done.stage.value if done.stage else "",
    }
