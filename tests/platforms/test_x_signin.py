"""Signing in at X through tweepy against the rehearsal: with a way back, with a PIN, and every way to fail."""

import logging
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from ministry_social.errors import OutOfCredit, PlatformError, SignInFailed, Throttled, Unauthorized, Unreachable
from ministry_social.model.account import Account, Credential
from ministry_social.model.signin import Begun, Granted
from ministry_social.platforms.gate import Wire
from ministry_social.platforms.x import X
from ministry_social.platforms.x.errors import not_begun, not_exchanged
from ministry_social.platforms.x.signin import XSignIn
from ministry_social.ports import SignIn
from ministry_social.rules.signin import CODES
from tests.conftest import Rehearsal

from .bench import FixedClock, RehearsalClock, Shelf, make_account
from .foreign import answer

TELL_TALE = "tell-tale"
WITH_QUERY = f"https://example.org/back?invitation={TELL_TALE}"
BACK = "http://127.0.0.1:8000/back"
Answer = Mapping[str, str]


@dataclass
class Embassy:
    """An embassy that connects its account, with a browser in its hands."""

    rehearsal: Rehearsal
    clock: FixedClock
    account: Account
    app: Credential
    wire: Wire

    @property
    def sign_in(self) -> SignIn:
        return XSignIn(self.wire, clock=self.clock)

    def begin(self, callback: str = BACK) -> Begun:
        return self.sign_in.begin(self.account, self.app, callback=callback)

    def finish(self, begun: Begun, brought: Answer, callback: str = BACK) -> Granted:
        return self.sign_in.finish(self.account, self.app, begun, brought, callback=callback)

    def press(self, begun: Begun, decision: str = "authorize", name: str = "embassy-paris") -> requests.Response:
        """Choose an account on X's page, and press a button."""
        assert requests.get(begun.address, timeout=10).status_code == 200
        form = {"oauth_token": begun.state, "decision": decision, "account": name}
        return requests.post(begun.address.partition("?")[0], data=form, timeout=10, allow_redirects=False)

    def agree(self, begun: Begun, name: str = "embassy-paris") -> Answer:
        """Agree, and come back."""
        return brought_by(self.press(begun, name=name))

    def read_pin(self, begun: Begun, name: str = "embassy-paris") -> str:
        return self.press(begun, name=name).text.partition('<code id="pin" dir="ltr">')[2][:7]

    def settle(self, **switches: Any) -> None:
        assert "error" not in self.rehearsal.post("/rehearsal/x/settings", switches)


def brought_by(led_back: requests.Response) -> Answer:
    return dict(parse_qsl(urlsplit(led_back.headers["location"]).query))


@pytest.fixture
def embassy(rehearsal: Rehearsal, rehearsal_clock: RehearsalClock) -> Embassy:
    """Paris, and Rome whose account somebody could take by mistake. The id of Paris is not known yet."""
    for number, name in (("4001", "embassy-paris"), ("4002", "embassy-rome")):
        rehearsal.enrol("x", number, name)
    return Embassy(
        rehearsal=rehearsal, clock=rehearsal_clock, account=make_account("x", "embassy-paris", ""),
        app=Credential(rehearsal.get("/rehearsal/apps")["x"]), wire=Wire(base_url=f"{rehearsal.address}/api/x"),
    )  # fmt: skip


def failing(embassy: Embassy, code: str, try_it: Callable[[], Any], *secrets: str) -> SignInFailed:
    """The failure: with its code, a sentence that ends, something to do, and none of the secrets, not even in its traceback."""
    with pytest.raises(SignInFailed) as failure:
        try_it()
    error = failure.value
    assert code in CODES
    assert error.code == code
    assert error.sentence.endswith(".")
    assert error.remedy.endswith((".", "FILE"))
    assert_shows_nothing(error, *embassy.app.secrets(), *secrets)
    return error


def assert_shows_nothing(error: PlatformError, *secrets: str) -> None:
    told = "".join(traceback.format_exception(error)) + error.remedy
    assert [secret for secret in secrets if secret and secret in told] == []


# It works


def test_with_a_callback_the_person_is_led_back_and_the_account_is_connected(embassy: Embassy) -> None:
    begun = embassy.begin()
    assert begun.address.startswith(f"{embassy.wire.base_url}/oauth/authorize?oauth_token={begun.state}")
    assert not begun.by_hand
    granted = embassy.finish(begun, embassy.agree(begun))
    assert (granted.id, granted.handle, granted.name) == ("4001", "embassy_paris", "embassy-paris")
    assert (granted.scopes, granted.until, granted.warnings) == (("read", "write"), None, ())
    assert set(granted.credential.fields()) == {"consumer_key", "consumer_secret", "access_token", "access_token_secret"}


