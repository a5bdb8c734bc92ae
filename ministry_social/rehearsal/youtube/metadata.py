"""What YouTube checks in a video's metadata, part by part.

Sources: developers.google.com/youtube/v3/docs/videos (properties) and .../videos/insert, .../videos/update (errors);
discovery document youtube.v3, revision 20261104 (names of properties, privacyStatus defaults to public).
"""

import re
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from .errors import Refusal, bad_request
from .state import Json, stamp

TITLE = 100  # characters
DESCRIPTION = 5000  # bytes of UTF-8
TAGS = 500  # characters, with commas between tags and quotation marks around a tag with a space

# videoCategories.list, those that can be assigned; 22 is People & Blogs, 25 News & Politics.
CATEGORIES = ("1", "2", "10", "15", "17", "19", "20", "22", "23", "24", "25", "26", "27", "28", "29")

WRITABLE = ("snippet", "status", "localizations", "recordingDetails", "paidProductPlacementDetails")
READ_ONLY = (
    "contentDetails", "fileDetails", "id", "liveStreamingDetails", "player", "processingDetails", "statistics",
    "suggestions", "topicDetails",
)  # fmt: skip
PARTS = WRITABLE + READ_ONLY

_TOP = (*PARTS, "ageGating", "etag", "kind", "monetizationDetails", "projectDetails")
_SNIPPET = (
    "categoryId", "channelId", "channelTitle", "defaultAudioLanguage", "defaultLanguage", "description",
    "liveBroadcastContent", "localized", "publishedAt", "tags", "thumbnails", "title",
)  # fmt: skip
_STATUS = (
    "containsSyntheticMedia", "embeddable", "failureReason", "license", "madeForKids", "privacyStatus",
    "publicStatsViewable", "publishAt", "rejectionReason", "selfDeclaredMadeForKids", "uploadStatus",
)  # fmt: skip
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def check_names(body: Json, parts: Collection[str]) -> None:
    """Refuse unknown properties, and a part in the body that the parameter `part` does not name."""
    _known(body, _TOP, "video")
    for part in WRITABLE:
        if part in body and part not in parts:
            raise Refusal(400, "unexpectedPart", f"'{part}'", "youtube.part", "part")
        if not isinstance(body.get(part, {}), dict):
            raise bad_request(f"Invalid value at 'video.{part}'.")
    _known(body.get("snippet", {}), _SNIPPET, "video.snippet")
    _known(body.get("status", {}), _STATUS, "video.status")


def _known(given: Json, names: Collection[str], where: str) -> None:
    for name in given:
        if name not in names:
            raise bad_request(f"Invalid JSON payload received. Unknown name \"{name}\" at '{where}': Cannot find field.")


def snippet(given: Json, *, category: str | None) -> Json:
    """The properties that an owner can set, checked. `category` stands in where categoryId is absent; None: it must be there."""
    _title(given.get("title"))
    _description(given.get("description", ""))
    number = given.get("categoryId", category)
    if number not in CATEGORIES:
        raise _invalid("invalidCategoryId", "The snippet.categoryId property specifies an invalid category ID.")
    checked: Json = {"title": given["title"], "description": given.get("description", ""), "categoryId": number}
    if given.get("tags"):
        checked["tags"] = _tags(given["tags"])
    for name in ("defaultLanguage", "defaultAudioLanguage"):
        if given.get(name):
            checked[name] = _language(given[name])
    return checked


def _title(title: Any) -> None:
    wrong = not isinstance(title, str) or not title.strip() or len(title) > TITLE or "<" in title or ">" in title
    if wrong:
        raise _invalid("invalidTitle", "The request metadata specifies an invalid or empty video title.")


def _description(text: Any) -> None:
    if not isinstance(text, str) or len(text.encode()) > DESCRIPTION or "<" in text or ">" in text:
        raise _invalid("invalidDescription", "The request metadata specifies an invalid video description.")


def _tags(tags: Any) -> list[str]:
    wrong = not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags)
    if wrong or any("<" in tag or ">" in tag for tag in tags) or tags_length(tags) > TAGS:
        raise _invalid("invalidTags", "The request metadata specifies invalid video keywords.")
    return list(tags)


def tags_length(tags: list[str]) -> int:
    """What tags count against the limit."""
    return sum(len(tag) + (2 if " " in tag else 0) for tag in tags) + max(len(tags) - 1, 0)


def _language(code: Any) -> str:
    if not isinstance(code, str) or not _LANGUAGE.fullmatch(code):
        raise _invalid("invalidVideoMetadata", f"The request metadata names no language: {code}.")
    return code


def localizations(given: Json, default_language: str) -> Json:
    """Titles and descriptions in other languages, checked. They need the language of the video's own ones."""
    if given and not default_language:
        raise _invalid(
            "defaultLanguageNotSet",
            "The request is trying to add localized video details without specifying the default language of the video details.",
        )
    checked = {}
    for code, words in given.items():
        try:
            _language(code)
            _known(words, ("title", "description"), "video.localizations")
            _title(words.get("title"))
            _description(words.get("description", ""))
        except (Refusal, AttributeError, TypeError):
            raise _invalid(
                "localizationValidationError", f"One of the values in the localizations object failed validation: {code}."
            ) from None
        checked[code] = {"title": words["title"], "description": words.get("description", "")}
    return checked


def status(given: Json, *, now: datetime, shown: bool) -> Json:
    """The properties of the status part, checked. What is not said gets its default: public.

    publishAt: only with privacyStatus private and for a video that never was public; a past time means now.
    """
    privacy = given.get("privacyStatus", "public")
    if privacy not in ("public", "unlisted", "private"):
        raise bad_request(f"Invalid value at 'video.status.privacy_status': \"{privacy}\"")
    checked: Json = {"privacyStatus": privacy, "license": given.get("license", "youtube")}
    for name, default in (("embeddable", True), ("publicStatsViewable", True)):
        checked[name] = bool(given.get(name, default))
    for name in ("selfDeclaredMadeForKids", "containsSyntheticMedia"):
        if name in given:
            checked[name] = bool(given[name])
    if given.get("publishAt"):
        moment = publish_at(given)
        if privacy != "private" or shown or moment is None:
            raise _invalid("invalidPublishAt", "The request metadata specifies an invalid scheduled publishing time.")
        if moment <= now:
            checked["privacyStatus"] = "public"
        else:
            checked["publishAt"] = stamp(moment)
    return checked


def publish_at(given: Json) -> datetime | None:
    """The moment in publishAt (RFC 3339 with a zone), or None where it is absent or nothing that can be read."""
    try:
        moment = datetime.fromisoformat(given["publishAt"])
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


def makes_public(given: Any, now: datetime) -> bool:
    """Whether this status part, carried out now, shows the video to everybody."""
    if not isinstance(given, dict):
        return False  # it will be refused
    moment = publish_at(given)
    return given.get("privacyStatus", "public") == "public" or (moment is not None and moment <= now)


def _invalid(reason: str, message: str) -> Refusal:
    return Refusal(400, reason, message, where="body.snippet" if "Title" in reason else "body", kind="other")
