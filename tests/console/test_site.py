"""The onboarding pages over HTTP: what each answer says, and what it keeps to itself."""

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import requests

from ministry_social.console import guard
from ministry_social.console.cookies import Jar
from ministry_social.console.serving import serving
from ministry_social.console.site import site
from ministry_social.desk import inviting
from ministry_social.desk.connecting import Reception
from ministry_social.model.account import Account, Credential
from ministry_social.model.signin import Begun, Granted
from ministry_social.rules.signin import is_expected
from tests.acceptance.onboarding import free_port
from tests.desk.bench import Bench, account, make_bench

RIGA = account("embassy-riga", id="4001", handle="TAV_Riga", title="Embassy <b>in</b> Riga")


@dataclass
class Stage:
    """A platform's sign-in that says what the test wants."""

    bench: Bench
    broken: Exception | None = None

    def begin(self, account: Account, app: Credential, *, callback: str) -> Begun:
        until = self.bench.clock.now() + timedelta(hours=1)
        address = f"https://platform.example.org/agree?back={callback}"
        return Begun(address=address, state="state-1", secret={"half": "tell-tale"}, until=until)

    def finish(self, account: Account, app: Credential, begun: Begun, answer: Any, *, callback: str) -> Granted:
        if self.broken is not None:
            raise self.broken
        assert begun.secret == {"half": "tell-tale"}
        fields = {"consumer_key": "k", "consumer_secret": "s", "access_token": "4001-tell-tale", "access_token_secret": "t"}
        assert is_expected(account, id="4001", handle="")
        return Granted(credential=Credential(fields), id="4001", handle="TAV_Riga", name="Riga", scopes=("read", "write"))

    def accept(self, account: Account, app: Credential, pasted: Any) -> Granted:
        raise AssertionError("the pages paste nothing")


@dataclass
class Visit:
    """The pages, and a link to them."""

    bench: Bench
    stage: Stage
    base: str
    link: str
    warnings: list[str]
    browser: requests.Session

    def get(self, path: str, **wish: Any) -> requests.Response:
        return self.browser.get(path if path.startswith("http") else self.base + path, timeout=10, **wish)

    def press(self, **form: str) -> requests.Response:
        [visit] = re.findall(r'name="visit" value="([^"]+)"', self.get(self.link).text)
        return self.browser.post(self.link, data={"visit": visit} | form, timeout=10, allow_redirects=False)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Bench, Stage, Reception, str, list[str]]]:
    bench = make_bench(tmp_path_factory.mktemp("site"))
    bench.vault.put_app("x", Credential({"consumer_key": "k", "consumer_secret": "s"}))
    stage, warnings, port = Stage(bench), [], free_port()
    reception = Reception(
        store=bench.store, clock=bench.clock, vault=bench.vault, sign_ins={"x": stage}, written=lambda: (RIGA,)
    )  # fmt: skip
    base = f"http://127.0.0.1:{port}"
    found = site(reception, ministry="Tavoria", live=False, base_url=base, warn=warnings.append)
    with serving(found, host="127.0.0.1", port=port), closing(bench.store):
        yield bench, stage, reception, base, warnings


@pytest.fixture
def visit(served: tuple[Bench, Stage, Reception, str, list[str]]) -> Iterator[Visit]:
    bench, stage, reception, base, warnings = served
    link, _ = inviting.invite(reception, "embassy-riga", days=7, base_url=base, person="ana")
    stage.broken = None
    warnings.clear()
    with requests.Session() as browser:
        yield Visit(bench, stage, base, link, warnings, browser)


def test_every_answer_forbids_what_no_page_needs(visit: Visit) -> None:
    for path in (visit.link, "/style.css", "/nothing", "/callback/x", "/connected"):
        said = visit.get(path).headers
        assert said["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'; base-uri 'none'")
        assert said["Referrer-Policy"] == "no-referrer"
        assert said["Cache-Control"] == "no-store"
        assert said["X-Frame-Options"] == "DENY"
        assert "server" not in said


def test_a_page_holds_no_script_and_writes_out_what_looks_like_one(visit: Visit) -> None:
    text = visit.get(visit.link).text
    assert "<script" not in text
    assert "Embassy &lt;b&gt;in&lt;/b&gt; Riga" in text
    assert not re.findall(r'(?:src|href)="(?!/|\?)', text)


