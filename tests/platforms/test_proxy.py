"""The way out through HTTPS_PROXY: all three libraries take it, for everything that they ask, and nothing goes another way."""

import base64
import socket
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from ministry_social.app import build
from ministry_social.errors import OutcomeUnknown, PlatformError, Unreachable
from ministry_social.files.ready import write_ready
from ministry_social.files.settings import load_settings
from ministry_social.model.account import Credential
from ministry_social.rehearsal.x import oauth
from ministry_social.vault.sealing import make_key_file
from tests.conftest import Rehearsal

from .bench import AMPLE, Bench, Shelf
from .conftest import MakeBench
from .tunnel import Authority, Front, Names, Proxy, authority, serving

HOSTS = {
    "x": {"api.x.com"},
    "facebook": {"graph.facebook.com"},
    "youtube": {"youtube.googleapis.com", "oauth2.googleapis.com"},
}
TOKEN_URI = "https://oauth2.googleapis.com/token"  # as Google writes it into the file of a client
VARIABLES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY")
BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


@dataclass
class Way:
    """The way out: the proxy, the platforms' addresses behind it, and the names that this machine knows itself (none)."""

    proxy: Proxy
    front: Front
    names: Names
    environment: pytest.MonkeyPatch

    def nothing_went_past_the_proxy(self) -> bool:
        return self.names.asked == [] and self.front.connections == len(self.proxy.asked)


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """The test's own certificates."""
    return authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def way(rehearsal: Rehearsal, trusted: Authority, monkeypatch: pytest.MonkeyPatch) -> Iterator[Way]:
    """A machine that can reach nothing but itself and a proxy, which HTTPS_PROXY names."""
    for name in (*VARIABLES, *(name.lower() for name in VARIABLES), *BUNDLES):
        monkeypatch.delenv(name, raising=False)
    # X verifies a signature over the very address that is called; a rehearsal takes all of X's hosts otherwise.
    monkeypatch.setattr(oauth, "HOSTS", ("https://api.x.com",))
    names = Names()
    monkeypatch.setattr(socket, "getaddrinfo", names)
    front = Front(rehearsal.address, trusted.context)
    proxy = Proxy(("127.0.0.1", front.server_address[1]))
    front.lose = proxy.cut
    monkeypatch.setenv("HTTPS_PROXY", proxy.address)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted.bundle))
    with serving(front), serving(proxy):
        yield Way(proxy, front, names, monkeypatch)


MakeLive = Callable[[str], Bench]


@pytest.fixture
def live(way: Way, make_bench: MakeBench, shelf: Shelf, tmp_path: Path) -> Iterator[MakeLive]:
    """Makes the bench of one platform as a live ministry reaches it: by the platform's own address, from the default settings, its
    credential in a sealed file."""
    write_ready(tmp_path / "ministry")
    make_key_file(tmp_path / "ministry" / "data" / "vault.key")
    apps = []

    def make(name: str) -> Bench:
        bench = make_bench(name)
        chosen = {"MINISTRY_SOCIAL_MINISTRY_WORLD": "live", "MINISTRY_SOCIAL_VAULT_BACKEND": "file"}
        app = build(load_settings(tmp_path / "ministry" / "config", chosen), person="ana", clock=bench.clock)
        apps.append(app)
        for digest, data in shelf.files.items():
            (tmp_path / digest).write_bytes(data)
            app.media.take(tmp_path / digest, digest)
        credential = bench.credential.fields()
        if name == "youtube":
            credential = {**credential, "token_uri": TOKEN_URI}
        app.vault.put(bench.account.name, Credential(credential))
        return replace(bench, platform=app.platforms[name], credential=Credential(credential))

    yield make
    for app in apps:
        app.close()


def attempt(bench: Bench) -> PlatformError:
    """The error that publishing ends with."""
    payload = bench.payload()
    prepared = bench.prepare(payload)
    with pytest.raises(PlatformError) as failed:
        bench.send(payload, prepared)
    return failed.value


