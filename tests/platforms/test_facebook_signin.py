"""Connecting a Page through facebook-sdk, against the rehearsal: the whole way, and each way in which it fails."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from ministry_social.errors import PlatformError, SignInFailed, Throttled, Unreachable
from ministry_social.model.account import Account, Credential, Standing
from ministry_social.model.signin import Begun, Granted
from ministry_social.platforms.facebook import Facebook
from ministry_social.platforms.facebook.signin import FacebookSignIn
from ministry_social.rules.signin import CODES
from tests.rehearsal.facebook_person import SCOPES, agree, deny

from .bench import Bench
from .conftest import MakeBench

CALLBACK = "http://127.0.0.1:8710/connect/facebook"
OTHER = "104500000000002"


def told(error: BaseException | None) -> str:
    """All that an error and its causes say of themselves."""
    said = ""
    while error is not None:
        said += f"{error!r} {error} {error.args}\n"
        error = error.__cause__ or error.__context__
    return said


@dataclass
class Desk:
    """Somebody who connects the bench's Page; `secrets` are those that no error may show."""

    bench: Bench
    sign_in: FacebookSignIn
    app: Credential
    account: Account
    secrets: list[str] = field(default_factory=list)

    def begin(self) -> Begun:
        return self.sign_in.begin(self.account, self.app, callback=CALLBACK)

    def finish(self, begun: Begun, answer: Mapping[str, str], *, callback: str = CALLBACK) -> Granted:
        self.secrets += [answer[name] for name in ("code",) if name in answer]
        return self.sign_in.finish(self.account, self.app, begun, answer, callback=callback)

    def connect(self, *pages: str, without: tuple[str, ...] = ()) -> Granted:
        """The whole way, with these Pages ticked."""
        begun = self.begin()
        return self.finish(begun, agree(begun.address, pages, without=without))

    def accept(self, token: str) -> Granted:
        self.secrets.append(token)
        return self.sign_in.accept(self.account, self.app, {"access_token": token})

    def token(self, kind: str, **wish: Any) -> str:
        """A token that an administrator pastes."""
        made: str = self.bench.rehearsal.post("/rehearsal/facebook/tokens", {"kind": kind} | wish)["access_token"]
        return made

    def expecting(self, **changes: Any) -> "Desk":
        return replace(self, account=replace(self.account, **changes))

    def fails(self, code: str, way: Callable[[], Any]) -> SignInFailed:
        """The failure, which has this code, says a sentence, and shows no secret in whatever a log would take."""
        with pytest.raises(SignInFailed) as error:
            way()
        assert error.value.code == code
        assert code in CODES
        assert error.value.sentence.endswith(".")
        self.show_nothing(error.value)
        return error.value

    def show_nothing(self, error: PlatformError) -> None:
        state = self.bench.rehearsal.world.states["facebook"]
        for secret in [*self.secrets, *state.grants, *state.codes, self.app["app_secret"]]:
            assert secret not in told(error)


@pytest.fixture
def desk(make_bench: MakeBench) -> Desk:
    bench = make_bench("facebook")
    bench.rehearsal.enrol("facebook", OTHER, "embassy-rome", "embassy_rome")
    app = Credential(bench.rehearsal.get("/rehearsal/apps")["facebook"])
    return Desk(bench, FacebookSignIn(bench.wire, clock=bench.clock), app, bench.account)


def with_credential(bench: Bench, granted: Granted) -> Bench:
    return replace(bench, credential=granted.credential)


# The whole way


def test_signing_in_gives_the_pages_own_token_and_it_publishes(desk: Desk) -> None:
    granted = desk.connect(desk.account.id, OTHER)
    assert (granted.id, granted.handle, granted.name) == (desk.account.id, desk.account.handle, desk.account.name)
    assert set(granted.credential.fields()) == {"page_id", "access_token"}
    assert granted.credential["page_id"] == desk.account.id
    assert set(granted.scopes) == set(SCOPES)
    assert granted.credential["access_token"] not in repr(granted)
    with_credential(desk.bench, granted).publish()
    assert len(desk.bench.standing()) == 1


