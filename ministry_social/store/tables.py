"""The tables, as the code sees them. `migrations/` makes them; a test holds the two together."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ..rules.timing import stamp, unstamp

metadata = sa.MetaData()

# The events about approval, as both databases write them in a statement. (A query must say the same to be answered by the index.)
APPROVAL_EVENTS = "'released', 'signed', 'declined', 'withdrawn', 'proposed', 'adopted'"
# The events that every delivery has, so that an index of all others stays small; and how to say that a person did something.
COMMON_EVENTS = "'planned', 'prepared', 'not-prepared', 'paced', 'started', 'accepted', 'not-sent', 'throttled', 'replaced'"
RARE = f"event NOT IN ({COMMON_EVENTS})"
BY_A_PERSON = "by <> 'engine'"


class Moment(sa.types.TypeDecorator[datetime]):
    """A moment, kept as the text that the ledger and releases use, which sorts as time does on every database."""

    impl = sa.String(24)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> str | None:
        """To the database."""
        return None if value is None else stamp(value)

    def process_result_value(self, value: str | None, dialect: Any) -> datetime | None:
        """From the database."""
        return None if value is None else unstamp(value)


class Names(sa.types.TypeDecorator[tuple[str, ...]]):
    """A few names, one per line."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Any) -> str:
        """To the database."""
        return "\n".join(value or ())

    def process_result_value(self, value: str | None, dialect: Any) -> tuple[str, ...]:
        """From the database."""
        return tuple(value.split("\n")) if value else ()


