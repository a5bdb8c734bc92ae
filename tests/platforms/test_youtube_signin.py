"""Connecting a channel through Google's sign-in, the whole way against the rehearsal, and each way in which it fails."""

import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from ministry_social.errors import PlatformError, SignInFailed, Throttled, Unauthorized, Unreachable
from ministry_social.model.account import Account, Credential
from ministry_social.model.signin import Begun, Granted
from ministry_social.platforms.gate import Wire
from ministry_social.platforms.youtube import YouTube
from ministry_social.platforms.youtube.scopes import NEEDED
from ministry_social.platforms.youtube.signin import YouTubeSignIn
from ministry_social.rehearsal.youtube import quota
from ministry_social.rehearsal.youtube import scopes as googles
from tests.conftest import Rehearsal
from tests.rehearsal.google_page import CALLBACK, NO_CHANNEL, SSL, UPLOAD, answer, client, exchange

from .bench import Bench, FixedClock, RehearsalClock, Shelf, make_account

CHANNEL, OTHER = "UC" + "c" * 22, "UC" + "d" * 22


@dataclass
class Desk:
    """Somebody who connects a channel."""

    rehearsal: Rehearsal
    clock: RehearsalClock
    sign_in: YouTubeSignIn
    account: Account
    app: Credential

    def begin(self) -> Begun:
        return self.sign_in.begin(self.account, self.app, callback=CALLBACK)

    def finish(self, begun: Begun, came_back: dict[str, str]) -> Granted:
        return self.sign_in.finish(self.account, self.app, begun, came_back, callback=CALLBACK)

    def connect(self, channel: str = CHANNEL, *ticked: str, button: str = "allow") -> Granted:
        """The whole way."""
        begun = self.begin()
        return self.finish(begun, answer(begun.address, channel, *ticked, button=button))

    def refused(self, channel: str = CHANNEL, *ticked: str, button: str = "allow") -> SignInFailed:
        with pytest.raises(SignInFailed) as caught:
            self.connect(channel, *ticked, button=button)
        return caught.value

    def settings(self, **wish: Any) -> None:
        self.rehearsal.post("/rehearsal/youtube/settings", wish)


@pytest.fixture
def desk(rehearsal: Rehearsal, rehearsal_clock: RehearsalClock) -> Desk:
    rehearsal.enrol("youtube", CHANNEL, "embassy-paris", "FranceMFA", title="France MFA")
    rehearsal.enrol("youtube", OTHER, "cooking", "CookingAtHome", title="Cooking at home")
    sign_in = YouTubeSignIn(Wire(base_url=f"{rehearsal.address}/api/youtube"), clock=rehearsal_clock)
    account = make_account("youtube", id=CHANNEL, handle="FranceMFA")
    return Desk(rehearsal, rehearsal_clock, sign_in, account, Credential(client(rehearsal)))


def platform(desk: Desk) -> YouTube:
    return YouTube(Wire(base_url=f"{desk.rehearsal.address}/api/youtube"), Shelf(), clock=desk.clock)


def test_the_one_scope_that_we_ask_for_is_enough_for_every_method() -> None:
    assert all(set(NEEDED) & set(googles.NEEDED[method]) for method in quota.COSTS)


def test_a_channel_is_connected(desk: Desk) -> None:
    granted = desk.connect()
    assert (granted.id, granted.handle, granted.name) == (CHANNEL, "FranceMFA", "France MFA")
    assert (granted.scopes, granted.until, granted.warnings) == (("youtube.force-ssl",), None, ())
    assert set(granted.credential.fields()) == {"client_id", "client_secret", "refresh_token", "token_uri", "channel_id"}
    assert granted.credential["token_uri"] == f"{desk.rehearsal.address}/api/youtube/token"


