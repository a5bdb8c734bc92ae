"""What is known of accounts that are watched."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    op.create_table(
        "watched",
        sa.Column("account", sa.String(120), primary_key=True),
        sa.Column("at", sa.String(24), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