def test_cookies_can_be_read_by_nobody_else(visit: Visit) -> None:
    visit.press()
    for one in visit.browser.cookies:
        assert one.has_nonstandard_attr("HttpOnly")
        assert one.value is not None
        assert "tell-tale" not in one.value
    assert {one.name: one.get_nonstandard_attr("SameSite") for one in visit.browser.cookies} == {
        "visit": "strict", "sign-in": "lax",
    }  # fmt: skip


def test_over_https_cookies_and_forms_go_nowhere_else(visit: Visit) -> None:
    from starlette.responses import Response

    answer = Response()
    Jar(vault=visit.bench.vault, secure=True).put(answer, "sign-in", {})
    assert re.match(r"__Host-sign-in=.*; HttpOnly; Max-Age=86400; Path=/; SameSite=lax; Secure", answer.headers["set-cookie"])
    said = guard.headers("https://onboarding.mfa.example.org")
    assert said["Strict-Transport-Security"] == "max-age=31536000"
    assert said["Content-Security-Policy"].endswith("form-action 'self' https:")


def test_one_cookie_is_not_taken_for_another(visit: Visit) -> None:
    from starlette.responses import Response

    jar, answer = Jar(vault=visit.bench.vault, secure=False), Response()
    jar.put(answer, "visit", {"word": "w"})
    value = answer.headers["set-cookie"].partition("=")[2].partition(";")[0]
    assert jar.take({"visit": value}, "visit")["word"] == "w"
    assert jar.take({"sign-in": value}, "sign-in") == {}
    assert jar.take({"visit": value[:-4]}, "visit") == {}


def test_the_way_through_the_pages(visit: Visit) -> None:
    onward = visit.press(lang="de")
    assert (onward.status_code, onward.headers["location"]) == (
        303, f"https://platform.example.org/agree?back={visit.base}/callback/x",
    )  # fmt: skip
    last = visit.get("/callback/x?token=state-1")
    assert last.url == f"{visit.base}/connected"
    assert '<bdi class="">@TAV_Riga</bdi> ist verbunden' in last.text
    assert visit.bench.vault.get("embassy-riga")["access_token"] == "4001-tell-tale"
    assert "tell-tale" not in last.text
    assert visit.get(visit.link).status_code == 410
    visit.bench.vault.remove("embassy-riga")


def test_a_button_on_another_site_begins_nothing(visit: Visit) -> None:
    visit.get(visit.link)
    assert visit.browser.post(visit.link, data={"visit": "guessed"}, timeout=10).status_code == 403
    [word] = re.findall(r'name="visit" value="([^"]+)"', visit.get(visit.link).text)
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert visit.browser.post(visit.link, data={"visit": word}, headers=elsewhere, timeout=10).status_code == 403
    assert "sign-in" not in visit.browser.cookies


@pytest.mark.parametrize("query", ["token=another", "", "token=state-1&error=x"])
def test_an_answer_without_its_beginning_is_refused(visit: Visit, query: str) -> None:
    if "state-1" not in query:
        visit.press()
    answer = visit.get(f"/callback/x?{query}")
    assert (answer.status_code, "belongs to no sign-in that began in this browser" in answer.text) == (400, True)


def test_what_is_unforeseen_is_told_to_the_operator_without_its_text(visit: Visit) -> None:
    visit.press()
    visit.stage.broken = RuntimeError("tell-tale")
    answer = visit.get("/callback/x?token=state-1")
    assert (answer.status_code, "Something went wrong on our side" in answer.text) == (503, True)
    assert visit.warnings == ["A page could not be shown: something failed that was not foreseen (RuntimeError)."]
    assert "tell-tale" not in answer.text


def test_what_is_too_large_or_for_another_host_reaches_no_page(visit: Visit) -> None:
    assert visit.browser.post(visit.link, data="a" * 5_000, timeout=10).status_code == 413
    assert visit.get("/" + "a" * 5_000).status_code == 414
    assert visit.get(visit.link, headers={"Host": "evil.example.org"}).status_code == 421
    assert visit.browser.put(visit.link, timeout=10).status_code == 405


def test_too_many_requests_have_to_wait(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "EACH", 0)
    answer = visit.get(visit.link)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")


def test_a_server_says_nothing_of_what_it_served(visit: Visit, capfd: pytest.CaptureFixture[str]) -> None:
    visit.get(visit.link)
    visit.get("/nothing")
    assert capfd.readouterr() == ("", "")
