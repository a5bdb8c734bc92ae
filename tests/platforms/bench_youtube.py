"""YouTube's bench: a channel in the rehearsal, a video with all that can belong to one."""

from dataclasses import replace
from typing import Any

from ministry_social.model.account import Credential
from ministry_social.model.delivery import Prepared
from ministry_social.model.variant import Captions, Kind, Variant
from ministry_social.platforms.gate import Wire
from ministry_social.platforms.youtube import CHUNK_STEP, YouTube
from tests.conftest import Rehearsal

from .bench import Bench, RehearsalClock, Shelf, make_account

CHANNEL = "UC_rehearsed_channel_001"
CAPTIONS = b"WEBVTT\n\n00:00.000 --> 00:01.000\nThe corridor stays open.\n"


def make_youtube(rehearsal: Rehearsal, shelf: Shelf, clock: RehearsalClock, video: bytes) -> Bench:
    """A bench with a plain video; the smallest chunks, so that a small file has several."""
    account = make_account("youtube", "mfa-channel", CHANNEL)
    credential = connect(rehearsal, account.name, account.id)

    def platform(**settings: Any) -> YouTube:
        wire = Wire(base_url=f"{rehearsal.address}/api/youtube", connect=2.0, total=5.0, upload=5.0)
        return YouTube(wire, shelf, clock=clock, chunk=CHUNK_STEP, **settings)

    attachment = shelf.attach("corridor.mp4", video, "video/mp4")
    variant = Variant(
        account=account.name, kind=Kind.VIDEO, language="en", title="Grain corridor: statement of the minister",
        text=("The grain corridor stays open for another year.",), own="The grain corridor stays open for another year.",
        attachments=(attachment,), tags=("grain", "black sea"),
    )  # fmt: skip
    return Bench(
        name="youtube", platform=platform(), account=account, credential=credential, rehearsal=rehearsal, clock=clock,
        variant=variant, again=platform,
    )  # fmt: skip


def connect(rehearsal: Rehearsal, name: str, channel: str) -> Credential:
    """Make a channel; its credential as `account connect` stores it."""
    fields = rehearsal.enrol("youtube", channel, name)
    return Credential(fields | {"token_uri": rehearsal.address + fields["token_uri"]})


def with_everything(variant: Variant, shelf: Shelf, picture: bytes) -> Variant:
    """The variant with captions, a thumbnail, playlists, localizations."""
    return replace(
        variant,
        captions=(Captions(language="en", digest=shelf.put(CAPTIONS), size=len(CAPTIONS)),),
        thumbnail=shelf.attach("still.png", picture, "image/png"),
        playlists=("Press briefings",),
        localizations={"fr": ("Corridor céréalier", "Le corridor reste ouvert un an de plus.")},
    )


def video_of(prepared: Prepared) -> str:
    """The id of the private video."""
    return prepared.data["video"]