def test_the_dialog_asks_for_what_we_use_and_no_more(desk: Desk) -> None:
    begun = desk.begin()
    asked = {name: values[0] for name, values in parse_qs(urlsplit(begun.address).query).items()}
    assert begun.address.startswith(f"{desk.bench.wire.base_url}/v26.0/dialog/oauth?")
    assert (asked["client_id"], asked["redirect_uri"], asked["state"]) == (desk.app["app_id"], CALLBACK, begun.state)
    assert (asked["scope"], asked["response_type"], asked["auth_type"]) == (",".join(SCOPES), "code", "rerequest")
    assert (dict(begun.secret), begun.by_hand) == ({}, False)
    assert begun.state != desk.begin().state


def test_the_real_dialog_is_at_another_host_than_the_api(desk: Desk) -> None:
    real = FacebookSignIn(replace(desk.bench.wire, base_url="https://graph.facebook.com"), clock=desk.bench.clock)
    begun = real.begin(desk.account, desk.app, callback=CALLBACK)
    assert begun.address.startswith("https://www.facebook.com/v26.0/dialog/oauth?")


def test_a_page_whose_id_is_not_known_yet_is_found_by_its_handle(desk: Desk) -> None:
    granted = desk.expecting(id="", handle=desk.account.handle.upper()).connect(OTHER, desk.account.id)
    assert granted.id == desk.account.id


def test_the_page_is_found_in_a_long_list(desk: Desk) -> None:
    pages = [f"77{number:013}" for number in range(120)]
    for number, page in enumerate(pages):
        desk.bench.rehearsal.enrol("facebook", page, f"page-{number}")
    late = desk.expecting(id="", handle="page_119")
    assert late.accept(desk.token("system-user", pages=pages)).id == pages[-1]


def test_it_is_said_until_when_it_lasts(desk: Desk) -> None:
    granted = desk.connect(desk.account.id)
    assert granted.until is not None
    assert granted.until - desk.bench.clock.now() > timedelta(days=89)
    [warning] = granted.warnings
    assert "a person must sign in again" in warning
    desk.bench.clock.pass_by(timedelta(days=80))  # longer than the person's own token lives
    with_credential(desk.bench, granted).publish()


# What an administrator pastes


def test_a_system_users_token_connects_its_page_without_an_end(desk: Desk) -> None:
    granted = desk.accept(f"  {desk.token('system-user', pages=[desk.account.id])}\n")
    assert (granted.id, granted.until, granted.warnings) == (desk.account.id, None, ())
    with_credential(desk.bench, granted).publish()
    assert len(desk.bench.standing()) == 1


def test_a_pages_own_token_is_taken_as_it_is(desk: Desk) -> None:
    token = desk.bench.credential["access_token"]
    granted = desk.accept(token)
    assert granted.credential["access_token"] == token
    assert any("the first post will show" in warning for warning in granted.warnings)


def test_a_persons_token_is_made_to_last_before_it_is_used(desk: Desk) -> None:
    granted = desk.accept(desk.token("user", pages=[desk.account.id], expires_in=3600))
    desk.bench.clock.pass_by(timedelta(days=1))
    with_credential(desk.bench, granted).publish()


def test_a_pages_token_that_will_end_comes_with_a_warning(desk: Desk) -> None:
    person = desk.token("user", pages=[desk.account.id], expires_in=3600)
    listed = desk.bench.rehearsal.get("/api/facebook/v26.0/me/accounts", access_token=person)["data"][0]
    granted = desk.accept(listed["access_token"])
    assert granted.until is not None
    assert granted.until - desk.bench.clock.now() < timedelta(hours=1)
    assert any("token ends on" in warning for warning in granted.warnings)


# The wrong account


@pytest.mark.parametrize("known", [True, False])
def test_another_page_is_refused_and_both_are_named(desk: Desk, known: bool) -> None:
    desk = desk if known else desk.expecting(id="")
    refused = desk.fails("wrong-account", lambda: desk.connect(OTHER))
    assert f"{desk.account.title} (@{desk.account.handle}" in refused.sentence
    assert f"shared were: embassy-rome (@embassy_rome, {OTHER})" in refused.sentence
    assert "tick this Page" in refused.remedy
    assert ("give the account its id" in refused.remedy) is not known


