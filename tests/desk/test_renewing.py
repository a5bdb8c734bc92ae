"""Renewing: one at a time, stored before it is used, and never a dead credential of which nobody knows."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from ministry_social.desk.accounts import connect
from ministry_social.desk.renewing import Renewals
from ministry_social.errors import InvalidSettings, PlatformError, Unauthorized, Unreachable
from ministry_social.model.account import Account, Credential, Standing
from ministry_social.model.ledger import Event
from ministry_social.model.stop import Pause
from ministry_social.platforms.gate import Wire
from ministry_social.platforms.youtube import YouTube
from ministry_social.rules.renewing import good
from ministry_social.store import SqliteStore, open_store
from ministry_social.vault import KeyringVault, SealedFile
from ministry_social.vault.cipher import new_key
from tests.conftest import Rehearsal
from tests.platforms.bench import RehearsalClock, Shelf, make_account

CHANNEL = "UC_rehearsed_channel_001"


@dataclass
class House:
    """A channel, its credential in a vault, and YouTube, whose every renewal goes through the desk."""

    rehearsal: Rehearsal
    clock: RehearsalClock
    store: SqliteStore
    vault: KeyringVault
    account: Account
    platforms: dict[str, YouTube] = field(default_factory=dict)

    @property
    def renewals(self) -> Renewals:
        return Renewals(store=self.store, clock=self.clock, vault=self.vault, platforms=self.platforms)

    @property
    def credential(self) -> Credential:
        return self.vault.get("channel")

    def inspect(self) -> Standing:
        return self.platforms["youtube"].inspect(self.account, self.credential)

    def hour_passes(self) -> None:
        self.clock.pass_by(timedelta(hours=1))

    def rotates(self) -> None:
        self.rehearsal.post("/rehearsal/youtube/settings", {"rotate_refresh_tokens": True})

    def loses_the_next_answer(self) -> None:
        self.rehearsal.fault("drop-after", "youtube", action="token", times=1)
        with pytest.raises(Unreachable):
            self.inspect()

    def issued(self) -> int:
        """How many access tokens YouTube has given."""
        return len(self.rehearsal.world.states["youtube"].tokens)

    def current(self) -> dict[str, str]:
        """The credential that counts at the platform."""
        profile = self.rehearsal.world.named("youtube", "channel")
        assert profile is not None
        return profile.credential

    def pauses(self) -> tuple[Pause, ...]:
        with self.store.read() as reading:
            return tuple(reading.pauses())

    def connect(self) -> None:
        """A person signs in anew."""
        self.current()["refresh_token"] += "-anew"
        uri = f"{self.rehearsal.address}/api/youtube/token"
        connect(self.store, self.clock, self.vault, self.account, self.current() | {"token_uri": uri}, person="ana")


@pytest.fixture
def house(tmp_path: Path, rehearsal: Rehearsal, rehearsal_clock: RehearsalClock, shelf: Shelf) -> Iterator[House]:
    account = make_account("youtube", "channel", CHANNEL)
    vault = KeyringVault(SealedFile(tmp_path / "vault.sealed", new_key()), "rehearsal", locks=tmp_path / "locks")
    with closing(open_store(f"sqlite:///{tmp_path}/ledger.sqlite", "rehearsal", rehearsal_clock, by="ana")) as store:
        assert isinstance(store, SqliteStore)
        made = House(rehearsal, rehearsal_clock, store, vault, account)
        wire = Wire(base_url=f"{rehearsal.address}/api/youtube", connect=2.0, total=5.0, upload=5.0)
        made.platforms["youtube"] = YouTube(wire, shelf, clock=rehearsal_clock, renew=made.renewals.renewed)
        fields = rehearsal.enrol("youtube", CHANNEL, "channel")
        vault.put("channel", Credential(fields | {"token_uri": rehearsal.address + fields["token_uri"]}))
        yield made


@pytest.fixture
def rehearsal_clock(rehearsal: Rehearsal) -> RehearsalClock:
    return RehearsalClock(rehearsal=rehearsal)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def test_a_token_is_stored_before_it_is_used_and_then_shared(house: House) -> None:
    assert house.inspect().id == CHANNEL
    assert good(house.credential, house.clock.now())
    assert house.credential["access_token"] in house.rehearsal.world.states["youtube"].tokens
    house.inspect()
    assert house.issued() == 1


def test_a_token_is_renewed_before_it_ends(house: House) -> None:
    house.inspect()
    house.clock.pass_by(timedelta(minutes=55))
    house.inspect()
    assert house.issued() == 2


@pytest.mark.parametrize("rotating", [False, True])
def test_many_that_need_it_at_once_ask_once(house: House, rotating: bool) -> None:
    if rotating:
        house.rotates()
    before = house.credential
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: house.renewals.renewed(house.account, before), range(8)))
    assert set(found) == {house.credential}
    assert house.issued() == 1
    assert house.credential["refresh_token"] == house.current()["refresh_token"]


def test_where_the_platform_rotates_each_renewal_stores_the_next_refresh_token(house: House) -> None:
    house.rotates()
    for number in range(3):
        house.hour_passes()
        house.inspect()
        assert (house.issued(), house.credential["refresh_token"]) == (number + 1, house.current()["refresh_token"])
    assert house.pauses() == ()


def test_a_lost_answer_costs_nothing_where_the_refresh_token_stays(house: House) -> None:
    house.loses_the_next_answer()
    assert house.inspect().id == CHANNEL
    assert house.pauses() == ()


def test_a_lost_answer_of_a_platform_that_rotates_pauses_the_account(house: House) -> None:
    house.rotates()
    house.loses_the_next_answer()
    assert house.pauses() == ()  # nobody knows yet what became of it
    with pytest.raises(Unauthorized) as caught:
        house.inspect()
    assert caught.value.code == "renewal-lost"
    [pause] = house.pauses()
    assert (pause.scope, pause.value, pause.probe_at) == ("account", "channel", None)
    assert pause.reason == "The answer of a renewal was lost, and with it the permission of channel."
    assert pause.remedy.startswith("Connect the account again: ministry-social account connect channel")
    with house.store.read() as reading:
        assert Event.PAUSED in reading.last().body


def test_it_stays_so_until_the_account_is_connected_again(house: House) -> None:
    house.rotates()
    house.loses_the_next_answer()
    for _ in range(2):
        with pytest.raises(Unauthorized, match="answer of a renewal was lost"):
            house.inspect()
    assert len(house.pauses()) == 1
    house.connect()
    assert house.pauses() == ()
    assert house.inspect().id == CHANNEL


def test_a_permission_that_was_revoked_is_called_so(house: House) -> None:
    house.inspect()
    house.hour_passes()
    house.current()["refresh_token"] = "another"
    for _ in range(2):
        with pytest.raises(Unauthorized) as caught:
            house.inspect()
        assert caught.value.code == "invalid_grant"
    [pause] = house.pauses()
    assert pause.reason == "Google no longer accepts the permission of channel (invalid_grant)."


def test_a_mark_does_not_outlive_the_next_good_answer(house: House) -> None:
    house.loses_the_next_answer()
    house.inspect()
    house.hour_passes()
    house.current()["refresh_token"] = "another"
    with pytest.raises(Unauthorized) as caught:
        house.inspect()
    assert caught.value.code == "invalid_grant"


def test_an_account_that_is_connected_while_the_old_permission_is_refused_goes_on(house: House) -> None:
    ask = house.platforms["youtube"].renew

    class Meanwhile:
        """YouTube, while somebody stores a new credential past the lock."""

        def renew(self, account: Account, credential: Credential) -> Credential:
            house.vault.backend.set_password(house.vault.service, "account/channel", '{"refresh_token": "from another machine"}')
            return ask(account, credential)

    old = house.credential
    house.current()["refresh_token"] = "another"
    renewals = Renewals(
        store=house.store, clock=house.clock, vault=house.vault, platforms={"youtube": Meanwhile()}  # type: ignore[dict-item]
    )  # fmt: skip
    assert renewals.renewed(house.account, old)["refresh_token"] == "from another machine"
    assert house.pauses() == ()


def test_whoever_connects_an_account_waits_for_its_renewal(house: House) -> None:
    with ThreadPoolExecutor(1) as pool, house.vault.alone("channel") as held:
        connecting = pool.submit(house.vault.put, "channel", Credential({"refresh_token": "anew"}))
        held.keep(Credential({"refresh_token": "renewed"}))
        assert not connecting.done()
    connecting.result(5)
    assert house.credential == Credential({"refresh_token": "anew"})


def test_somebody_who_never_ends_is_not_waited_for(house: House, tmp_path: Path) -> None:
    impatient = KeyringVault(house.vault.backend, "rehearsal", locks=tmp_path / "locks", wait=timedelta(milliseconds=60))
    with house.vault.alone("channel"), pytest.raises(Unreachable, match="held the credential of channel for too long"):
        Renewals(store=house.store, clock=house.clock, vault=impatient, platforms=house.platforms).renewed(
            house.account, house.credential
        )


def broken(error: Exception) -> Callable[..., None]:
    def raises(*anything: object) -> None:
        raise error

    return raises


def test_a_vault_that_is_shut_means_that_nothing_was_done(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked in the midst of publishing, and no request has left."""
    stale = house.credential
    monkeypatch.setattr(house.vault, "_read", broken(InvalidSettings("The vault is shut.")))
    with pytest.raises(PlatformError) as caught:
        house.renewals.renewed(house.account, stale)
    assert type(caught.value) is Unreachable
    assert house.issued() == 0
