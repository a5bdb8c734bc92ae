"""What answers quickly what an auditor asks: of an account, of a time, of a person, of what is rare."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# How each database computes a column from the body, as in the first schema.
_COMPUTED = {
    "sqlite": {
        "account": "json_extract(body, '$.about.account')", "at": "json_extract(body, '$.at')", "by": "json_extract(body, '$.by')",
    },
    "postgresql": {
        "account": "(body::json -> 'about' ->> 'account')", "at": "(body::json ->> 'at')", "by": "(body::json ->> 'by')",
    },
}  # fmt: skip
_PERSON = sa.text("by <> 'engine'")
_RARE = sa.text(
    "event NOT IN ('planned', 'prepared', 'not-prepared', 'paced', 'started', 'accepted', 'not-sent', 'throttled', 'replaced')"
)


def upgrade() -> None:
    """Forward only."""
    database = op.get_bind().dialect.name
    for name, computed in _COMPUTED[database].items():
        op.add_column("entry", sa.Column(name, sa.Text, sa.Computed(computed, persisted=database == "postgresql")))
    op.create_index("entry_account", "entry", ["account", "position"])
    op.create_index("entry_at", "entry", ["at", "position"])
    op.create_index("entry_by", "entry", ["by", "position"], sqlite_where=_PERSON, postgresql_where=_PERSON)
    op.create_index("entry_rare", "entry", ["event", "position"], sqlite_where=_RARE, postgresql_where=_RARE)
