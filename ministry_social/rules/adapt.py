"""Adaptation: from a message to the variant of each account."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ..errors import InvalidMessage
from ..model.account import Account
from ..model.delivery import delivery_key
from ..model.finding import Finding, Weight
from ..model.message import Media, MediaFacts, Message, Place, Prose, Wording
from ..model.plan import Assignment, Silence
from ..model.variant import Attachment, Captions, Kind, Limits, Reference, Text, Variant
from .audience import addressed, spoken
from .fitting import Excess, longest_that_fits
from .roles import Role, roles

# What a template may use: text of one prose, with the variables of a message and an account. Raises `InvalidMessage`.
Fill = Callable[[Prose, Mapping[str, object]], str]

VIDEO = "\ue000video\ue000"  # stands for `{{ video }}` between filling and cutting into pieces; private use, never in a text


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What the settings say about adapting. `wave` counts from 1; `variables` are the ministry's own."""

    fallback: str
    reposts: int
    wave: int = 1
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Adapted:
    """All assignments, in the order of the accounts, and what was found on the way."""

    assignments: list[Assignment] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def adapt(message: Message, accounts: Sequence[Account], limits: Mapping[str, Limits], fill: Fill, rules: Rules) -> Adapted:
    """Give every account its variant, or the reason for its silence. `limits` are by account name."""
    chosen = addressed(message.audience, accounts)
    video = _video_account(message, accounts, chosen)
    given = _all_roles(message, accounts, chosen, limits, rules, has_video_account=video is not None)
    adapted = Adapted()
    for account in accounts:
        role = given[account.name]
        maker = _Maker(message=message, account=account, limits=limits[account.name], fill=fill, rules=rules, video=video)
        adapted.assignments.append(maker.assign(role, adapted.findings))
    return adapted


def _video_account(message: Message, accounts: Iterable[Account], chosen: frozenset[str]) -> Account | None:
    """The channel that shows the message's video, if it has one and a channel is addressed."""
    if not any(media.facts.kind == "video" for media in message.media):
        return None
    return next((a for a in accounts if a.platform == "youtube" and a.name in chosen), None)


def _all_roles(
    message: Message,
    accounts: Sequence[Account],
    chosen: frozenset[str],
    limits: Mapping[str, Limits],
    rules: Rules,
    *,
    has_video_account: bool,
) -> dict[str, Role]:
    given: dict[str, Role] = {}
    for platform in dict.fromkeys(account.platform for account in accounts):
        here = [account for account in accounts if account.platform == platform]
        if platform == "youtube":
            given |= {account.name: _video_role(message, account, chosen, has_video_account) for account in here}
        elif limits[here[0].name].forbids_similar:
            given |= roles(message, here, chosen, wave=rules.wave, reposts=rules.reposts, fallback=rules.fallback)
        else:
            given |= {account.name: _page_role(message, account, chosen, rules) for account in here}
    return given


def _video_role(message: Message, account: Account, chosen: frozenset[str], has_video: bool) -> Role:
    if account.name not in chosen:
        return Role(reason="not in the audience", silence=Silence.NOT_ADDRESSED)
    if not has_video:
        return Role(reason="the message has no video", silence=Silence.NO_VIDEO)
    return Role(kind=Kind.VIDEO, language=message.source, reason="shows the video")


def _page_role(message: Message, account: Account, chosen: frozenset[str], rules: Rules) -> Role:
    if account.name not in chosen:
        return Role(reason="not in the audience", silence=Silence.NOT_ADDRESSED)
    language = next((tag for own in account.languages if (tag := spoken(own, message.wordings))), None)
    if language is None and message.missing_translation == "fallback":
        language = spoken(rules.fallback, message.wordings) or spoken(message.source, message.wordings)
    if language is None:
        return Role(reason=f"nothing in {', '.join(account.languages)}", silence=Silence.NO_TRANSLATION)
    return Role(kind=Kind.PAGE_POST, language=language, reason=f"the page's post, in {language}")