# What the whole store is: its world, and since when.
about = sa.Table(
    "about",
    metadata,
    sa.Column("key", sa.String(40), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

# The ledger. `body` is the very text that is sealed; what filters need is computed from it by the database itself.
entry = sa.Table(
    "entry",
    metadata,
    sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("seal", sa.String(64), nullable=False),
    sa.Column("event", sa.Text, sa.Computed("json_extract(body, '$.event')", persisted=False)),
    sa.Column("message", sa.Text, sa.Computed("json_extract(body, '$.about.message')", persisted=False)),
    sa.Column("delivery", sa.Text, sa.Computed("json_extract(body, '$.about.delivery')", persisted=False)),
    sa.Column("account", sa.Text, sa.Computed("json_extract(body, '$.about.account')", persisted=False)),
    sa.Column("at", sa.Text, sa.Computed("json_extract(body, '$.at')", persisted=False)),
    sa.Column("by", sa.Text, sa.Computed("json_extract(body, '$.by')", persisted=False)),
    sa.Index("entry_delivery", "delivery"),
    sa.Index("entry_message", "message"),
    # What says which release is in force, what was signed, and under which policy: a few among millions.
    sa.Index(
        "entry_approval",
        "message",
        "position",
        sqlite_where=sa.text(f"event IN ({APPROVAL_EVENTS})"),
        postgresql_where=sa.text(f"event IN ({APPROVAL_EVENTS})"),
    ),
    # What an auditor asks: see `store.searching`.
    sa.Index("entry_account", "account", "position"),
    sa.Index("entry_at", "at", "position"),
    sa.Index("entry_by", "by", "position", sqlite_where=sa.text(BY_A_PERSON), postgresql_where=sa.text(BY_A_PERSON)),
    sa.Index("entry_rare", "event", "position", sqlite_where=sa.text(RARE), postgresql_where=sa.text(RARE)),
)

# The end of the chain; also the lock that makes every writing transaction alone on PostgreSQL.
ledger_head = sa.Table(
    "ledger_head",
    metadata,
    sa.Column("one", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("seal", sa.String(64), nullable=False),
)

# The ledger as it was signed: append-only, too.
checkpoint = sa.Table(
    "checkpoint",
    metadata,
    sa.Column("size", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
)

blob = sa.Table(
    "blob",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("bytes", sa.LargeBinary, nullable=False),
)

revision = sa.Table(
    "revision",
    metadata,
    sa.Column("message", sa.String(120), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
)

release = sa.Table(
    "release",
    metadata,
    sa.Column("message", sa.String(120), primary_key=True),
    sa.Column("wave", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("revision", sa.String(64), nullable=False),
    # Whether nothing is missing for it to go out, as far as is known: what starts a delivery looks into the ledger.
    sa.Column("confirmed", sa.Boolean, nullable=False),
    sa.Index("release_waiting", "digest", sqlite_where=sa.text("NOT confirmed"), postgresql_where=sa.text("NOT confirmed")),
)

delivery = sa.Table(
    "delivery",
    metadata,
    sa.Column("key", sa.String(400), primary_key=True),
    sa.Column("message", sa.String(120), nullable=False),
    sa.Column("wave", sa.Integer, nullable=False),
    sa.Column("account", sa.String(120), nullable=False),
    sa.Column("platform", sa.String(20), nullable=False),
    sa.Column("part", sa.String(20), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("payload", sa.String(64), nullable=False),
    sa.Column("otherwise", sa.String(64), nullable=False),
    sa.Column("release", sa.String(64), nullable=False),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("stale_at", Moment),
    sa.Column("waits_for", Names, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("prepared", sa.Boolean, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("fence", sa.String(40), nullable=False),
    sa.Column("started_at", Moment),
    sa.Column("lease_until", Moment),
    sa.Column("sent_at", Moment),
    sa.Column("remote_id", sa.Text, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("error", sa.Text, nullable=False),
    # The claim of a preparation, which is none of the delivery's own states.
    sa.Column("prepare_fence", sa.String(40), nullable=False, server_default=""),
    sa.Column("prepare_until", Moment),
    sa.Column("prepare_tries", sa.Integer, nullable=False, server_default="0"),
    sa.Column("doubt_since", Moment),
    sa.Column("certain_at", Moment),
    sa.Column("look_at", Moment),
    sa.Column("stuck", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("look_first", sa.Boolean, nullable=False, server_default=sa.false()),
    # The job of a queue that will send it, which is nothing to the desk either.
    sa.Column("job", sa.BigInteger),
    sa.UniqueConstraint("message", "wave", "account", "part", name="one_delivery"),
    sa.Index("delivery_due", "state", "prepared", "due_at", "key"),
    sa.Index("delivery_message", "message", "wave"),
    sa.Index("delivery_look", "state", "look_at"),
    sa.Index("delivery_remote", "account", "remote_id"),
    # The database itself refuses a second post in flight on one account.
    sa.Index(
        "one_in_flight",
        "account",
        unique=True,
        sqlite_where=sa.text("state IN ('sending', 'unknown')"),
        postgresql_where=sa.text("state IN ('sending', 'unknown')"),
    ),
)

# What a delivery waits for: the same names as in its column `waits_for`, one per row, for the query of what is due.
dependency = sa.Table(
    "dependency",
    metadata,
    sa.Column("delivery", sa.String(400), primary_key=True),
    sa.Column("needs", sa.String(400), primary_key=True),
    sa.Index("dependency_needs", "needs"),
)

# What preparing has reached, sealed: an upload's session address works like a credential.
preparation = sa.Table(
    "preparation",
    metadata,
    sa.Column("delivery", sa.String(400), primary_key=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
)

slot = sa.Table(
    "slot",
    metadata,
    sa.Column("key", sa.String(400), primary_key=True),
    sa.Column("next_at", Moment, nullable=False),
    sa.Column("left", sa.Integer, nullable=False),
)

# A person's holds; one that was lifted stays, so that its number is never used again.
hold = sa.Table(
    "hold",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("scope", sa.String(20), nullable=False),
    sa.Column("value", sa.String(120), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("drill", sa.Boolean, nullable=False),
    sa.Column("lifted", sa.Boolean, nullable=False),
)

pause = sa.Table(
    "pause",
    metadata,
    sa.Column("scope", sa.String(20), primary_key=True),
    sa.Column("value", sa.String(120), primary_key=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("remedy", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("probe_at", Moment),
    sa.Column("probes", sa.Integer, nullable=False),
)

recall = sa.Table(
    "recall",
    metadata,
    sa.Column("delivery", sa.String(400), primary_key=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("step", sa.String(20), nullable=False),
    sa.Column("next_at", Moment, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("copy", sa.String(64), nullable=False),
    sa.Column("error", sa.Text, nullable=False),
    sa.Index("recall_next", "step", "next_at"),
)
