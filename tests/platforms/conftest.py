"""Fixtures of the platforms' tests: real pictures, a real video, a shelf to lay them on, a clock."""

import importlib
import io
from collections.abc import Callable
from fractions import Fraction

import av
import pytest
from PIL import Image

from ministry_social.model.account import Account, Credential
from ministry_social.model.variant import Kind, Variant
from ministry_social.platforms.gate import Wire
from ministry_social.ports import Platform
from tests.conftest import Rehearsal

from .bench import Bench, FixedClock, RehearsalClock, Shelf, make_account, post_variant
from .bench_youtube import make_youtube


def _picture(form: str, colour: tuple[int, int, int]) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(file, form)
    return file.getvalue()


@pytest.fixture(scope="session")
def png() -> bytes:
    """A small PNG."""
    return _picture("PNG", (20, 60, 120))


@pytest.fixture(scope="session")
def jpeg() -> bytes:
    """A small JPEG."""
    return _picture("JPEG", (120, 60, 20))


@pytest.fixture(scope="session")
def mp4() -> bytes:
    """A real MP4 of one second: H.264 and AAC."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        video = container.add_stream("h264", rate=25, width=320, height=180, pix_fmt="yuv420p")
        sound = container.add_stream("aac", rate=48000, layout="mono")
        for number in range(25):
            frame = av.VideoFrame(320, 180, "rgb24")
            frame.planes[0].update(bytes([number * 10]) * frame.planes[0].buffer_size)
            container.mux(video.encode(frame))
        for number in range(47):  # 1024 samples each, about a second
            silence = av.AudioFrame(format="fltp", layout="mono", samples=1024)
            silence.planes[0].update(bytes(silence.planes[0].buffer_size))
            silence.sample_rate, silence.pts, silence.time_base = 48000, number * 1024, Fraction(1, 48000)
            container.mux(sound.encode(silence))
        container.mux(video.encode(None))
        container.mux(sound.encode(None))
    return file.getvalue()


@pytest.fixture
def shelf() -> Shelf:
    """Where a test lays its media."""
    return Shelf()


@pytest.fixture
def clock() -> FixedClock:
    """A clock that moves only when somebody sleeps."""
    return FixedClock()


@pytest.fixture
def rehearsal_clock(rehearsal: Rehearsal) -> RehearsalClock:
    """The rehearsal's clock, as an app in the rehearsal reads it."""
    return RehearsalClock(rehearsal=rehearsal)


@pytest.fixture
def youtube(rehearsal: Rehearsal, shelf: Shelf, rehearsal_clock: RehearsalClock, mp4: bytes) -> Bench:
    """YouTube on the bench, with a small video."""
    return make_youtube(rehearsal, shelf, rehearsal_clock, mp4)


MakeBench = Callable[[str], Bench]

IDS = {"x": "4001", "facebook": "104500000000001", "youtube": "UC" + "p" * 22}
CLASSES = {"x": "X", "facebook": "Facebook", "youtube": "YouTube"}
SENTENCE = "Paix & sécurité : la déclaration de la ministre"


@pytest.fixture
def make_bench(rehearsal: Rehearsal, rehearsal_clock: RehearsalClock, shelf: Shelf, png: bytes, mp4: bytes) -> MakeBench:
    """Makes the bench of one platform: an account that exists in the rehearsal, and something to say for it."""

    def build(name: str, wire: Wire) -> Platform:
        module = importlib.import_module(f"ministry_social.platforms.{name}")
        platform: Platform = getattr(module, CLASSES[name])(wire, shelf, clock=rehearsal_clock)
        return platform

    def variant(account: Account) -> Variant:
        if account.platform == "youtube":
            video = shelf.attach("minister.mp4", mp4, "video/mp4")
            return post_variant(account, (SENTENCE,), (video,), kind=Kind.VIDEO, title="La ministre", tags=("paix",))
        picture = shelf.attach("minister.png", png, "image/png", alt="La ministre à sa table")
        kind = Kind.PAGE_POST if account.platform == "facebook" else Kind.LOCAL
        return post_variant(account, (SENTENCE,), (picture,), kind=kind)

    def make(name: str) -> Bench:
        account = make_account(name, id=IDS[name])
        fields = rehearsal.enrol(name, account.id, account.name, account.handle)
        if fields.get("token_uri", "").startswith("/"):  # the rehearsal does not know at which address it is reached
            fields["token_uri"] = rehearsal.address + fields["token_uri"]
        credential = Credential(fields)
        wire = Wire(base_url=f"{rehearsal.address}/api/{name}")
        bench = Bench(
            name=name, platform=build(name, wire), account=account, credential=credential, rehearsal=rehearsal,
            clock=rehearsal_clock, variant=variant(account), build=lambda other: build(name, other), wire=wire,
            begun=lambda: 0,
        )  # fmt: skip
        bench.begun = lambda: begun(rehearsal, bench)
        return bench

    return make


def begun(rehearsal: Rehearsal, bench: Bench) -> int:
    """How many uploads the rehearsal has seen begin."""
    if bench.name == "youtube":
        return len(bench.rows("video"))
    state = rehearsal.world.states[bench.name]
    return len(state.uploads) if bench.name == "x" else len(state.photos)


@pytest.fixture
def x(make_bench: MakeBench) -> Bench:
    """X against its rehearsal."""
    return make_bench("x")
