"""The real facebook-sdk 3.1.0 against the rehearsed Facebook, through the gate."""

import io
import json
import pickle

import facebook
import pytest
from PIL import Image

from ministry_social.platforms.gate import Gate, Wire
from ministry_social.rehearsal.world import World
from tests.conftest import Rehearsal

PAGE = "100200300400500"


@pytest.fixture
def graph(rehearsal: Rehearsal) -> facebook.GraphAPI:
    """The client library, as the ministry uses it."""
    token = rehearsal.enrol("facebook", PAGE, "page", "mfa")["access_token"]
    gate = Gate(Wire(base_url=f"{rehearsal.address}/api/facebook"), originals=("https://graph.facebook.com",))
    found = facebook.GraphAPI(token, session=gate.session())
    found.version = "v26.0"
    return found


def picture() -> io.BytesIO:
    """A small picture, as a file."""
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "navy").save(out, "PNG")
    out.seek(0)
    return out


def test_the_library_posts_reads_and_deletes(graph: facebook.GraphAPI) -> None:
    post = graph.put_object(PAGE, "feed", message="تستأنف المحادثات", link="https://mfa.example.org/")["id"]
    assert graph.get_object(post, fields="message")["message"] == "تستأنف المحادثات"
    assert [row["id"] for row in graph.get_connections(PAGE, "published_posts")["data"]] == [post]
    assert graph.delete_object(post) == {"success": True}
    with pytest.raises(facebook.GraphAPIError) as refused:
        graph.delete_object(post)
    assert refused.value.code == 100
    assert refused.value.result["error"]["error_subcode"] == 33


def test_the_library_uploads_a_photo_and_attaches_it(graph: facebook.GraphAPI, rehearsal: Rehearsal) -> None:
    photo = graph.put_photo(picture(), f"{PAGE}/photos", published="false", alt_text_custom="A table")["id"]
    graph.put_object(PAGE, "feed", message="Signed", attached_media=json.dumps([{"media_fbid": photo}]))
    [record] = rehearsal.records(platform="facebook")
    assert (record["text"], record["alts"], len(record["media"])) == ("Signed", ["A table"], 1)


def test_the_library_reads_the_version_and_looks_into_tokens(graph: facebook.GraphAPI, rehearsal: Rehearsal) -> None:
    app = rehearsal.get("/rehearsal/facebook")
    assert graph.get_version() == "26.0"
    assert graph.debug_access_token(graph.access_token, app["app_id"], app["app_secret"])["data"]["is_valid"] is True
    assert graph.get_app_access_token(app["app_id"], app["app_secret"]).startswith(app["app_id"])


def test_the_library_walks_all_pages_of_a_list(graph: facebook.GraphAPI) -> None:
    for number in range(7):
        graph.put_object(PAGE, "feed", message=f"Post {number}")
    walked = [row["message"] for row in graph.get_all_connections(PAGE, "published_posts", limit=3)]
    assert walked == [f"Post {number}" for number in range(6, -1, -1)]


@pytest.mark.parametrize(("kind", "error"), [("html-page", facebook.GraphAPIError), ("no-content-type", KeyError)])
def test_the_library_fails_in_two_ways_without_json(
    graph: facebook.GraphAPI, rehearsal: Rehearsal, kind: str, error: type[Exception]
) -> None:
    rehearsal.fault(kind, "facebook", times=1)
    with pytest.raises(error):
        graph.put_object(PAGE, "feed", message="Hello")


def test_the_world_with_facebook_in_it_can_be_kept(graph: facebook.GraphAPI, rehearsal: Rehearsal) -> None:
    graph.put_photo(picture(), f"{PAGE}/photos", published="false")
    graph.put_object(PAGE, "videos", upload_phase="start", file_size="100")
    again: World = pickle.loads(pickle.dumps(rehearsal.world))
    assert again.states["facebook"] == rehearsal.world.states["facebook"]
