"""What stands on an account is compared with what was signed: each kind of deviation has its name, and nothing else is one."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ministry_social.model.delivery import PostRef, RemotePost
from ministry_social.model.variant import Kind, Payload
from ministry_social.model.watching import Deviation, Explained, Watched
from ministry_social.rules.canonical import canonical
from ministry_social.rules.watch_records import finding, watched_from, watched_text
from ministry_social.rules.watching import KINDS, Asked, Found, Ours, deviations, unsure
from tests.factories import account

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
PICTURE = {"digest": "0" * 64, "type": "image/png", "kind": "image", "size": 9, "alt": "A port", "file": "port.png"}
VIDEO: dict[str, Any] = {
    "title": "The corridor", "description": "It stays open.", "tags": ["grain", "port dues"], "localizations": {
        "fr": {"title": "Le couloir", "description": "Il reste ouvert."},
    }, "captions": [{"language": "en", "digest": "0" * 64, "size": 9}],
}  # fmt: skip


def payload(platform: str = "x", **inside: Any) -> Payload:
    if platform == "youtube":
        return Payload(platform=platform, kind=Kind.VIDEO, body=canonical(VIDEO | inside))
    words = {"message" if platform == "facebook" else "text": "The corridor stays open.", "media": []}
    return Payload(platform=platform, kind=Kind.ORIGINAL, body=canonical(words | inside))


def ours(name: str = "1", platform: str = "x", **more: Any) -> Ours:
    kind = "video" if platform == "youtube" else "post"
    values: dict[str, Any] = {
        "key": f"grain/1/mfa/{name}", "post": PostRef(kind=kind, id=name), "url": f"https://x.example.org/{name}", "at": NOON,
        "payload": payload(platform),
    }  # fmt: skip
    return Ours(**values | more)


def repost(name: str = "9", of: str = "5") -> Ours:
    said = Payload(platform="x", kind=Kind.REPOST, body=canonical({"repost": of}))
    return ours(name, post=PostRef(kind="repost", id=name, original=of), payload=said)


def post(name: str = "1", text: str = "The corridor stays open.", **more: Any) -> RemotePost:
    ref = more.pop("post", PostRef(kind="post", id=name))
    return RemotePost(post=ref, account="1", text=text, **{"at": NOON, "url": f"https://x.example.org/{name}"} | more)


def film(name: str = "1", text: str = "It stays open.", **facts: str) -> RemotePost:
    stands = {
        "title": "The corridor", "tags": "grain,port dues", "uploadStatus": "processed", "privacyStatus": "public",
        "captions": "true", "localizations": json.dumps(VIDEO["localizations"]), "reason": "",
    }  # fmt: skip
    public = facts.get("privacyStatus", "public") == "public"
    return post(name, text, post=PostRef(kind="video", id=name), media=1, public=public, facts=stands | facts)


def found(
    there: list[RemotePost],
    *mine: Ours,
    asked: dict[str, Asked] | None = None,
    began: datetime = NOON - HOUR,
    **more: Any,
) -> list[Found]:  # fmt: skip
    return deviations(mine, there, asked or {}, began=began, **more)


def kinds(*given: Any, **more: Any) -> list[str]:
    return [one.kind for one in found(*given, **more)]


def test_what_stands_as_it_was_signed_is_no_deviation() -> None:
    assert kinds([post()], ours()) == []
    assert kinds([film()], ours(platform="youtube")) == []


def test_other_words_are_an_edit_with_both_texts() -> None:
    [one] = found([post(text="The corridor is shut.")], ours())
    assert (one.kind, one.delivery) == ("edited", "grain/1/mfa/1")
    assert (one.signed, one.stands) == ("The corridor stays open.", "The corridor is shut.")


def test_an_edited_post_on_x_has_another_id_and_is_no_foreign_one() -> None:
    [one] = found([post("2", "The corridor is shut.", facts={"history": "1,2"})], ours())
    assert (one.kind, one.post.id, one.url) == ("edited", "2", "https://x.example.org/2")


def test_what_is_gone_is_told_apart_as_far_as_each_platform_says() -> None:
    gone, held_back = Asked(), Asked(code="resource-unavailable")
    key = ours().key
    assert kinds([], ours(), asked={key: gone}) == ["removed"]
    assert kinds([], ours(), asked={key: held_back}) == ["removed-by-platform"]
    assert kinds([], ours(platform="facebook"), asked={key: gone}) == ["removed"]
    assert kinds([], ours(platform="youtube"), asked={key: gone}) == ["removed-by-hand"]
    assert kinds([], repost(), asked={repost().key: gone}) == ["removed"]


def test_what_is_not_on_the_list_and_was_not_asked_for_is_not_judged() -> None:
    assert kinds([], ours()) == []


def test_what_the_list_does_not_show_yet_and_is_there_is_compared() -> None:
    assert kinds([], ours(), asked={ours().key: Asked(post=post())}) == []
    assert kinds([], ours(), asked={ours().key: Asked(post=post(text="Shut."))}) == ["edited"]


def test_only_what_is_old_enough_and_not_leaving_is_asked_for() -> None:
    mine = [ours("1"), ours("2"), ours("3", at=NOON + HOUR), ours("4", leaving=True), ours("5", standing=False)]
    assert [one.post.id for one in unsure(mine, [post("2")], NOON)] == ["1"]
    assert [one.post.id for one in unsure(mine, [post("1"), post("2"), post("5")], NOON)] == ["5"]


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        ({"title": "Another film"}, "title-changed"),
        ({"tags": "gold"}, "tags-changed"),
        ({"captions": "false"}, "captions-removed"),
        ({"privacyStatus": "private"}, "made-private"),
        ({"privacyStatus": "unlisted"}, "unlisted"),
        ({"uploadStatus": "rejected", "reason": "termsOfUse"}, "removed-by-platform"),
        ({"localizations": '{"fr":{"title":"Le couloir","description":"Fermé."}}'}, "description-changed"),
    ],
)
def test_what_was_changed_of_a_video_is_named(facts: dict[str, str], kind: str) -> None:
    assert kinds([film(**facts)], ours(platform="youtube")) == [kind]
    assert kinds([film(text="Shut.")], ours(platform="youtube")) == ["description-changed"]


def test_pictures_and_their_alt_texts_are_compared_where_they_are_shown() -> None:
    mine = ours(payload=payload(media=[PICTURE]))
    assert kinds([post(media=1, alts=("A port",))], mine) == []
    assert kinds([post(media=1, alts=("A gun",))], mine) == ["alt-changed"]
    assert kinds([post(media=0)], mine) == ["media-changed"]
    assert kinds([post(media=1)], ours(platform="facebook", payload=payload("facebook", media=[PICTURE]))) == []  # no alts shown


def test_hidden_and_withheld_posts_are_found() -> None:
    assert kinds([post(facts={"hidden": "yes"})], ours(platform="facebook")) == ["hidden"]
    [one] = found([post(facts={"withheld": "FR,DE"})], ours())
    assert (one.kind, one.facts) == ("withheld", {"countries": "FR,DE"})


def test_what_nobody_has_scheduled_is_foreign() -> None:
    other = post("7", "Buy gold.")
    assert kinds([post(), other], ours()) == ["foreign-post"]
    again = post("8", post=PostRef(kind="repost", id="8", original="77"), text="RT @a: b")
    assert kinds([post(), again], ours()) == ["foreign-repost"]
    assert kinds([film("9", title="Gold")]) == ["foreign-video"]


def test_a_second_copy_of_ours_is_named_so() -> None:
    [one] = found([post(), post("2", "The  corridor stays open.")], ours())
    assert (one.kind, one.post.id, one.delivery) == ("twice", "2", "grain/1/mfa/1")


def test_what_stood_there_before_we_watched_is_not_ours_to_judge() -> None:
    assert kinds([post("7", "Hello.", at=NOON - 2 * HOUR)]) == []
    assert kinds([post("7", "Hello.")]) == ["foreign-post"]


def test_what_nobody_can_see_is_not_foreign() -> None:
    assert kinds([film("9", privacyStatus="private"), post("8", public=False)]) == []


def test_what_is_just_being_sent_is_not_foreign() -> None:
    coming = [(payload(), NOON - timedelta(seconds=3))]
    assert kinds([post("2")], coming=coming) == []
    assert kinds([post("2", "Another.")], coming=coming) == ["foreign-post"]
    assert kinds([post("2", at=NOON - timedelta(minutes=9))], coming=coming) == ["foreign-post"]
    assert kinds([film("3")], coming=[(payload("youtube"), NOON)]) == []
    again = post("8", post=PostRef(kind="repost", id="8", original="5"))
    assert kinds([again], coming=[(repost().payload, NOON)]) == []


def test_what_older_deliveries_have_is_not_foreign() -> None:
    assert kinds([post("7"), post("9", facts={"history": "8,9"})], others=("7", "8")) == []


def test_our_reposts_are_ours_also_where_their_own_id_is_not_known() -> None:
    shown = post("9", post=PostRef(kind="repost", id="9", original="5"), text="RT @mfa: The corr…")
    assert kinds([shown], repost()) == []
    assert kinds([shown], repost("5", of="5")) == []


def test_what_was_recalled_and_stands_there_is_found_only_where_it_was_read_again() -> None:
    mine = ours(standing=False)
    assert kinds([post()], mine) == []
    assert kinds([post()], mine, asked={mine.key: Asked()}) == []
    assert kinds([post()], mine, asked={mine.key: Asked(post=post())}) == ["recalled-still-stands"]
    assert kinds([], mine) == []


def test_what_is_leaving_is_left_alone() -> None:
    assert kinds([post(text="Half gone.")], ours(leaving=True)) == []


def test_another_state_is_another_deviation_and_white_space_is_none() -> None:
    ids = [found([post(text=text)], ours())[0].id for text in ("Shut.", "Shut. ", "Shut!")]
    assert ids[0] == ids[1] != ids[2]


@given(
    texts=st.lists(st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=60), max_size=12),
    order=st.randoms(use_true_random=False),
)
def test_whatever_was_published_and_stands_there_raises_no_alarm(texts: list[str], order: Any) -> None:
    mine = [ours(str(number), payload=payload(text=text)) for number, text in enumerate(texts)]
    there = [post(str(number), text) for number, text in enumerate(texts)]
    order.shuffle(there)
    assert kinds(there, *mine) == []


def test_every_kind_says_what_to_do_and_names_no_words() -> None:
    for kind in KINDS:
        one = deviation(kind=kind)
        said = finding(one, account("mfa"))
        assert said.name == kind
        assert one.id in said.sentence
        assert f"watch explain {one.id}" in said.remedy


def test_what_is_known_of_an_account_reads_back_as_it_was_written() -> None:
    one, other = deviation(), deviation(id="b", facts={"language": "fr"})
    done = Explained(deviation=other, reason="ours", by="anna", at=NOON)
    known = Watched(
        account="mfa", at=NOON, began=NOON, looked=NOON, error="No.", open=(one,), explained=(done,), told=("k mail a",)
    )
    assert watched_from("mfa", NOON, watched_text(known)) == known
    empty = Watched(account="mfa", at=NOON)
    assert watched_from("mfa", NOON, watched_text(empty)) == empty


def deviation(**more: Any) -> Deviation:
    one = Deviation(
        id="1a2b3c4d5e", kind="edited", account="mfa", post=PostRef(kind="post", id="1"), url="https://x.example.org/1", at=NOON,
        seen=NOON, delivery="grain/1/mfa/post", signed="0" * 64, stands="1" * 64,
    )  # fmt: skip
    return replace(one, **more)
