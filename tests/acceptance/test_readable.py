"""What is sent can be read by everybody: alt texts in each account's language, and findings that a ministry weighs itself."""

from PIL import Image

from tests.acceptance.ministry import Ministry
from tests.conftest import Rehearsal

MESSAGE = """\
+++
id = "signing"
audience = "account:mfa + account:embassy-paris + account:embassy-cairo + account:page"

[[media]]
file = "minister.png"
+++

## en
### short
The protocol is signed. #grainprotocol
### alt minister.png
The minister signs at a long table

## fr
### short
Le protocole est signé, et le travail commence.
### alt minister.png
La ministre signe à une longue table

## ar
### short
وقعت الوزيرة البروتوكول. للاستفسار +41 22 555 01 00
### alt minister.png
الوزيرة توقع، ومعها @TavoriaMFA
"""


def written(ministry: Ministry) -> None:
    ministry.write("messages/signing.md", MESSAGE)
    Image.new("RGB", (640, 360), (20, 90, 160)).save(ministry.folder / "messages" / "minister.png")


def test_each_post_carries_its_alt_text_in_its_own_language(ministry: Ministry, rehearsal: Rehearsal) -> None:
    written(ministry)
    assert ministry.say("publish", "messages/signing.md", "--yes").code == 0
    names = {(one.platform, one.id): one.name for one in rehearsal.world.profiles}
    alts = {names[post.platform, post.profile]: post.alts for post in rehearsal.world.posts}
    assert alts == {
        "mfa": ["The minister signs at a long table"],
        "page": ["The minister signs at a long table"],
        "embassy-paris": ["La ministre signe à une longue table"],
        "embassy-cairo": ["الوزيرة توقع، ومعها \u2066@TavoriaMFA\u2069"],
    }


def test_what_was_previewed_in_arabic_is_what_was_sent(ministry: Ministry, rehearsal: Rehearsal) -> None:
    written(ministry)
    [previewed] = ministry.say("message", "preview", "messages/signing.md", "--account", "embassy-cairo", "--json").json
    assert "\u2066+41 22 555 01 00\u2069" in previewed["text"] == previewed["payload"]["text"]
    assert ministry.say("publish", "messages/signing.md", "--yes").code == 0
    assert previewed["text"] in [post.text for post in rehearsal.world.posts]


def test_a_finding_blocks_once_the_ministry_says_so(ministry: Ministry) -> None:
    written(ministry)
    said = ministry.say("message", "check", "messages/signing.md")
    assert (said.code, "advisory  hashtag-case" in said.out) == (0, True)
    ministry.environment["MINISTRY_SOCIAL_FINDINGS_HASHTAG_CASE"] = "blocking"
    said = ministry.say("message", "check", "messages/signing.md")
    assert (said.code, "blocking  hashtag-case" in said.out) == (1, True)
    assert "Nothing was sent" in ministry.say("publish", "messages/signing.md", "--yes").err
