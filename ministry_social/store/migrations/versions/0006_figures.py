"""Figures of accounts and posts, as time series."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    op.create_table(
        "figure",
        sa.Column("account", sa.String(120), primary_key=True),
        sa.Column("post", sa.String(80), primary_key=True),
        sa.Column("name", sa.String(20), primary_key=True),
        sa.Column("at", sa.String(24), primary_key=True),
        sa.Column("value", sa.BigInteger, nullable=False),
    )