def test_no_page_ticked_is_said_so(desk: Desk) -> None:
    assert "no Page was shared" in desk.fails("wrong-account", lambda: desk.connect()).sentence


def test_pasted_tokens_of_another_page_are_refused(desk: Desk) -> None:
    desk.fails("wrong-account", lambda: desk.accept(desk.token("system-user", pages=[OTHER])))
    other = desk.bench.rehearsal.enrol("facebook", OTHER, "embassy-rome")["access_token"]
    assert OTHER in desk.fails("wrong-account", lambda: desk.accept(other)).sentence


# What was not given


@pytest.mark.parametrize("scope", SCOPES)
def test_a_permission_that_was_left_out_is_named(desk: Desk, scope: str) -> None:
    refused = desk.fails("missing-scope", lambda: desk.connect(desk.account.id, without=(scope,)))
    assert refused.sentence.endswith(f"missing: {scope}.")
    system = desk.token("system-user", pages=[desk.account.id], scopes=[one for one in SCOPES if one != scope])
    desk.fails("missing-scope", lambda: desk.accept(system))


def test_a_person_who_may_not_create_content_there_is_refused(desk: Desk) -> None:
    desk.bench.rehearsal.post("/rehearsal/facebook", {"without_task": [desk.account.id]})
    refused = desk.fails("missing-scope", lambda: desk.connect(desk.account.id))
    assert "CREATE_CONTENT" in refused.sentence


def test_a_no_is_a_no(desk: Desk) -> None:
    begun = desk.begin()
    desk.fails("denied", lambda: desk.finish(begun, deny(begun.address)))


# Codes and states


def test_a_code_counts_once(desk: Desk) -> None:
    begun = desk.begin()
    answer = agree(begun.address, [desk.account.id])
    desk.finish(begun, answer)
    desk.fails("code-used", lambda: desk.finish(begun, answer))


@pytest.mark.parametrize("minutes", [11, 61])  # the code's end, and the sign-in's own
def test_an_answer_that_comes_too_late_is_refused(desk: Desk, minutes: int) -> None:
    begun = desk.begin()
    answer = agree(begun.address, [desk.account.id])
    desk.bench.clock.pass_by(timedelta(minutes=minutes))
    desk.fails("expired", lambda: desk.finish(begun, answer))


def test_an_answer_to_another_sign_in_is_refused(desk: Desk) -> None:
    begun, other = desk.begin(), desk.begin()
    answer = agree(other.address, [desk.account.id])
    desk.fails("strange-answer", lambda: desk.finish(begun, answer))
    desk.fails("strange-answer", lambda: desk.finish(begun, deny(other.address)))
    desk.fails("strange-answer", lambda: desk.finish(begun, {"state": begun.state}))
    desk.fails("strange-answer", lambda: desk.finish(begun, {"state": begun.state, "error": "server_error"}))
    desk.fails("strange-answer", lambda: desk.finish(begun, {"state": begun.state, "code": "invented-by-somebody"}))
    desk.fails("strange-answer", lambda: desk.finish(begun, {}))
    assert desk.finish(other, answer).id == desk.account.id


def test_an_address_or_an_app_that_facebook_does_not_know_is_said_so(desk: Desk) -> None:
    begun = desk.begin()
    answer = agree(begun.address, [desk.account.id])
    desk.fails("not-registered", lambda: desk.finish(begun, answer, callback=CALLBACK + "/else"))
    for change in ({"app_id": "17"}, {"app_secret": "a-wrong-secret"}, {"app_secret": ""}):
        wrong = replace(desk, app=Credential(desk.app.fields() | change), secrets=[])
        with pytest.raises(SignInFailed) as error:
            wrong.finish(begun, answer)
        assert error.value.code == "not-registered"
        assert "vault app facebook" in error.value.remedy
        assert "a-wrong-secret" not in told(error.value)
        with pytest.raises(SignInFailed) as error:
            wrong.accept(desk.token("system-user", pages=[desk.account.id]))
        assert error.value.code == "not-registered"