def test_what_was_given_publishes_a_video(desk: Desk, youtube: Bench) -> None:
    connected = replace(desk, account=youtube.account, app=Credential(client(youtube.rehearsal)))
    granted = connected.connect(youtube.account.id)
    bench = replace(youtube, credential=granted.credential)
    bench.publish()
    assert len(bench.standing()) == 1


def test_the_address_asks_for_a_lasting_permission_and_holds_no_secret(desk: Desk) -> None:
    begun = desk.begin()
    asked = {name: value for name, [value] in parse_qs(urlsplit(begun.address).query).items()}
    assert (asked["access_type"], asked["prompt"], asked["scope"]) == ("offline", "consent", SSL)
    assert (asked["code_challenge_method"], asked["redirect_uri"], asked["state"]) == ("S256", CALLBACK, begun.state)
    assert begun.secret["verifier"] not in begun.address
    assert begun.secret["verifier"] not in repr(begun)
    assert desk.app["client_secret"] not in begun.address
    assert begun.until - desk.clock.now() == pytest.approx(timedelta(hours=1), abs=timedelta(seconds=5))
    assert not begun.by_hand


@pytest.mark.parametrize("callback", ["https://social.mfa.example/connected/youtube", "http://127.0.0.1:1/"])
def test_live_it_is_google_who_is_asked(desk: Desk, callback: str) -> None:
    live = YouTubeSignIn(Wire(base_url="https://youtube.googleapis.com"), clock=FixedClock())
    begun = live.begin(desk.account, desk.app, callback=callback)
    assert begun.address.startswith("https://accounts.google.com/o/oauth2/v2/auth?")


def test_a_web_application_is_connected(desk: Desk) -> None:
    back = "https://social.mfa.example/connected/youtube"
    desk.settings(client_type="web", redirect_uris=[back])
    begun = desk.sign_in.begin(desk.account, desk.app, callback=back)
    came_back = answer(begun.address, CHANNEL)
    assert desk.sign_in.finish(desk.account, desk.app, begun, came_back, callback=back).id == CHANNEL


def test_a_channel_whose_id_is_unknown_is_known_by_its_handle(desk: Desk) -> None:
    desk.account = replace(desk.account, id="", handle="francemfa")
    assert desk.connect().id == CHANNEL
    assert desk.refused(OTHER).code == "wrong-account"


def test_another_channel_is_refused_and_both_are_named(desk: Desk) -> None:
    refused = desk.refused(OTHER)
    assert refused.code == "wrong-account"
    assert "Cooking at home (@CookingAtHome)" in refused.sentence
    assert "(@FranceMFA)" in refused.sentence


def test_a_person_without_a_channel_is_told(desk: Desk) -> None:
    refused = desk.refused(NO_CHANNEL)
    assert (refused.code, refused.sentence) == ("wrong-account", "Whoever signed in has no YouTube channel.")


def test_a_person_who_does_not_agree_is_understood(desk: Desk) -> None:
    refused = desk.refused(button="cancel")
    assert (refused.code, refused.sentence) == ("denied", "The person did not agree on Google's page.")


def test_a_permission_that_was_left_out_is_named(desk: Desk) -> None:
    """Asked for two scopes, somebody ticks the other one."""
    begun = desk.begin()
    two = begun.address.replace("youtube.force-ssl", "youtube.force-ssl+https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fyoutube.upload")
    with pytest.raises(SignInFailed) as caught:
        desk.finish(begun, answer(two, CHANNEL, UPLOAD))
    assert caught.value.code == "missing-scope"
    assert "captions (youtube.force-ssl)" in caught.value.sentence


def test_the_only_box_left_empty_gives_nothing(desk: Desk) -> None:
    desk.settings(single_check_box=True)
    refused = desk.refused()
    assert refused.code == "missing-scope"
    assert "captions (youtube.force-ssl)" in refused.sentence
    assert desk.connect(CHANNEL, SSL).id == CHANNEL