@pytest.mark.parametrize("callback", ["", "oob"])
def test_without_a_browser_here_the_person_types_a_pin(embassy: Embassy, callback: str) -> None:
    begun = embassy.begin(callback)
    assert begun.by_hand
    pin = embassy.read_pin(begun)
    assert embassy.finish(begun, {"pin": f" {pin[:3]} {pin[3:]}\n"}, callback).id == "4001"


def test_the_new_credential_may_post(embassy: Embassy, shelf: Shelf) -> None:
    begun = embassy.begin()
    granted = embassy.finish(begun, embassy.agree(begun))
    standing = X(embassy.wire, shelf, clock=embassy.clock).inspect(embassy.account, granted.credential)
    assert (standing.id, standing.may_post, standing.tier) == ("4001", True, "read-write")


def test_what_has_begun_is_known_until_x_forgets_it_and_shows_no_secret(embassy: Embassy) -> None:
    begun = embassy.begin()
    assert begun.until > embassy.clock.now()
    assert begun.secret["oauth_token_secret"] not in repr(begun)
    assert begun.secret["oauth_token_secret"] not in begun.address


def test_the_account_that_is_expected_is_filled_in_on_the_page(embassy: Embassy) -> None:
    assert "screen_name=embassy_paris" in embassy.begin().address


