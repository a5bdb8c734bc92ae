"""X's posts and reposts, through tweepy, against the rehearsal."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
import requests

from ministry_social.errors import OutcomeUnknown, Rejected, Unauthorized, Unreachable
from ministry_social.model.account import Credential
from ministry_social.model.delivery import PostRef, Prepared, Receipt
from ministry_social.model.variant import Counting, Kind, Reference, Variant
from ministry_social.platforms.gate import Wire
from ministry_social.platforms.x import X
from ministry_social.platforms.x.wire import Line, gate
from ministry_social.rules.references import references, resolve

from .bench import AMPLE, Bench, FixedClock, Shelf, make_account, post_variant
from .conftest import MakeBench

NOTHING = Prepared(complete=True, data={})


def plain(bench: Bench, text: str) -> Variant:
    return post_variant(bench.account, (text,))


def repost_of(bench: Bench, original: str) -> Receipt:
    """Repost on the bench's account."""
    reference = Reference(delivery="m/1/mfa/post", field="id", shape="x-id")
    payload = bench.payload(Variant(account=bench.account.name, kind=Kind.REPOST, of=reference))
    resolved = resolve(payload, {"m/1/mfa/post": {"id": original}})
    return bench.send(resolved, bench.prepare(resolved))


def other(bench: Bench, name: str, profile_id: str) -> Bench:
    """The same bench for another account."""
    account = make_account("x", name, profile_id)
    return replace(bench, account=account, credential=Credential(bench.rehearsal.enrol("x", profile_id, name)))


# Payloads


def test_a_posts_payload_holds_its_text_and_media(x: Bench) -> None:
    [picture] = x.variant.attachments
    assert json.loads(x.payload().body) == {
        "text": "Paix & sécurité : la déclaration de la ministre",
        "media": [
            {
                "digest": picture.digest, "type": "image/png", "kind": "image", "size": picture.size,
                "alt": "La ministre à sa table", "file": "minister.png",
            }
        ],
    }  # fmt: skip


def test_a_payload_keeps_a_reference_as_a_value(x: Bench) -> None:
    video = Reference(delivery="m/1/mfa-channel/video", field="url", shape="youtube-url")
    payload = x.payload(post_variant(x.account, ("Voir ", video)))
    assert references(payload) == (video,)
    resolved = resolve(payload, {video.delivery: {"url": "https://youtu.be/abcdefghijk"}})
    assert json.loads(resolved.body)["text"] == "Voir https://youtu.be/abcdefghijk"


def test_a_reposts_payload_holds_nothing_but_its_original(x: Bench) -> None:
    original = Reference(delivery="m/1/mfa/post", field="id", shape="x-id")
    payload = x.payload(Variant(account=x.account.name, kind=Kind.REPOST, of=original))
    assert json.loads(payload.body) == {"repost": {"delivery": "m/1/mfa/post", "field": "id", "shape": "x-id"}}


def test_the_limits_are_those_that_x_states(x: Bench) -> None:
    limits = x.platform.limits(x.account)
    assert (limits.text, limits.counting, limits.reference_length) == (280, Counting.X_WEIGHTED, 23)
    assert (limits.images, limits.alt, limits.cashtags, limits.forbids_similar) == (4, 1000, 1, True)


# Publishing


def test_the_receipt_leads_to_the_rehearsals_page(x: Bench) -> None:
    receipt = x.publish(plain(x, "Bonjour"))
    assert receipt.url == f"{x.rehearsal.address}/x/embassy_paris/status/{receipt.post.id}"
    assert json.loads(receipt.answer)["data"]["id"] == receipt.post.id


def test_live_posts_are_seen_on_xs_own_site(shelf: Shelf, clock: FixedClock) -> None:
    live = X(Wire(base_url="https://api.x.com"), shelf, clock=clock)
    assert live._pages(make_account("x")) == "https://x.com/embassy_paris"


def test_live_a_signature_is_made_over_the_address_that_is_called(shelf: Shelf) -> None:
    credential = Credential(dict.fromkeys(("consumer_key", "consumer_secret", "access_token", "access_token_secret"), "a"))
    asked = requests.Request("GET", "https://api.twitter.com/2/users/me")
    live = Line.open(gate(Wire(base_url="https://api.x.com")), make_account("x"), credential)
    assert live.client.session.prepare_request(asked).url == "https://api.x.com/2/users/me"


def test_a_text_alone_needs_no_preparing(x: Bench) -> None:
    assert x.prepare(x.payload(plain(x, "Bonjour"))) == NOTHING
    assert x.kept == []


def test_pictures_go_out_without_a_word(x: Bench) -> None:
    x.publish(replace(x.variant, text=("",)))
    [row] = x.standing()
    assert (row["text"], len(row["media"])) == ("", 1)


def test_the_same_text_again_is_refused_as_a_duplicate(x: Bench) -> None:
    x.publish(plain(x, "Bonjour"))
    with pytest.raises(Rejected) as refusal:
        x.publish(plain(x, "Bonjour"))
    assert refusal.value.duplicate
    assert len(x.standing()) == 1