def test_a_permission_that_does_not_last_is_refused(desk: Desk) -> None:
    begun = desk.begin()
    with pytest.raises(SignInFailed, match="no lasting permission") as caught:
        desk.finish(begun, answer(begun.address.replace("offline", "online"), CHANNEL))
    assert caught.value.code == "missing-scope"


def test_an_answer_counts_once(desk: Desk) -> None:
    begun = desk.begin()
    came_back = answer(begun.address, CHANNEL)
    desk.finish(begun, came_back)
    with pytest.raises(SignInFailed, match="it was used before") as caught:
        desk.finish(begun, came_back)
    assert caught.value.code == "code-used"


@pytest.mark.parametrize("minutes", [11, 61])
def test_an_answer_that_is_too_old_is_refused(desk: Desk, minutes: int) -> None:
    begun = desk.begin()
    came_back = answer(begun.address, CHANNEL)
    desk.clock.pass_by(timedelta(minutes=minutes))
    with pytest.raises(SignInFailed) as caught:
        desk.finish(begun, came_back)
    assert caught.value.code == "expired"


@pytest.mark.parametrize("came_back", [{}, {"state": "another", "code": "4/0A"}, {"code": "4/0A"}, {"state": "ours"}])
def test_what_belongs_to_no_sign_in_is_refused(desk: Desk, came_back: dict[str, str]) -> None:
    begun = replace(desk.begin(), state="ours")
    with pytest.raises(SignInFailed) as caught:
        desk.finish(begun, came_back)
    assert caught.value.code == "strange-answer"


def test_a_refusal_in_the_address_is_not_repeated_word_for_word(desk: Desk) -> None:
    begun = desk.begin()
    for said, code in {"admin_policy_enforced": "denied", "org_internal": "not-registered", "<b>Call 555</b>": "denied"}.items():
        with pytest.raises(SignInFailed) as caught:
            desk.finish(begun, {"state": begun.state, "error": said})
        assert caught.value.code == code
        assert ("555" in caught.value.sentence, said in caught.value.sentence) == (False, "<" not in said)


def test_another_address_than_the_one_begun_with_is_refused(desk: Desk) -> None:
    begun = desk.begin()
    came_back = answer(begun.address, CHANNEL)
    with pytest.raises(SignInFailed) as caught:
        desk.sign_in.finish(desk.account, desk.app, begun, came_back, callback=CALLBACK + "/elsewhere")
    assert caught.value.code == "not-registered"


@pytest.mark.parametrize("field", ["client_id", "client_secret"])
def test_an_app_that_google_does_not_know_is_refused(desk: Desk, field: str) -> None:
    begun = desk.begin()
    came_back = answer(begun.address, CHANNEL)
    for wrong in ("something-else", ""):
        desk.app = Credential(client(desk.rehearsal) | {field: wrong})
        with pytest.raises(SignInFailed) as caught:
            desk.finish(begun, came_back)
        assert caught.value.code == "not-registered"


def test_ways_that_there_are_not(desk: Desk) -> None:
    with pytest.raises(SignInFailed) as by_hand:
        desk.sign_in.begin(desk.account, desk.app, callback="")
    with pytest.raises(SignInFailed) as pasted:
        desk.sign_in.accept(desk.account, desk.app, {"refresh_token": "1//0"})
    assert (by_hand.value.code, pasted.value.code) == ("not-here", "not-here")


def test_a_project_in_testing_is_recognised(desk: Desk) -> None:
    desk.settings(publishing_status="testing")
    granted = desk.connect()
    assert granted.until is not None
    assert granted.until - desk.clock.now() == pytest.approx(timedelta(days=7), abs=timedelta(seconds=5))
    [warning] = granted.warnings
    assert warning.startswith("The Google project is in testing, so this permission ends on 20")
    desk.clock.pass_by(timedelta(days=7))
    with pytest.raises(Unauthorized) as caught:
        platform(desk).inspect(desk.account, granted.credential)
    assert caught.value.code == "invalid_grant"


