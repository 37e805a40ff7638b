"""The streams: entries as they were hashed, beside them the seed and the cells that open their commitments; roots and their keys."""

from sqlalchemy import Column, DateTime, Integer, LargeBinary, Table, Text, Uuid

from ejournal.base import Base

MOMENT = DateTime(timezone=True)

STREAM_ENTRY = Table(
    "stream_entry",
    Base.metadata,
    Column("journal_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at", MOMENT, nullable=False),
    Column("actor", Uuid),
    Column("kind", Text, nullable=False),
    Column("bytes", LargeBinary, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("seed", LargeBinary),
    Column("opened", Text),
)
ROOT_KEY = Table(
    "root_key",
    Base.metadata,
    Column("key_id", Text, primary_key=True),
    Column("public_key", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("made_at", MOMENT, nullable=False),
    Column("made_by", Uuid, nullable=False),
    Column("witnesses", Text, nullable=False),
    Column("basis", Text, nullable=False),
)
ROOT_KEY_END = Table(
    "root_key_end",
    Base.metadata,
    Column("key_id", Text, primary_key=True),
    Column("ended_at", MOMENT, nullable=False),
    Column("ended_by", Uuid, nullable=False),
    Column("reason", Text, nullable=False),
    Column("basis", Text, nullable=False),
)
ROOT = Table(
    "stream_root",
    Base.metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", MOMENT, nullable=False),
    Column("previous", LargeBinary, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("streams", Integer, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("signature", LargeBinary, nullable=False),
)
ROOT_HEAD = Table(
    "stream_root_head",
    Base.metadata,
    Column("journal_id", Uuid, primary_key=True),
    Column("root_number", Integer, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("digest", LargeBinary, nullable=False),
)
"""Heads that changed since the root before: the tree of a root has, of every journal, the latest head up to it."""