@dataclass(frozen=True, kw_only=True)
class _Maker:
    """Makes the variant of one account."""

    message: Message
    account: Account
    limits: Limits
    fill: Fill
    rules: Rules
    video: Account | None

    def assign(self, role: Role, findings: list[Finding]) -> Assignment:
        if role.kind is None:
            return Assignment(account=self.account, reason=role.reason, silence=role.silence)
        try:
            variant = self._variant(role, findings)
        except InvalidMessage as wrong:
            findings.append(self._finding("undefined-variable", Weight.BLOCKING, wrong.sentence + " " + wrong.remedy, wrong))
            variant = None
        if variant is None:
            return Assignment(account=self.account, reason=f"{role.reason}, but no text can be sent", silence=Silence.NO_TEXT)
        return Assignment(account=self.account, reason=role.reason, variant=variant)

    def _variant(self, role: Role, findings: list[Finding]) -> Variant | None:
        assert role.kind is not None
        if role.kind is Kind.REPOST:
            of = delivery_key(self.message.id, self.rules.wave, role.of, "post")
            return Variant(
                account=self.account.name,
                kind=Kind.REPOST,
                language=role.language,
                of=Reference(delivery=of, field="id", shape="x-id"),
            )
        if role.kind is Kind.VIDEO:
            return self._video_variant(findings)
        return self._post(role, findings)

    def _post(self, role: Role, findings: list[Finding]) -> Variant | None:
        assert role.kind is not None
        candidates = self._candidates(role)
        texts = [self._pieces(self.fill(prose, self._variables()), role.kind) for prose in candidates]
        if not texts:
            sentence = f"There is no text in {role.language} for {self.account.name}."
            findings.append(self._finding("no-text", Weight.BLOCKING, sentence))
            return None
        text = longest_that_fits(texts, self.limits)
        if isinstance(text, Excess):
            findings.append(self._too_long(role, candidates[text.index], text))
            return None
        plain = "".join(piece for piece in text if isinstance(piece, str))
        return Variant(
            account=self.account.name,
            kind=role.kind,
            language=role.language,
            text=text,
            own=plain,
            otherwise=_without_reference(text) if self.message.without_video == "post" else (),
            attachments=self._attachments(role, findings),
            link=self.message.link if not self.limits.forbids_similar else "",
        )

    def _candidates(self, role: Role) -> list[Prose]:
        """The prepared texts, each a way to say the same: long, short, headline."""
        parts = self._override(f"account {self.account.name}") or self._override(self.account.platform)
        given = [parts[name] for name in ("long", "short", "headline") if name in parts]
        if given:
            return given
        wording = self._wording(role)
        return [] if wording is None else [p for p in (wording.long, wording.short, wording.headline) if p is not None]

    def _wording(self, role: Role) -> Wording | None:
        if role.kind is Kind.LOCAL and self.account.mission in self.message.locals:
            return self.message.locals[self.account.mission].wording
        return self.message.wordings.get(role.language)

    def _override(self, target: str) -> Mapping[str, Prose]:
        return next((override.parts for override in self.message.overrides if override.target == target), {})

    def _variables(self) -> dict[str, object]:
        account = self.account
        own: dict[str, object] = {"hashtags": "", "mentions": "", **self.rules.variables, **account.variables}
        fixed = {
            "account": account.name, "title": account.title, "handle": account.handle, "mission": account.mission,
            "city": account.city, "country": own.get("country_name", account.country), "platform": account.platform,
            "link": self.message.link, "video": VIDEO if self.video is not None else "",
        }  # fmt: skip
        return own | dict(self.message.variables) | fixed

    def _pieces(self, filled: str, kind: Kind) -> Text:
        """Cut a filled text where the video's address goes; posts of the ministry's own get it even if they do not ask."""
        filled = filled.strip()
        if self.video is None:
            return (filled,)
        if VIDEO not in filled and kind is not Kind.LOCAL:
            filled = f"{filled}\n{VIDEO}"
        before, asked, after = filled.partition(VIDEO)
        pieces: list[str | Reference] = [before] if before else []
        while asked:
            pieces.append(self._video_reference(self.video))
            before, asked, after = after.partition(VIDEO)
            if before:
                pieces.append(before)
        return tuple(pieces)

    def _video_reference(self, video: Account) -> Reference:
        key = delivery_key(self.message.id, self.rules.wave, video.name, "video")
        return Reference(delivery=key, field="url", shape="youtube-url")

    def _attachments(self, role: Role, findings: list[Finding]) -> tuple[Attachment, ...]:
        shown = [media for media in self.message.media if media.facts.kind in ("image", "gif")]
        videos = [media for media in self.message.media if media.facts.kind == "video"]
        if videos and self.video is None:
            shown = videos[:1]
        return tuple(self._attachment(media, role, findings) for media in shown)

    def _attachment(self, media: Media, role: Role, findings: list[Finding]) -> Attachment:
        facts = media.facts
        alt = self._alt(media, role, findings) if facts.kind != "video" else ""
        return Attachment(file=media.file, digest=facts.digest, type=facts.type, kind=facts.kind, size=facts.size, alt=alt)

    def _alt(self, media: Media, role: Role, findings: list[Finding]) -> str:
        """The alt text in the variant's language; else the source's, which is said; else none, which blocks."""
        own = self._wording(role)
        named = spoken(role.language, self.message.wordings)
        chain = [own, self.message.wordings.get(named) if named else None]
        for wording in chain:
            if wording is not None and media.file in wording.alts:
                return self.fill(wording.alts[media.file], self._variables()).strip()
        source = self.message.wordings.get(self.message.source)
        if source is not None and media.file in source.alts:
            sentence = f"No alt text in {role.language} for {media.file}; the one in {self.message.source} is used."
            findings.append(self._finding("alt-in-another-language", Weight.ADVISORY, sentence, media))
            return self.fill(source.alts[media.file], self._variables()).strip()
        sentence = f"No alt text for {media.file}, neither in {role.language} nor in {self.message.source}."
        findings.append(self._finding("missing-alt", Weight.BLOCKING, sentence, media))
        return ""

    def _video_variant(self, findings: list[Finding]) -> Variant | None:
        parts = self._override("youtube")
        source = self.message.wordings.get(self.message.source)
        title = parts.get("title") or (source.headline if source else None)
        description = parts.get("description") or ((source.long or source.short) if source else None)
        if title is None or description is None:
            sentence = "The video needs a title and a description: `## for youtube` with `### title`, or a headline and a text."
            findings.append(self._finding("no-text", Weight.BLOCKING, sentence))
            return None
        variables = self._variables() | {"video": ""}
        media = next(m for m in self.message.media if m.facts.kind == "video")
        thumbnail = media.thumbnail
        return Variant(
            account=self.account.name,
            kind=Kind.VIDEO,
            language=self.message.source,
            title=self.fill(title, variables).strip(),
            text=(self.fill(description, variables).strip(),),
            tags=tuple(t.strip() for t in self.fill(parts["tags"], variables).split(",") if t.strip()) if "tags" in parts else (),
            playlists=self.message.playlists,
            attachments=(self._attachment(media, Role(reason=""), findings),),
            captions=tuple(
                Captions(language=tag, digest=facts.digest, size=facts.size)
                for tag, (_, facts) in sorted(media.captions.items())
            ),
            thumbnail=None if thumbnail is None else _picture(*thumbnail),
            localizations=self._localizations(variables),
        )  # fmt: skip

    def _localizations(self, variables: Mapping[str, object]) -> dict[str, tuple[str, str]]:
        found = {}
        for language, wording in sorted(self.message.wordings.items()):
            text = wording.long or wording.short
            if language != self.message.source and wording.headline is not None and text is not None:
                found[language] = (self.fill(wording.headline, variables).strip(), self.fill(text, variables).strip())
        return found

    def _too_long(self, role: Role, prose: Prose, excess: Excess) -> Finding:
        sentence = (
            f"{role.language}: {excess.measured} of {self.limits.text} on {self.account.platform} ({self.account.name}). "
            f"Shorten by {excess.measured - self.limits.text}."
        )
        return self._finding("too-long", Weight.BLOCKING, sentence, prose)

    def _finding(self, name: str, weight: Weight, sentence: str, at: Prose | Media | InvalidMessage | None = None) -> Finding:
        place = Place(file=at.file or "", line=at.line or 1) if isinstance(at, InvalidMessage) else at.place if at else None
        return Finding(
            name=name, weight=weight, sentence=sentence, place=place or self.message.place, accounts=(self.account.name,)
        )


def _picture(file: str, facts: MediaFacts) -> Attachment:
    return Attachment(file=file, digest=facts.digest, type=facts.type, kind=facts.kind, size=facts.size)


def _without_reference(text: Text) -> Text:
    """The text for the case that there is no video: empty where it never named one."""
    if all(isinstance(piece, str) for piece in text):
        return ()
    return ("".join(piece for piece in text if isinstance(piece, str)).strip(),)
