"""Roots as they were received, and the keys they were signed with; the same tables in every service that keeps them."""

from sqlalchemy import Boolean, Column, DateTime, Integer, MetaData, Table, Text

METADATA = MetaData()
MOMENT = DateTime(timezone=True)

ROOT = Table(
    "witness_root",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("root", Text, primary_key=True),
    Column("at", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("streams", Integer, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("public_key", Text, nullable=False),
    Column("signature", Text, nullable=False),
    Column("sound", Boolean, nullable=False),
    Column("received_at", MOMENT, nullable=False),
)
"""`at` and the hashes are kept as the text that was signed. A second root under a number is kept beside the first: it is evidence."""
KEY = Table(
    "witness_key",
    METADATA,
    Column("key_id", Text, primary_key=True),
    Column("public_key", Text, nullable=False),
    Column("made_at", MOMENT, nullable=False),
    Column("ended_at", MOMENT),
    Column("reason", Text),
)
