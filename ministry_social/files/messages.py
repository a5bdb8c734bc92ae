"""Message files: read whole, with local texts and media, into a `Message` (docs/messages.md)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any, TypeVar

from ..errors import InvalidMessage, MinistryError
from ..model.message import KINDS, LocalText, Media, MediaFacts, Message, Place
from ..rules.canonical import canonical, digest
from . import front, written
from .audience import read_audience
from .beside import Beside
from .body import Body, read_body
from .lines import Toml, nearest, read_text
from .templates import refuse_blanks

__all__ = ["KINDS", "Loaded", "find", "load", "load_message", "message_bytes", "revision_of"]

_KEYS = (
    *("id", "kind", "source", "audience", "missing_translation", "without_video", "embargo", "stale_after", "link"),
    *("corrects", "playlists", "variables", "translated", "media"),
)
_Read = TypeVar("_Read")
_Default = TypeVar("_Default")


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """A message as it stood when it was read.

    revision     SHA-256 over `description`, hex
    description  canonical JSON: the SHA-256 of the message's text, of each local text, and of each media file
    media        where each media file lies, by its SHA-256: to be taken into the media folder
    local_texts  the whole text of each local text, by mission
    text         the whole text of the message's file
    """

    message: Message
    revision: str
    description: bytes
    media: Mapping[str, Path]
    local_texts: Mapping[str, str]
    text: str

    @property
    def texts(self) -> tuple[bytes, ...]:
        """The files that `description` has the digests of, media apart: kept as proof of what was taken in."""
        return tuple(one.encode() for one in (self.text, *self.local_texts.values()))


def find(named: str, folder: Path) -> Path:
    """The file in a folder whose message has this id. Raises `InvalidMessage` with the nearest one."""
    by_id = {name: path for path in sorted(folder.glob("*.md")) if (name := _id_in(path))}
    if named in by_id:
        return by_id[named]
    remedy = nearest(named, by_id) if by_id else "Make one: ministry-social message new --from statement"
    raise InvalidMessage(f"There is no message with the id {named} in {folder}.", remedy=remedy)


def _id_in(path: Path) -> str:
    """The id in a message's front matter; empty where it cannot be read: somebody is still writing it."""
    try:
        toml, _, _ = front.front_matter(read_text(path, InvalidMessage), str(path))
    except InvalidMessage:
        return ""
    return str(toml.values.get("id", ""))


def load_message(path: Path) -> Message:
    """The message in a file. Raises `InvalidMessage` with file, line and remedy at the first mistake."""
    return load(path).message


def revision_of(path: Path) -> tuple[str, bytes]:
    """The digest of a message's present state, and the canonical description that it is the digest of."""
    loaded = load(path)
    return loaded.revision, loaded.description


def message_bytes(path: Path) -> bytes:
    """The canonical description of a message's present state."""
    return load(path).description


def load(path: Path) -> Loaded:
    """The message in a file, with its revision: both from one reading, so that they cannot differ."""
    text = read_text(path, InvalidMessage)
    refuse_blanks(text, str(path))
    toml, below, line = front.front_matter(text, str(path))
    toml.check_names(toml.values, _KEYS, "name")
    reader = _Front(toml)
    beside = Beside(path=path, toml=toml)
    media = tuple(beside.media())
    files = tuple(one.file for one in media)
    body = read_body(below, str(path), first=line, files=files)
    locals_ = dict(beside.local_texts(reader.id(), files))
    message = reader.message(path, body, line, media, {mission: local for mission, (local, _) in locals_.items()})
    return _loaded(message, path, text, {mission: whole for mission, (_, whole) in locals_.items()})