@pytest.mark.parametrize("name", HOSTS)
def test_everything_goes_through_the_proxy_and_the_post_stands_there(live: MakeLive, way: Way, name: str) -> None:
    bench = live(name)
    receipt = bench.publish()
    [row] = bench.standing()
    assert receipt.post.id == row["id"]
    assert row["media"] == [one.digest for one in bench.variant.attachments]
    assert way.proxy.hosts() == HOSTS[name]
    assert way.nothing_went_past_the_proxy()


@pytest.mark.parametrize("name", HOSTS)
def test_what_is_read_and_taken_down_goes_through_it_too(live: MakeLive, way: Way, name: str) -> None:
    bench = live(name)
    began = bench.clock.now() - timedelta(minutes=1)
    post = bench.publish().post
    assert bench.platform.inspect(bench.account, bench.credential).id == bench.account.id
    assert [one.post.id for one in bench.platform.recent(bench.account, bench.credential, since=began)] == [post.id]
    assert bench.platform.fetch(bench.account, bench.credential, post) is not None
    bench.platform.delete(bench.account, bench.credential, post)
    assert bench.standing() == []
    assert way.proxy.hosts() == HOSTS[name]
    assert way.nothing_went_past_the_proxy()


def test_a_video_on_the_page_goes_through_it_to_facebooks_host_for_videos(
    live: MakeLive, way: Way, shelf: Shelf, mp4: bytes
) -> None:
    video = shelf.attach("minister.mp4", mp4, "video/mp4")
    bench = live("facebook")
    bench.publish(replace(bench.variant, attachments=(video,)))
    [row] = bench.standing()
    assert (row["kind"], row["media"]) == ("video", [video.digest])
    assert way.proxy.hosts() == {"graph-video.facebook.com"}
    assert way.nothing_went_past_the_proxy()


def test_googles_sign_in_is_asked_through_it(live: MakeLive, way: Way) -> None:
    bench = live("youtube")
    bench.platform.inspect(bench.account, bench.credential)
    asked = [(one.host, one.method, one.path) for one in way.front.heard]
    assert asked == [
        ("oauth2.googleapis.com", "POST", "/token"),
        ("youtube.googleapis.com", "GET", "/youtube/v3/channels"),
        ("oauth2.googleapis.com", "POST", "/tokeninfo"),
    ]  # fmt: skip
    assert way.nothing_went_past_the_proxy()


@pytest.mark.parametrize("name", HOSTS)
def test_a_publishing_request_has_a_tunnel_of_its_own(live: MakeLive, way: Way, name: str) -> None:
    bench = live(name)
    payload = bench.payload()
    prepared = bench.prepare(payload)
    tunnels, requests = len(way.proxy.asked), len(way.front.heard)
    bench.send(payload, prepared)
    assert (len(way.proxy.asked) - tunnels, len(way.front.heard) - requests) == (1, 1)


@pytest.mark.parametrize("variable", ["NO_PROXY", "no_proxy"])
@pytest.mark.parametrize("name", HOSTS)
def test_a_host_in_no_proxy_is_asked_directly(live: MakeLive, way: Way, name: str, variable: str) -> None:
    way.environment.setenv(variable, ",".join(sorted(HOSTS[name])))
    way.names.known |= dict.fromkeys(HOSTS[name], int(way.front.server_address[1]))
    bench = live(name)
    bench.publish()
    assert len(bench.standing()) == 1
    assert way.proxy.asked == []
    assert set(way.names.asked) == HOSTS[name]


def test_a_domain_in_no_proxy_covers_its_hosts_and_no_others(live: MakeLive, way: Way) -> None:
    way.environment.setenv("NO_PROXY", ".x.com,facebook.com")
    for name in ("x", "facebook"):
        assert isinstance(unreached(live(name)), Unreachable)
    assert way.proxy.asked == []
    assert set(way.names.asked) == {"api.x.com", "graph.facebook.com"}, "they are looked for directly, and not known here"
    assert len(live("youtube").publish().post.id) == 11
    assert way.proxy.hosts() == HOSTS["youtube"]


@pytest.mark.parametrize("name", HOSTS)
def test_without_a_proxy_there_is_no_way_out_here(live: MakeLive, way: Way, name: str) -> None:
    """So what the other tests see did not go out past the proxy."""
    way.environment.delenv("HTTPS_PROXY")
    assert isinstance(unreached(live(name)), Unreachable)
    assert (way.proxy.asked, way.front.heard) == ([], [])


