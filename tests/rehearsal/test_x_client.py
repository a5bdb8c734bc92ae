"""The ministry's own client library against the rehearsed X: tweepy, through the gate; and a world that is kept."""

from pathlib import Path

import pytest
import tweepy

from ministry_social.platforms.gate import Gate, Wire
from ministry_social.rehearsal.server import Server, keep, load
from tests.conftest import Rehearsal
from tests.rehearsal.x_client import picture, speaker

ORIGINALS = ("https://api.twitter.com", "https://upload.twitter.com")


def client(rehearsal: Rehearsal, credential: dict[str, str]) -> tweepy.Client:
    made = tweepy.Client(**credential)
    made.session = Gate(Wire(base_url=f"{rehearsal.address}/api/x"), ORIGINALS).session()
    return made


def test_tweepy_posts_reposts_reads_and_deletes(rehearsal: Rehearsal) -> None:
    paris = client(rehearsal, rehearsal.enrol("x", "42", "embassy-paris"))
    rome = client(rehearsal, rehearsal.enrol("x", "43", "embassy-rome"))
    post = paris.create_tweet(text="The grain corridor stays open: https://example.org").data["id"]
    assert rome.retweet(post).data["retweeted"]
    [repost] = rome.get_users_tweets("43", user_auth=True, tweet_fields=["referenced_tweets"]).data
    assert repost.referenced_tweets[0].id == int(post)
    [found] = paris.get_users_tweets("42", user_auth=True, tweet_fields=["created_at", "entities"], max_results=10).data
    assert found.entities["urls"][0]["expanded_url"] == "https://example.org"
    assert rome.unretweet(post).data == {"retweeted": False}
    assert paris.get_me(user_fields=["public_metrics"]).data.public_metrics["tweet_count"] == 1
    assert paris.delete_tweet(post).data == {"deleted": True}
    assert paris.get_tweets([post], user_auth=True).errors[0]["resource_id"] == post


def test_tweepy_names_the_refusals(rehearsal: Rehearsal) -> None:
    paris = client(rehearsal, rehearsal.enrol("x", "42", "embassy-paris"))
    paris.create_tweet(text="Said once")
    with pytest.raises(tweepy.Forbidden, match="duplicate content"):
        paris.create_tweet(text="Said once")
    rehearsal.fault("throttled", "x", times=1)
    with pytest.raises(tweepy.TooManyRequests) as throttled:
        paris.create_tweet(text="Too fast")
    assert throttled.value.reset_time > rehearsal.world.clock.now().timestamp()


def test_tweepys_old_interface_uploads(rehearsal: Rehearsal, tmp_path: Path) -> None:
    key = rehearsal.enrol("x", "42", "embassy-paris")
    auth = tweepy.OAuth1UserHandler(
        key["consumer_key"], key["consumer_secret"], key["access_token"], key["access_token_secret"]
    )  # fmt: skip
    api = tweepy.API(auth)
    api.session = Gate(Wire(base_url=f"{rehearsal.address}/api/x"), ORIGINALS).session()
    (tmp_path / "table.png").write_bytes(picture())
    media = api.simple_upload(str(tmp_path / "table.png"))
    api.create_media_metadata(media.media_id, "A long table")
    assert rehearsal.world.states["x"].uploads[media.media_id_string].alt == "A long table"


def test_an_account_comes_with_a_credential_of_its_own(rehearsal: Rehearsal) -> None:
    own = {
        "consumer_key": "our-app",
        "consumer_secret": "our secret",
        "access_token": "made-up",
        "access_token_secret": "its secret",
    }
    x = speaker(rehearsal, credential=own)
    assert x.credential == own
    assert x.say("With a token that does not begin with the id").status_code == 201


def test_credentials_come_from_the_worlds_seed() -> None:
    made = []
    for _ in range(2):
        server = Server()
        with server.running() as address:
            made.append(Rehearsal(address, server.world).enrol("x", "42", "embassy-paris"))
    assert made[0] == made[1]


def test_a_kept_world_goes_on_where_it_stopped(tmp_path: Path) -> None:
    first = Server()
    with first.running() as address:
        x = speaker(Rehearsal(address, first.world))
        x.say("Before the pause")
        x.upload(picture())
    keep(first.world, tmp_path / "world")
    second = Server(load(tmp_path / "world"))
    with second.running() as address:
        x.rehearsal = Rehearsal(address, second.world)
        assert x.say("Before the pause").status_code == 403
        assert x.say("After the pause").status_code == 201
        assert x.get("/2/users/42/tweets").json()["meta"]["result_count"] == 2
