"""Checkpoints: the ledger as it was signed, and triggers that keep it so."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_REFUSE = "checkpoints are append-only"

_SQLITE = (
    f"CREATE TRIGGER checkpoint_no_update BEFORE UPDATE ON checkpoint BEGIN SELECT RAISE(ABORT, '{_REFUSE}'); END",
    f"CREATE TRIGGER checkpoint_no_delete BEFORE DELETE ON checkpoint BEGIN SELECT RAISE(ABORT, '{_REFUSE}'); END",
    # INSERT OR REPLACE removes a row without asking the trigger above: nothing enters but at the end.
    "CREATE TRIGGER checkpoint_at_the_end BEFORE INSERT ON checkpoint "
    "WHEN NEW.size IS NULL OR NEW.size <= (SELECT coalesce(max(size), 0) FROM checkpoint) "
    f"BEGIN SELECT RAISE(ABORT, '{_REFUSE}'); END",
)
_POSTGRESQL = (
    f"CREATE FUNCTION checkpoint_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{_REFUSE}'; END $$",
    "CREATE TRIGGER checkpoint_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON checkpoint "
    "FOR EACH STATEMENT EXECUTE FUNCTION checkpoint_refuse()",
    "CREATE FUNCTION checkpoint_at_the_end() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "IF NEW.size IS NULL OR NEW.size <= (SELECT coalesce(max(size), 0) FROM checkpoint) "
    f"THEN RAISE EXCEPTION '{_REFUSE}'; END IF; RETURN NEW; END $$",
    "CREATE TRIGGER checkpoint_at_the_end BEFORE INSERT ON checkpoint FOR EACH ROW EXECUTE FUNCTION checkpoint_at_the_end()",
)


def upgrade() -> None:
    """Forward only."""
    op.create_table(
        "checkpoint",
        sa.Column("size", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", sa.String(24), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )
    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(statement)
