"""What an event is, where events lie in a service's database, and their CloudEvents form.

One human act is one event. A feed (``auth/people``) is at once the sequence, the CloudEvents ``source``, the routing prefix, the
permission scope and the unit of retention. The tables stand in schema ``chassis`` of every service and are Core tables on
purpose: a mapped outbox would be flushed in table-name order, before rows that still wait for a lock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, DateTime, Identity, Integer, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

TYPE_PREFIX = "kz.shanyraq."
BATCH_TYPE = "application/cloudevents-batch+json"
EVENT_TYPE = "application/cloudevents+json"

STAGED = "chassis_staged"
"""Channel rung by a writer after its commit: there is something to number."""
LOGGED = "chassis_logged"
"""Channel rung by the numberer after its commit: there is something to read and to push."""
INGESTED = "chassis_ingested"
"""Channel rung by a consumer after its commit, with the feed as payload: projections have changed."""

METADATA = MetaData(schema="chassis")


def _event_columns() -> tuple[Column[Any], ...]:
    return (
        Column("id", Uuid, nullable=False),
        Column("type", Text, nullable=False),
        Column("subject", Text, nullable=False),
        Column("subject_version", Integer),
        Column("time", DateTime(timezone=True), nullable=False),
        Column("data", JSONB),
    )


STAGING = Table(
    "event_staging",
    METADATA,
    Column("position", BigInteger, Identity(always=True), primary_key=True),
    Column("feed", Text, nullable=False),
    *_event_columns(),
)
LOG = Table(
    "event_log",
    METADATA,
    Column("feed", Text, primary_key=True),
    Column("sequence", BigInteger, primary_key=True),
    *_event_columns(),
)
HEAD = Table(
    "feed_head",
    METADATA,
    Column("feed", Text, primary_key=True),
    Column("head", BigInteger, nullable=False),
    Column("oldest", BigInteger, nullable=False),
    Column("pushed", BigInteger, nullable=False),
)
LOG_IDENTITY = Table(
    "log_identity",
    METADATA,
    Column("identity", Uuid, nullable=False),
    Column("since", DateTime(timezone=True), nullable=False),
)
CURSOR = Table(
    "cursor",
    METADATA,
    Column("feed", Text, primary_key=True),
    Column("identity", Uuid),
    Column("last", BigInteger, nullable=False),
    Column("head", BigInteger, nullable=False),
    Column("checked_at", DateTime(timezone=True)),
    Column("alarm", Text),
    Column("behind_since", DateTime(timezone=True)),
)
PARKED = Table(
    "parked_event",
    METADATA,
    Column("feed", Text, primary_key=True),
    Column("sequence", BigInteger, primary_key=True),
    *_event_columns(),
    Column("error", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("parked_at", DateTime(timezone=True), nullable=False),
    Column("next_try", DateTime(timezone=True), nullable=False),
    Column("dropped_at", DateTime(timezone=True)),
    Column("drop_reason", Text),
    Column("dropped_by", Text),
)


@dataclass(frozen=True, slots=True)
class Event:
    """One numbered event, as a handler gets it.

    ``type`` is without the wire's prefix (``auth.person.recorded.v1``). ``data`` is empty when the event was erased; ingest
    never gives an erased event to a handler.
    """

    id: UUID
    type: str
    feed: str
    sequence: int
    subject: str
    subject_version: int | None
    time: datetime
    data: dict[str, Any]
    erased: bool = False

    @classmethod
    def from_row(cls, row: Any) -> Event:
        """Make an event of a row of the log (or of the parked events)."""
        return cls(
            id=row.id,
            type=row.type,
            feed=row.feed,
            sequence=row.sequence,
            subject=row.subject,
            subject_version=row.subject_version,
            time=row.time,
            data=row.data or {},
            erased=row.data is None,
        )

    @classmethod
    def from_cloudevent(cls, value: dict[str, Any]) -> Event:
        """Read the CloudEvents form; raises ``ValueError`` for anything else."""
        try:
            version = value.get("subjectversion")
            return cls(
                id=UUID(value["id"]),
                type=str(value["type"]).removeprefix(TYPE_PREFIX),
                feed=value["source"],
                sequence=int(value["sequence"]),
                subject=value["subject"],
                subject_version=None if version is None else int(version),
                time=datetime.fromisoformat(value["time"]),
                data=value.get("data") or {},
                erased=value.get("data") is None,
            )
        except (KeyError, TypeError, AttributeError) as error:
            msg = f"not an event: {error!r}"
            raise ValueError(msg) from error

    def cloudevent(self) -> dict[str, Any]:
        """Give the CloudEvents 1.0 JSON form; an erased event carries ``method: DELETE`` instead of data (http-feeds)."""
        form: dict[str, Any] = {
            "specversion": "1.0",
            "id": str(self.id),
            "source": self.feed,
            "type": TYPE_PREFIX + self.type,
            "subject": self.subject,
            "sequence": f"{self.sequence:020d}",
            "time": self.time.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        }
        if self.subject_version is not None:
            form["subjectversion"] = self.subject_version
        if self.erased:
            return form | {"method": "DELETE"}
        return form | {"datacontenttype": "application/json", "data": self.data}

    def values(self) -> dict[str, Any]:
        """Give the event as column values of the log and of the parked events."""
        return {
            "id": self.id,
            "type": self.type,
            "feed": self.feed,
            "sequence": self.sequence,
            "subject": self.subject,
            "subject_version": self.subject_version,
            "time": self.time,
            "data": None if self.erased else self.data,
        }