def test_no_secret_is_in_any_log(embassy: Embassy, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    sign_in = embassy.sign_in
    begun = sign_in.begin(embassy.account, embassy.app, callback=BACK)
    brought = embassy.agree(begun)
    granted = sign_in.finish(embassy.account, embassy.app, begun, brought, callback=BACK)
    hidden = [*granted.credential.secrets(), *begun.secret.values()]
    assert [secret for secret in hidden if secret in caplog.text] == []


# The person says no, or is another


def test_to_cancel_is_to_deny(embassy: Embassy) -> None:
    begun = embassy.begin()
    brought = brought_by(embassy.press(begun, "cancel", name=""))
    failing(embassy, "denied", lambda: embassy.finish(begun, brought))


def test_another_account_is_refused_with_both_named(embassy: Embassy) -> None:
    begun = embassy.begin()
    error = failing(embassy, "wrong-account", lambda: embassy.finish(begun, embassy.agree(begun, "embassy-rome")))
    assert "@embassy_rome signed in" in error.sentence
    assert "@embassy_paris was expected" in error.sentence
    granted = embassy.rehearsal.world.profile("x", "4002")
    assert granted is not None
    assert_shows_nothing(error, *Credential(granted.credential).secrets())


def test_where_the_id_is_known_a_handle_that_was_taken_over_is_another_account(embassy: Embassy) -> None:
    embassy.account = replace(embassy.account, id="3999")
    begun = embassy.begin("")
    pin = embassy.read_pin(begun)
    error = failing(embassy, "wrong-account", lambda: embassy.finish(begun, {"pin": pin}, ""), pin)
    assert "(id 4001)" in error.sentence
    assert "(id 3999)" in error.sentence


def test_where_the_id_is_known_another_handle_does_no_harm(embassy: Embassy) -> None:
    embassy.account = replace(embassy.account, id="4001", handle="ambassade_paris")
    begun = embassy.begin()
    assert embassy.finish(begun, embassy.agree(begun)).handle == "embassy_paris"


def test_an_app_that_may_only_read_is_no_use(embassy: Embassy) -> None:
    embassy.settle(access="read")
    begun = embassy.begin()
    brought = embassy.agree(begun)
    error = failing(embassy, "missing-scope", lambda: embassy.finish(begun, brought), brought["oauth_verifier"])
    assert "Read and write" in error.remedy


def test_a_suspended_account_may_not_post(embassy: Embassy) -> None:
    begun = embassy.begin()
    brought = embassy.agree(begun)
    embassy.rehearsal.fault("suspended", "x", action="read")
    assert "suspended" in failing(embassy, "missing-scope", lambda: embassy.finish(begun, brought)).sentence


# What comes back is not what was asked for


def test_an_answer_of_another_sign_in_is_strange(embassy: Embassy) -> None:
    begun, other = embassy.begin(), embassy.begin()
    brought = embassy.agree(other)
    failing(embassy, "strange-answer", lambda: embassy.finish(begun, brought), brought["oauth_verifier"])
    failing(embassy, "strange-answer", lambda: embassy.finish(begun, {"denied": other.state}))
    assert embassy.finish(other, brought).id == "4001"


@pytest.mark.parametrize("brought", [{}, {"oauth_token": "STATE"}, {"pin": "1234567"}])
def test_an_answer_that_lacks_something_is_strange(embassy: Embassy, brought: Answer) -> None:
    begun = embassy.begin()
    told = {name: begun.state if value == "STATE" else value for name, value in brought.items()}
    failing(embassy, "strange-answer", lambda: embassy.finish(begun, told))


@pytest.mark.parametrize("typed", ["", "12 34x67", "١٢٣٤٥٦٧"])
def test_what_cannot_be_a_pin_never_reaches_x(embassy: Embassy, typed: str) -> None:
    begun = embassy.begin("")
    pin = embassy.read_pin(begun)
    failing(embassy, "strange-answer", lambda: embassy.finish(begun, {"pin": typed}, ""))
    assert embassy.finish(begun, {"pin": pin}, "").id == "4001"


def test_a_mistyped_pin_is_refused(embassy: Embassy) -> None:
    begun = embassy.begin("")
    typed = f"{(int(embassy.read_pin(begun)) + 1) % 10**7:07}"
    failing(embassy, "strange-answer", lambda: embassy.finish(begun, {"pin": typed}, ""), typed)


@pytest.mark.parametrize("callback", [BACK, ""])
def test_an_answer_counts_once(embassy: Embassy, callback: str) -> None:
    begun = embassy.begin(callback)
    brought = embassy.agree(begun) if callback else {"pin": embassy.read_pin(begun)}
    assert embassy.finish(begun, brought, callback).id == "4001"
    failing(embassy, "code-used", lambda: embassy.finish(begun, brought, callback), *brought.values())


def test_a_sign_in_that_took_too_long_has_ended(embassy: Embassy) -> None:
    begun = embassy.begin()
    brought = embassy.agree(begun)
    embassy.rehearsal.post("/rehearsal/clock", {"advance": 3_601})
    failing(embassy, "expired", lambda: embassy.finish(begun, brought), brought["oauth_verifier"])


# X does not know us


@pytest.mark.parametrize("callback", [WITH_QUERY, BACK])
def test_a_callback_that_is_not_registered_is_named(embassy: Embassy, callback: str) -> None:
    embassy.settle(callbacks="none")
    error = failing(embassy, "not-registered", lambda: embassy.begin(callback), TELL_TALE)
    assert callback.partition("?")[0] in error.sentence
    assert embassy.begin("").by_hand


@pytest.mark.parametrize("wrong", ["consumer_key", "consumer_secret"])
def test_an_app_that_x_does_not_know(embassy: Embassy, wrong: str) -> None:
    embassy.app = Credential(embassy.app.fields() | {wrong: "another-tell-tale"})
    assert "vault app x" in failing(embassy, "not-registered", embassy.begin).remedy


def test_an_app_without_a_key_is_not_known(embassy: Embassy) -> None:
    embassy.app = Credential({})
    failing(embassy, "not-registered", embassy.begin)


def test_an_app_whose_secret_has_changed_meanwhile(embassy: Embassy) -> None:
    begun = embassy.begin()
    brought = embassy.agree(begun)
    embassy.app = Credential(embassy.app.fields() | {"consumer_secret": "another-tell-tale"})
    failing(embassy, "not-registered", lambda: embassy.finish(begun, brought), brought["oauth_verifier"])


def test_there_is_nothing_to_paste(embassy: Embassy) -> None:
    pasted = {"access_token": TELL_TALE}
    failing(embassy, "not-here", lambda: embassy.sign_in.accept(embassy.account, embassy.app, pasted), TELL_TALE)


DESKTOP = "<?xml version='1.0'?><hash><error>Desktop applications</error><request>/?t=tell-tale</request></hash>"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, DESKTOP),
        (403, '{"errors":[{"code":417,"message":"Desktop applications only support the oauth_callback value"}]}'),
        (403, '{"errors":[{"code":416,"message":"Invalid / suspended application"}]}'),
        (401, ""),
        (400, '{"errors":[{"code":215,"message":"Bad Authentication data."}]}'),
    ],
)
def test_whatever_x_answers_to_the_first_step_says_that_it_does_not_know_us(embassy: Embassy, status: int, body: str) -> None:
    def begin() -> None:
        raise not_begun(answer(status, body), account="embassy-paris", back=BACK, secrets=())

    failing(embassy, "not-registered", begin, TELL_TALE)


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (401, "Reverse auth credentials are invalid", "strange-answer"),
        (401, "Request token missing", "strange-answer"),
        (401, "<html>Sorry</html>", "strange-answer"),
        (403, '{"errors":[{"code":416,"message":"Invalid / suspended application"}]}', "not-registered"),
    ],
)
def test_whatever_x_answers_to_the_last_step_has_a_meaning(embassy: Embassy, status: int, body: str, code: str) -> None:
    def finish() -> None:
        raise not_exchanged(answer(status, body), account="embassy-paris", by_hand=True, secrets=())

    failing(embassy, code, finish)


