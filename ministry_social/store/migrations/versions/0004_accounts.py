"""Accounts and how far they have come, invitations, sealed secrets, and what platforms say of accounts."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_MOMENT = sa.String(24)


def upgrade() -> None:
    """Forward only."""
    op.create_table(
        "account",
        sa.Column("name", sa.String(120), primary_key=True),
        sa.Column("order", sa.Integer, nullable=False),
        sa.Column("definition", sa.Text, nullable=False),
        sa.Column("stage", sa.String(20), nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("requested_by", sa.Text, nullable=False),
        sa.Column("certified_at", _MOMENT),
        sa.Column("certified_by", sa.Text, nullable=False),
    )
    op.create_table(
        "invitation",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("account", sa.String(120), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("until", _MOMENT, nullable=False),
        sa.Column("used_at", _MOMENT),
        sa.Column("void", sa.Boolean, nullable=False),
    )
    op.create_index("invitation_account", "invitation", ["account"])
    op.create_table(
        "secret",
        sa.Column("service", sa.String(120), primary_key=True),
        sa.Column("name", sa.String(200), primary_key=True),
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "standing",
        sa.Column("account", sa.String(120), primary_key=True),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