@pytest.mark.parametrize("text", ["a" * 281, "$EUR and $USD"])
def test_a_text_that_x_does_not_take_is_refused_for_good(x: Bench, text: str) -> None:
    with pytest.raises(Rejected) as refusal:
        x.publish(plain(x, text))
    assert not refusal.value.duplicate
    assert x.standing() == []


def test_a_bare_401_asks_to_be_probed(x: Bench) -> None:
    x.fault("expired-token")
    with pytest.raises(Unauthorized) as refusal:
        x.publish(plain(x, "Bonjour"))
    assert refusal.value.probe


def test_a_suspended_account_needs_a_person(x: Bench) -> None:
    x.fault("suspended")
    with pytest.raises(Unauthorized) as refusal:
        x.publish(plain(x, "Bonjour"))
    assert (refusal.value.code, refusal.value.probe) == ("user-suspended", False)


def test_eight_threads_share_one_platform(x: Bench) -> None:
    benches = [other(x, f"mission-{number}", f"70{number}") for number in range(8)]

    def speak(bench: Bench) -> Receipt:
        return bench.send(bench.payload(plain(bench, f"Ici {bench.account.name}")), NOTHING)

    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(speak, benches))
    assert len({receipt.post.id for receipt in receipts}) == 8
    for bench, receipt in zip(benches, receipts, strict=True):
        assert [(row["id"], row["text"]) for row in bench.standing()] == [(receipt.post.id, f"Ici {bench.account.name}")]


# Reposts


def test_a_repost_repeats_its_original_and_is_found(x: Bench) -> None:
    original = x.publish(plain(x, "Bonjour"))
    second = other(x, "embassy-rome", "4002")
    receipt = repost_of(second, original.post.id)
    assert receipt.post == PostRef(kind="repost", id=receipt.post.id, original=original.post.id)
    [row] = second.standing()
    assert (row["kind"], row["of"], row["id"]) == ("repost", original.post.id, receipt.post.id)
    found = second.platform.fetch(second.account, second.credential, receipt.post)
    assert found is not None
    assert found.post == receipt.post
    [seen] = second.platform.recent(second.account, second.credential, since=second.clock.now() - timedelta(hours=1))
    assert seen.post == receipt.post


def test_a_repost_is_undone_twice_and_its_original_stays(x: Bench) -> None:
    original = x.publish(plain(x, "Bonjour"))
    second = other(x, "embassy-rome", "4002")
    receipt = repost_of(second, original.post.id)
    for _ in range(2):
        second.platform.delete(second.account, second.credential, receipt.post)
        assert second.platform.fetch(second.account, second.credential, receipt.post) is None
    assert second.standing() == []
    assert len(x.standing()) == 1


def test_a_repost_whose_own_id_was_not_told_is_found_on_the_timeline(x: Bench) -> None:
    original = x.publish(plain(x, "Bonjour"))
    second = other(x, "embassy-rome", "4002")
    told = repost_of(second, original.post.id).post
    untold = replace(told, id=told.original)
    found = second.platform.fetch(second.account, second.credential, untold)
    assert found is not None
    assert found.post == told
    second.platform.delete(second.account, second.credential, untold)
    assert second.platform.fetch(second.account, second.credential, untold) is None


def test_a_repost_of_what_is_gone_is_refused(x: Bench) -> None:
    with pytest.raises(Rejected):
        repost_of(x, "1234567890123456789")


@pytest.mark.parametrize("fault", ["drop-after", "unparsable", "error-after"])
def test_a_repost_whose_answer_is_lost_is_unknown_and_stands_once(x: Bench, fault: str) -> None:
    original = x.publish(plain(x, "Bonjour"))
    second = other(x, "embassy-rome", "4002")
    second.fault(fault, action="publish")
    with pytest.raises(OutcomeUnknown):
        repost_of(second, original.post.id)
    assert len(second.standing()) == 1


# Credentials


def test_a_credential_that_lacks_a_part_reaches_nobody(make_bench: MakeBench) -> None:
    x = make_bench("x")
    with pytest.raises(Unauthorized):
        x.platform.inspect(x.account, Credential({"consumer_key": "a"}))


def test_a_token_does_not_end_so_the_credential_stays(x: Bench) -> None:
    assert x.platform.renew(x.account, x.credential) is x.credential


def test_inspecting_names_the_handle(x: Bench) -> None:
    standing = x.platform.inspect(x.account, x.credential)
    assert (standing.id, standing.handle) == ("4001", "embassy_paris")


def test_a_failing_server_is_not_asked_twice(x: Bench) -> None:
    x.fault("error", action="read", times=1)
    with pytest.raises(Unreachable):
        x.platform.inspect(x.account, x.credential)
    assert x.platform.inspect(x.account, x.credential).id == "4001"


def test_an_attempt_has_the_time_that_it_needs(x: Bench) -> None:
    with pytest.raises(Unreachable) as refusal:
        x.send(x.payload(plain(x, "Bonjour")), NOTHING, replace(AMPLE, seconds=x.wire.total))
    assert refusal.value.code == "deadline"