def unreached(bench: Bench) -> PlatformError:
    """The error that the very first request ends with."""
    with pytest.raises(PlatformError) as failed:
        bench.platform.inspect(bench.account, bench.credential)
    return failed.value


@pytest.mark.parametrize("name", HOSTS)
def test_a_proxy_that_is_gone_means_that_nothing_was_sent(live: MakeLive, way: Way, name: str) -> None:
    bench = live(name)
    payload = bench.payload()
    prepared = bench.prepare(payload)
    before = len(way.front.heard)
    way.proxy.shutdown()
    way.proxy.server_close()
    with pytest.raises(Unreachable):
        bench.send(payload, prepared)
    assert len(way.front.heard) == before
    assert bench.standing() == []
    assert way.names.asked == [], "nobody tries to do without it"


@pytest.mark.parametrize("name", HOSTS)
@pytest.mark.parametrize(("lost", "standing"), [("request", 0), ("answer", 1)])
def test_a_tunnel_that_is_cut_once_the_request_is_written_leaves_it_in_doubt(
    live: MakeLive, way: Way, name: str, lost: str, standing: int
) -> None:
    bench = live(name)
    payload = bench.payload()
    prepared = bench.prepare(payload)
    before = len(way.front.heard)
    way.front.losing = lost
    with pytest.raises(OutcomeUnknown):
        bench.send(payload, prepared)
    assert len(way.front.heard) == before + 1, "it was not sent again"
    assert len(bench.standing()) == standing


@pytest.mark.parametrize("name", HOSTS)
def test_a_tunnel_that_is_cut_while_preparing_costs_nothing(live: MakeLive, way: Way, name: str) -> None:
    bench = live(name)
    payload = bench.payload()
    way.front.losing = "answer"
    with pytest.raises(Unreachable):
        bench.prepare(payload)
    way.front.losing = ""
    bench.send(payload, bench.prepare(payload, bench.kept[-1] if bench.kept else None))
    assert len(bench.standing()) == 1


@pytest.mark.parametrize("name", HOSTS)
def test_a_proxy_that_reads_along_is_not_trusted(live: MakeLive, way: Way, name: str) -> None:
    """It ends TLS itself, with an authority that nobody told us to trust."""
    way.environment.delenv("REQUESTS_CA_BUNDLE")
    assert isinstance(unreached(live(name)), Unreachable)
    assert way.front.connections > 0
    assert way.front.heard == []


@pytest.mark.parametrize("name", HOSTS)
def test_a_proxys_password_is_told_to_the_proxy_and_to_nobody_else(live: MakeLive, way: Way, name: str) -> None:
    way.environment.setenv("HTTPS_PROXY", way.proxy.address.replace("//", "//clerk:hush-%21@"))
    bench = live(name)
    bench.publish()
    assert set(way.proxy.credentials) == {"Basic " + base64.b64encode(b"clerk:hush-!").decode()}
    assert len(way.proxy.credentials) == len(way.proxy.asked)
    way.proxy.shutdown()
    way.proxy.server_close()
    way.proxy.cut()
    shown = "".join(traceback.format_exception(unreached(bench)))
    assert not [form for form in ("hush-!", "hush-%21", "Proxy-Authorization") if form in shown]


def test_a_deadline_that_ends_while_the_tunnel_is_made_publishes_nothing(live: MakeLive, way: Way) -> None:
    """The handshake through a slow proxy may take long: the deadline is looked at after it."""
    bench = live("x")
    payload = bench.payload()
    prepared = bench.prepare(payload)
    tunnels, before = len(way.proxy.asked), len(way.front.heard)

    class EndsMeanwhile:
        def left(self) -> float:
            return 0.0 if len(way.proxy.asked) > tunnels else AMPLE.left()

    with pytest.raises(Unreachable) as late:
        bench.send(payload, prepared, EndsMeanwhile())
    assert late.value.code == "deadline"
    assert len(way.front.heard) == before