@dataclass(frozen=True)
class _Front:
    """The front matter on its way into a `Message`."""

    toml: Toml

    def message(self, path: Path, body: Body, line: int, media: tuple[Media, ...], local_texts: Mapping[str, LocalText]) -> Message:
        return Message(
            id=self.id(),
            kind=self.choice("kind", KINDS),
            source=self.source(path, body, line),
            place=Place(file=str(path), line=1),
            audience=self.of("audience", lambda raw: read_audience(front.text(raw)), read_audience("all")),
            missing_translation=self.choice("missing_translation", ("fallback", "skip")),
            without_video=self.choice("without_video", ("cancel", "post")),
            embargo=self.of("embargo", lambda raw: written.moment(raw).astimezone(UTC), None),
            stale_after=self.of("stale_after", written.duration, None),
            link=self.of("link", front.link, ""),
            corrects=self.of("corrects", front.name, ""),
            playlists=self.of("playlists", front.texts, ()),
            media=media,
            wordings=body.wordings,
            more=body.more,
            overrides=body.overrides,
            locals=local_texts,
            variables=self.of("variables", front.variables, {}),
            translated=self.translated(body),
            places={key: self.toml.place(key) for key in self.toml.values},
        )

    def id(self) -> str:
        if "id" not in self.toml.values:
            raise self.wrong("The message has no id.", "id", 'Add one that is unique for ever: id = "2026-grain-corridor".')
        return self.of("id", front.name, "")

    def source(self, path: Path, body: Body, line: int) -> str:
        """The language of the original: as written, else that of the first section."""
        if not body.wordings:
            remedy = "Add a section: ## en, and below it ### short."
            raise InvalidMessage("The message has no text.", file=str(path), line=line, remedy=remedy)
        source = self.of("source", written.language, next(iter(body.wordings)))
        if source not in body.wordings:
            raise self.wrong(
                f"There is no text in {source}, the language of the original.", "source", f"Add a section: ## {source}"
            )
        for override in body.overrides:
            if override.language == source:
                place, remedy = override.place, "Write: ## for youtube"
                raise InvalidMessage(f"{source} is the source itself.", file=place.file, line=place.line, remedy=remedy)
        return source

    def translated(self, body: Body) -> dict[str, str]:
        """What translations were confirmed to say; each is of a section that is there."""
        found = self.toml.values.get("translated", {})
        if not isinstance(found, dict):
            raise self.wrong("translated is no table.", "translated", "Write [translated] on a line of its own.")
        for tag, raw in found.items():
            try:
                front.translated(raw, tag)
            except ValueError as error:
                raise self.toml.problem(f"translated: {tag}: {error}", "translated", tag) from error
            if tag not in body.wordings:
                sentence = f"There is no text in {tag} that could be confirmed."
                raise self.toml.problem(sentence, "translated", tag, remedy="Remove the line.")
        return found

    def of(self, key: str, read: Callable[[Any], _Read], default: _Default) -> _Read | _Default:
        """The value of a key, or `default` where it is absent. `read` raises `ValueError`, which gets its place here."""
        if key not in self.toml.values:
            return default
        try:
            return read(self.toml.values[key])
        except ValueError as error:
            raise self.wrong(f"{key}: {error}", key) from error

    def choice(self, key: str, possible: tuple[str, ...]) -> str:
        value = self.of(key, front.text, possible[0])
        if value not in possible:
            raise self.wrong(f'{key}: "{value}" is not possible.', key, nearest(value, possible))
        return value

    def wrong(self, sentence: str, key: str, remedy: str = "") -> MinistryError:
        return self.toml.problem(sentence, key, remedy=remedy)


def _loaded(message: Message, path: Path, text: str, local_texts: Mapping[str, str]) -> Loaded:
    files = dict(_files(message))
    description = canonical(
        {
            "message": digest(text.encode()),
            "local": [[mission, digest(whole.encode())] for mission, whole in sorted(local_texts.items())],
            "media": [[name, facts.digest] for name, facts in sorted(files.items())],
        }
    )
    return Loaded(
        message=message,
        revision=digest(description),
        description=description,
        media={facts.digest: path.parent / name for name, facts in files.items()},
        local_texts=local_texts,
        text=text,
    )


def _files(message: Message) -> Iterator[tuple[str, MediaFacts]]:
    for media in message.media:
        yield media.file, media.facts
        yield from media.captions.values()
        if media.thumbnail is not None:
            yield media.thumbnail