@pytest.mark.parametrize(
    ("fault", "action", "raised"),
    [
        ("error", "token", Unreachable),
        ("html-page", "token", Unreachable),
        ("unparsable", "token", Unreachable),
        ("drop-before", "token", Unreachable),
        ("throttled", "token", Unreachable),
        ("error", "read", Unreachable),
        ("unparsable", "read", Unreachable),
        ("drop-after", "read", Unreachable),
        ("throttled", "read", Throttled),
        ("suspended", "read", Unauthorized),
    ],
)
def test_a_failure_on_googles_side_is_nobodys_fault(desk: Desk, fault: str, action: str, raised: type[PlatformError]) -> None:
    begun = desk.begin()
    came_back = answer(begun.address, CHANNEL)
    desk.rehearsal.fault(fault, "youtube", account="embassy-paris", action=action, times=1)
    with pytest.raises(PlatformError) as caught:
        desk.finish(begun, came_back)
    assert type(caught.value) is raised


def test_no_secret_is_said_nor_logged(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        begun = desk.begin()
        came_back = answer(begun.address, CHANNEL)
        caplog.clear()  # the browser's own requests are not ours
        granted = desk.finish(begun, came_back)
        platform(desk).inspect(desk.account, granted.credential)
        with pytest.raises(SignInFailed) as caught:
            desk.finish(begun, came_back)
    tokens = list(desk.rehearsal.world.states["youtube"].tokens)
    secrets = [*tokens, came_back["code"], begun.secret["verifier"], *granted.credential.secrets()]
    said = caplog.text + repr(granted) + repr(begun) + str(caught.value) + repr(caught.value.__cause__)
    assert caplog.text
    assert [secret for secret in secrets if secret in said] == []


# What YouTube says of a channel.


def test_the_channel_is_described(desk: Desk) -> None:
    desk.rehearsal.post("/rehearsal/accounts/youtube/embassy-paris", {"bio": "We speak.", "picture": "https://yt3.example/p"})
    standing = platform(desk).inspect(desk.account, desk.connect().credential)
    assert (standing.handle, standing.name, standing.bio) == ("FranceMFA", "France MFA", "We speak.")
    assert (standing.picture, standing.may_post, standing.detail) == ("https://yt3.example/p", True, "")
    assert standing.scopes == ("youtube.force-ssl",)
    assert standing.limits[0] == "videos of more than 15 minutes"
    assert standing.limits[1].startswith("100 uploads and 10,000 units a day")


def test_a_channel_without_a_telephone_number_shows_short_videos_only(desk: Desk) -> None:
    desk.settings(verified_channel=False)
    standing = platform(desk).inspect(desk.account, desk.connect().credential)
    assert standing.limits[0].startswith("videos of up to 15 minutes; longer ones once")
    assert (standing.picture, standing.bio) == ("", "")


def test_a_permission_that_is_too_small_is_seen(desk: Desk) -> None:
    begun = desk.begin()
    address = begun.address.replace("youtube.force-ssl", "youtube.readonly")
    code = answer(address, CHANNEL)["code"]
    told = exchange(desk.rehearsal, code, code_verifier=begun.secret["verifier"]).json()
    fields = client(desk.rehearsal) | {
        "refresh_token": told["refresh_token"], "channel_id": CHANNEL, "token_uri": f"{desk.rehearsal.address}/api/youtube/token",
    }  # fmt: skip
    standing = platform(desk).inspect(desk.account, Credential(fields))
    assert not standing.may_post
    assert "captions (youtube.force-ssl)" in standing.detail


def test_a_google_that_does_not_say_what_is_allowed_is_asked_again_later(desk: Desk) -> None:
    credential = desk.connect().credential
    desk.rehearsal.fault("html-page", "youtube", action="read", times=1)
    with pytest.raises(Unreachable):
        platform(desk).inspect(desk.account, credential)
    assert platform(desk).inspect(desk.account, credential).may_post
