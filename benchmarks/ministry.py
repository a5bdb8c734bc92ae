"""A ministry with as many X accounts as are asked for, its message planned and due: all that a wave needs."""

import os
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from ministry_social.app import App, build
from ministry_social.clock import SystemClock
from ministry_social.desk import schedule
from ministry_social.desk.compose import Draft
from ministry_social.files.ready import write_ready
from ministry_social.files.settings import load_settings
from ministry_social.model.account import Account, Credential
from ministry_social.model.message import Message, Place
from ministry_social.model.plan import Assignment, Cost
from ministry_social.model.variant import Kind, Variant
from ministry_social.rules.canonical import digest


@dataclass(frozen=True)
class Ministry:
    """A folder, its application, and what each account will say."""

    folder: Path
    app: App
    credentials: Mapping[str, Mapping[str, str]]
    texts: Mapping[str, str]
    environment: Mapping[str, str]

    def fresh(self) -> App:
        """The application once more, as a new process would make it: nothing is read or open yet."""
        return build(load_settings(self.folder / "config", self.environment), person="bench", clock=SystemClock())

    def plan(self, wave: int = 1) -> None:
        """One delivery for each account, due now."""
        app, at = self.app, Place(file="bench.md", line=1)
        variants = {
            account.name: Variant(account=account.name, kind=Kind.LOCAL, language="en", text=(self.texts[account.name],))
            for account in app.accounts
        }
        source = f"bench {wave}".encode()
        draft = Draft(
            message=Message(id=f"bench-{wave}", kind="statement", source="en", place=at),
            revision=digest(source),
            assignments=tuple(Assignment(account=a, reason="", variant=variants[a.name]) for a in app.accounts),
            payloads={a.name: app.platforms["x"].render(a, variants[a.name]) for a in app.accounts},
            otherwise={}, findings=(), cost=Cost(with_link=0, others=len(app.accounts), alt_texts=0, total=0),
        )  # fmt: skip
        schedule.plan(
            app.store, app.clock, draft, wave=1, times=app.times, at=None, file="bench.md", source=source, person="bench",
        )  # fmt: skip


@contextmanager
def ministry(address: str, accounts: int, *, threads: int, store: str = "") -> Iterator[Ministry]:
    """In a folder of its own that is removed afterwards. `store`: a database's address, else SQLite in that folder."""
    with TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        write_ready(folder)
        environment = {"MINISTRY_SOCIAL_X_BASE_URL": address, "MINISTRY_SOCIAL_SENDING_WORKERS": str(threads)}
        environment |= {"MINISTRY_SOCIAL_STORE_URL": store} if store else {}
        own = [key for key in os.environ if key.startswith("MINISTRY_SOCIAL_")]
        with patch.dict(os.environ, environment):
            for key in own:
                del os.environ[key]
            template = next(
                one for one in build(load_settings(folder / "config", environment), person="bench").accounts if one.platform == "x"
            )
            named = [replace(template, name=f"post-{n:05}", handle=f"post_{n:05}", id=str(7_000_000 + n)) for n in range(accounts)]
            _write(folder / "config" / "accounts.toml", named)
            app = build(load_settings(folder / "config", environment), person="bench", clock=SystemClock())
            fields = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
            credentials = {one.name: {field: f"{field}-{one.name}" for field in fields} for one in named}
            app.vault.put_all({account: Credential(values) for account, values in credentials.items()})
            texts = {one.name: f"Tavoria's mission no. {n} opens a library of its own this week." for n, one in enumerate(named)}
            with closing(app):
                yield Ministry(folder=folder, app=app, credentials=credentials, texts=texts, environment=environment)


def _write(file: Path, accounts: list[Account]) -> None:
    file.write_text(
        "\n".join(
            f'[[account]]\nname = "{one.name}"\nplatform = "x"\nhandle = "{one.handle}"\nid = "{one.id}"\nmission = "{one.name}"\n'
            f'title = "{one.name}"\nlanguages = ["en"]\nzone = "UTC"\ncountry = "FR"\ncity = "Paris"\n'
            + ("central = true\n" if number == 0 else "")
            for number, one in enumerate(accounts)
        ),
        encoding="utf-8",
    )
