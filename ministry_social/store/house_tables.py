"""The tables of accounts, of what platforms say and count of them, of secrets and of checkpoints: a part of tables.py."""

import sqlalchemy as sa

from .tables import Moment, Names, metadata

# Accounts, from the first `account import` on; until then the config has them. `definition` is canonical JSON.
account = sa.Table(
    "account",
    metadata,
    sa.Column("name", sa.String(120), primary_key=True),
    sa.Column("order", sa.Integer, nullable=False),
    sa.Column("definition", sa.Text, nullable=False),
    sa.Column("stage", sa.String(20), nullable=False),
    sa.Column("since", Moment, nullable=False),
    sa.Column("requested_by", sa.Text, nullable=False),
    sa.Column("certified_at", Moment),
    sa.Column("certified_by", Names, nullable=False),
)

# Links with which missions connect an account; the secret half of a link is kept nowhere.
invitation = sa.Table(
    "invitation",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("account", sa.String(120), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("until", Moment, nullable=False),
    sa.Column("used_at", Moment),
    sa.Column("void", sa.Boolean, nullable=False),
    sa.Index("invitation_account", "account"),
)

# What a vault keeps in the database, each sealed under the key of which `key` is the name. Nothing here is readable without it.
secret = sa.Table(
    "secret",
    metadata,
    sa.Column("service", sa.String(120), primary_key=True),
    sa.Column("name", sa.String(200), primary_key=True),
    sa.Column("key", sa.String(40), nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
)

# What platforms said of accounts when they were last asked: canonical JSON, see `rules.standing`.
standing = sa.Table(
    "standing",
    metadata,
    sa.Column("account", sa.String(120), primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)

# How far accounts were watched, and what stands there otherwise than signed: canonical JSON, see `rules.watch_records`.
watched = sa.Table(
    "watched",
    metadata,
    sa.Column("account", sa.String(120), primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)

# Figures as time series: of an account (`post` is empty), or of a post by the platform's own id. No facts for the ledger: they
# are what somebody else counts, and may be thinned out or read again.
figure = sa.Table(
    "figure",
    metadata,
    sa.Column("account", sa.String(120), primary_key=True),
    sa.Column("post", sa.String(80), primary_key=True),
    sa.Column("name", sa.String(20), primary_key=True),
    sa.Column("at", Moment, primary_key=True),
    sa.Column("value", sa.BigInteger, nullable=False),
)
