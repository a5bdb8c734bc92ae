"""Doubt, holds, pauses, recalls, and the marks of a queue."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    for column in (
        sa.Column("doubt_since", sa.String(24)),
        sa.Column("certain_at", sa.String(24)),
        sa.Column("look_at", sa.String(24)),
        sa.Column("stuck", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("look_first", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("job", sa.BigInteger),
    ):
        op.add_column("delivery", column)
    # What was in doubt before anybody could look: look at once, and believe nothing but what is found.
    op.execute("UPDATE delivery SET doubt_since = started_at, look_at = started_at WHERE state = 'unknown'")
    # With the key at its end, what is due comes in order: a thousand that are due at the same moment are not sorted each time.
    op.drop_index("delivery_due", "delivery")
    op.create_index("delivery_due", "delivery", ["state", "prepared", "due_at", "key"])
    op.create_index("delivery_look", "delivery", ["state", "look_at"])
    op.create_index("delivery_remote", "delivery", ["account", "remote_id"])
    op.create_table(
        "hold",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("scope", sa.String(20), nullable=False),
        sa.Column("value", sa.String(120), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", sa.String(24), nullable=False),
        sa.Column("drill", sa.Boolean, nullable=False),
        sa.Column("lifted", sa.Boolean, nullable=False),
    )
    op.create_table(
        "pause",
        sa.Column("scope", sa.String(20), primary_key=True),
        sa.Column("value", sa.String(120), primary_key=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("remedy", sa.Text, nullable=False),
        sa.Column("at", sa.String(24), nullable=False),
        sa.Column("probe_at", sa.String(24)),
        sa.Column("probes", sa.Integer, nullable=False),
    )
    op.create_table(
        "recall",
        sa.Column("delivery", sa.String(400), primary_key=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", sa.String(24), nullable=False),
        sa.Column("step", sa.String(20), nullable=False),
        sa.Column("next_at", sa.String(24), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("copy", sa.String(64), nullable=False),
        sa.Column("error", sa.Text, nullable=False),
    )
    op.create_index("recall_next", "recall", ["step", "next_at"])
