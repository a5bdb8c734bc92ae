"""The first schema: the plan, the ledger and its triggers."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# The ledger is append-only; the database itself says so.
_REFUSE = "the ledger is append-only"

# How each database computes a column from the body. PostgreSQL has `json` for it, which takes every text that JSON has.
_COMPUTED = {
    "sqlite": {"event": "json_extract(body, '$.event')", "about": "json_extract(body, '$.about.{}')"},
    "postgresql": {"event": "(body::json ->> 'event')", "about": "(body::json -> 'about' ->> '{}')"},
}
_SQLITE = (
    f"CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, '{_REFUSE}'); END",
    f"CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, '{_REFUSE}'); END",
    # INSERT OR REPLACE removes a row without asking the trigger above: nothing enters but at the end.
    "CREATE TRIGGER entry_at_the_end BEFORE INSERT ON entry "
    "WHEN NEW.position IS NOT (SELECT coalesce(max(position), 0) + 1 FROM entry) "
    f"BEGIN SELECT RAISE(ABORT, '{_REFUSE}'); END",
)
_POSTGRESQL = (
    f"CREATE FUNCTION entry_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{_REFUSE}'; END $$",
    "CREATE TRIGGER entry_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON entry "
    "FOR EACH STATEMENT EXECUTE FUNCTION entry_refuse()",
    "CREATE FUNCTION entry_at_the_end() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "IF NEW.position IS DISTINCT FROM (SELECT coalesce(max(position), 0) + 1 FROM entry) "
    f"THEN RAISE EXCEPTION '{_REFUSE}'; END IF; RETURN NEW; END $$",
    "CREATE TRIGGER entry_at_the_end BEFORE INSERT ON entry FOR EACH ROW EXECUTE FUNCTION entry_at_the_end()",
)


def upgrade() -> None:
    """Forward only."""
    _house()
    _ledger()
    _plan()
    _sending()


def _house() -> None:
    op.create_table(
        "about",
        sa.Column("key", sa.String(40), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.create_table(
        "blob",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("bytes", sa.LargeBinary, nullable=False),
    )


def _ledger() -> None:
    database = op.get_bind().dialect.name
    computed, stored = _COMPUTED[database], database == "postgresql"  # PostgreSQL before 18 computes only what it stores
    op.create_table(
        "entry",
        sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("seal", sa.String(64), nullable=False),
        sa.Column("event", sa.Text, sa.Computed(computed["event"], persisted=stored)),
        sa.Column("message", sa.Text, sa.Computed(computed["about"].format("message"), persisted=stored)),
        sa.Column("delivery", sa.Text, sa.Computed(computed["about"].format("delivery"), persisted=stored)),
    )
    op.create_index("entry_delivery", "entry", ["delivery"])
    op.create_index("entry_message", "entry", ["message"])
    op.create_table(
        "ledger_head",
        sa.Column("one", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("seal", sa.String(64), nullable=False),
    )
    op.execute("INSERT INTO ledger_head (one, position, seal) VALUES (1, 0, '" + "0" * 64 + "')")
    for statement in _SQLITE if database == "sqlite" else _POSTGRESQL:
        op.execute(statement)


def _plan() -> None:
    op.create_table(
        "revision",
        sa.Column("message", sa.String(120), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("at", sa.String(24), nullable=False),
    )
    op.create_table(
        "release",
        sa.Column("message", sa.String(120), primary_key=True),
        sa.Column("wave", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("revision", sa.String(64), nullable=False),
        sa.Column("confirmed", sa.Boolean, nullable=False),
    )
    op.create_table(
        "delivery",
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
        sa.Column("due_at", sa.String(24), nullable=False),
        sa.Column("stale_at", sa.String(24)),
        sa.Column("waits_for", sa.Text, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("prepared", sa.Boolean, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("fence", sa.String(40), nullable=False),
        sa.Column("started_at", sa.String(24)),
        sa.Column("lease_until", sa.String(24)),
        sa.Column("sent_at", sa.String(24)),
        sa.Column("remote_id", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("prepare_fence", sa.String(40), nullable=False, server_default=""),
        sa.Column("prepare_until", sa.String(24)),
        sa.Column("prepare_tries", sa.Integer, nullable=False, server_default="0"),
        sa.UniqueConstraint("message", "wave", "account", "part", name="one_delivery"),
    )
    op.create_index("delivery_due", "delivery", ["state", "prepared", "due_at"])
    op.create_index("delivery_message", "delivery", ["message", "wave"])
    op.create_table(
        "dependency",
        sa.Column("delivery", sa.String(400), primary_key=True),
        sa.Column("needs", sa.String(400), primary_key=True),
    )
    op.create_index("dependency_needs", "dependency", ["needs"])


def _sending() -> None:
    op.create_index(
        "one_in_flight",
        "delivery",
        ["account"],
        unique=True,
        sqlite_where=sa.text("state IN ('sending', 'unknown')"),
        postgresql_where=sa.text("state IN ('sending', 'unknown')"),
    )
    op.create_table(
        "preparation",
        sa.Column("delivery", sa.String(400), primary_key=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "slot",
        sa.Column("key", sa.String(400), primary_key=True),
        sa.Column("next_at", sa.String(24), nullable=False),
        sa.Column("left", sa.Integer, nullable=False),
    )