# X is not there, or busy


@pytest.mark.parametrize(
    ("fault", "meaning"),
    [
        ("error", Unreachable), ("html-page", Unreachable), ("no-content-type", Unreachable), ("drop-before", Unreachable),
        ("drop-after", Unreachable), ("unparsable", Unreachable), ("throttled", Throttled), ("no-credit", OutOfCredit),
    ],
)  # fmt: skip
def test_where_x_cannot_do_it_just_now_the_error_says_so_and_shows_nothing(
    embassy: Embassy, fault: str, meaning: type[PlatformError]
) -> None:
    begun = embassy.begin()
    brought = embassy.agree(begun)
    embassy.rehearsal.fault(fault, "x", action="token")
    secrets = (*embassy.app.secrets(), *begun.secret.values(), brought["oauth_verifier"])
    for step in (embassy.begin, lambda: embassy.finish(begun, brought)):
        with pytest.raises(meaning) as error:
            step()
        assert_shows_nothing(error.value, *secrets)


@pytest.mark.parametrize(("fault", "meaning"), [("error", Unreachable), ("expired-token", Unreachable), ("throttled", Throttled)])
def test_where_x_does_not_say_whose_the_new_token_is_nothing_is_granted(
    embassy: Embassy, fault: str, meaning: type[PlatformError]
) -> None:
    begun = embassy.begin()
    brought = embassy.agree(begun)
    embassy.rehearsal.fault(fault, "x", action="read")
    with pytest.raises(meaning) as error:
        embassy.finish(begun, brought)
    given = embassy.rehearsal.world.profile("x", "4001")
    assert given is not None
    assert_shows_nothing(error.value, *Credential(given.credential).secrets())


def test_an_answer_that_comes_too_late_is_not_waited_for(embassy: Embassy) -> None:
    embassy.wire = replace(embassy.wire, total=0.3)
    embassy.rehearsal.fault("delay-before", "x", action="token", seconds=2.0, times=1)
    with pytest.raises(Unreachable) as late:
        embassy.begin()
    assert late.value.code == "ReadTimeout"


def test_nobody_is_there(embassy: Embassy) -> None:
    embassy.wire = replace(embassy.wire, base_url="http://127.0.0.1:1")
    with pytest.raises(Unreachable):
        embassy.begin()


# What X says of an account


def inspected(embassy: Embassy, shelf: Shelf) -> Any:
    credential = Credential(embassy.rehearsal.enrol("x", "4001", "embassy-paris"))
    return X(embassy.wire, shelf, clock=embassy.clock).inspect(embassy.account, credential)


def test_x_tells_the_profile_the_access_and_the_limit(embassy: Embassy, shelf: Shelf) -> None:
    profile = {"bio": "The embassy.", "picture": "https://pbs.example.org/1.jpg", "verified": "government", "title": "Embassy"}
    embassy.rehearsal.post("/rehearsal/accounts/x/embassy-paris", profile)
    standing = inspected(embassy, shelf)
    assert (standing.bio, standing.picture, standing.verified, standing.name) == tuple(profile.values())
    assert (standing.may_post, standing.detail, standing.tier, standing.scopes) == (True, "", "read-write", ("read", "write"))
    assert (standing.until, standing.limits) == (None, ("75 questions after the account in 15 minutes",))


def test_an_account_without_a_mark_has_none(embassy: Embassy, shelf: Shelf) -> None:
    assert inspected(embassy, shelf).verified == ""


def test_a_credential_that_may_only_read_may_not_post(embassy: Embassy, shelf: Shelf) -> None:
    embassy.settle(access="read")
    begun = embassy.begin()
    with pytest.raises(SignInFailed):
        embassy.finish(begun, embassy.agree(begun))
    standing = inspected(embassy, shelf)  # the rehearsal's credential is now the one that was granted
    assert (standing.may_post, standing.tier) == (False, "read")
    assert "Read and write" in standing.detail


def test_of_a_suspended_account_it_is_said_that_it_may_not_post(embassy: Embassy, shelf: Shelf) -> None:
    embassy.rehearsal.fault("suspended", "x", action="read")
    standing = inspected(embassy, shelf)
    assert (standing.may_post, standing.handle) == (False, embassy.account.handle)
    assert "suspended" in standing.detail


def test_a_credential_that_counts_no_longer_is_an_error(embassy: Embassy, shelf: Shelf) -> None:
    embassy.rehearsal.fault("expired-token", "x", action="read")
    with pytest.raises(Unauthorized):
        inspected(embassy, shelf)
