"""What answers quickly who has approved what."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_EVENTS = sa.text("event IN ('released', 'signed', 'declined', 'withdrawn', 'proposed', 'adopted')")
_WAITING = sa.text("NOT confirmed")


def upgrade() -> None:
    """Forward only."""
    op.create_index("entry_approval", "entry", ["message", "position"], sqlite_where=_EVENTS, postgresql_where=_EVENTS)
    op.create_index("release_waiting", "release", ["digest"], sqlite_where=_WAITING, postgresql_where=_WAITING)