def test_without_a_browser_facebook_has_no_way(desk: Desk) -> None:
    refused = desk.fails("not-here", lambda: desk.sign_in.begin(desk.account, desk.app, callback=""))
    assert "system user" in refused.remedy


def test_a_pasted_token_that_does_not_count_is_refused(desk: Desk) -> None:
    desk.fails("strange-answer", lambda: desk.sign_in.accept(desk.account, desk.app, {"access_token": " "}))
    desk.fails("expired", lambda: desk.accept("EAAinvented"))
    old = desk.token("user", expires_in=60)
    desk.bench.clock.pass_by(timedelta(minutes=2))
    desk.fails("expired", lambda: desk.accept(old))
    app = f"{desk.app['app_id']}|{desk.app['app_secret']}"
    desk.fails("strange-answer", lambda: desk.accept(app))


# When Facebook itself fails


@pytest.mark.parametrize("fault", ["drop-before", "drop-after", "error", "html-page", "no-content-type", "unparsable"])
def test_an_outage_is_no_refusal(desk: Desk, fault: str) -> None:
    begun = desk.begin()
    answer = agree(begun.address, [desk.account.id])
    desk.bench.rehearsal.fault(fault, "facebook", action="token", times=1)
    with pytest.raises(Unreachable) as error:
        desk.finish(begun, answer)
    desk.show_nothing(error.value)


def test_a_throttle_stays_a_throttle(desk: Desk) -> None:
    desk.bench.rehearsal.fault("throttled", "facebook", action="token")
    with pytest.raises(Throttled):
        desk.accept("EAAsomething")


# What Facebook says of a Page


def inspect(desk: Desk, granted: Granted, app: Credential | None = None) -> Standing:
    facebook = Facebook(desk.bench.wire, None, clock=desk.bench.clock, app=lambda: app)  # type: ignore[arg-type]
    return facebook.inspect(desk.account, granted.credential)


def test_inspecting_tells_how_the_public_sees_the_page(desk: Desk) -> None:
    granted = desk.connect(desk.account.id)
    change = {"bio": "Ambassade.", "picture": "https://mfa.example.org/a.png", "verified": "blue_verified"}
    desk.bench.rehearsal.post(f"/rehearsal/accounts/facebook/{desk.account.name}", change)
    seen = inspect(desk, granted, desk.app)
    assert (seen.bio, seen.picture, seen.verified) == ("Ambassade.", "https://mfa.example.org/a.png", "blue_verified")
    assert (seen.handle, seen.may_post, seen.tier) == (desk.account.handle, True, "")
    assert seen.limits == ("0 % of the calls of 24 hours used",)


def test_inspecting_tells_until_when_where_our_app_may_look(desk: Desk) -> None:
    granted = desk.connect(desk.account.id)
    seen = inspect(desk, granted, desk.app)
    assert (seen.until, set(seen.scopes)) == (granted.until, set(SCOPES))
    assert "must sign in again before" in seen.detail
    blind = inspect(desk, granted)
    assert (blind.until, blind.scopes, blind.may_post, blind.verified) == (None, (), True, "")
    desk.bench.rehearsal.post("/rehearsal/facebook", {"people_have_roles": True})
    assert inspect(desk, granted).until == granted.until


def test_inspecting_a_page_without_the_permission_to_post_says_so(desk: Desk) -> None:
    person = desk.token("user", pages=[desk.account.id], scopes=["pages_show_list"])
    listed = desk.bench.rehearsal.get("/api/facebook/v26.0/me/accounts", access_token=person)["data"][0]
    token = Credential({"page_id": desk.account.id, "access_token": listed["access_token"]})
    seen = inspect(desk, Granted(credential=token, id=desk.account.id, handle="", name=""), desk.app)
    assert (seen.may_post, "pages_manage_posts" in seen.detail) == (False, True)
