"""Reading of exchange files by ISO 2709:2008, record by record, so that one broken record costs nobody the others.

The parser of a record is pymarc's, on bytes; what is ours is what it leaves open: finding the next record after a broken one, checking
the directory against the data before trusting it, and deciding the encoding from the text instead of the leader.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass

import pymarc
from pymarc.exceptions import PymarcException

from library.cataloguing.rules.encoding import Decoder, decoder, detect_encoding

RECORD_END = b"\x1d"
FIELD_END = b"\x1e"
LEADER_LENGTH = 24
ENTRY_LENGTH = 12

logging.getLogger("pymarc").setLevel(logging.ERROR)


@dataclass(frozen=True)
class RawRecord:
    """The bytes of one record as they stand in the file.

    Attributes:
        position: 1-based number of the record in its file.
        offset: byte offset of its leader.
        data: the record with its terminator.
    """

    position: int
    offset: int
    data: bytes


@dataclass(frozen=True)
class MarcField:
    """A decoded field: `data` for control fields, else two indicators and subfields in their order."""

    tag: str
    data: str = ""
    indicators: str = ""
    subfields: tuple[tuple[str, str], ...] = ()

    def all(self, code: str) -> list[str]:
        """List the values of the subfields `code`, stripped, empty ones left out."""
        return [value.strip() for name, value in self.subfields if name == code and value.strip()]

    def first(self, code: str) -> str:
        """Give the first value of subfield `code`, or an empty string."""
        return next(iter(self.all(code)), "")


@dataclass(frozen=True)
class MarcRecord:
    """A decoded record."""

    leader: str
    encoding: str
    fields: tuple[MarcField, ...]

    def all(self, *tags: str) -> list[MarcField]:
        """List the fields with one of the tags, in the order of the record."""
        return [field for field in self.fields if field.tag in tags]

    def first(self, tag: str, code: str = "") -> str:
        """Give the first value of a control field, or of a subfield, or an empty string."""
        for field in self.all(tag):
            value = field.first(code) if code else field.data.strip()
            if value:
                return value
        return ""


class BrokenRecordError(Exception):
    """A record that cannot be read.

    Attributes:
        reason: stable short code; the texts for people are in `service.REASONS`.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def split_records(content: bytes) -> Iterator[RawRecord]:
    """Cut a file into records at the record terminators.

    The length in the leader is checked later: after a wrong one the terminator still tells where the next record begins.

    Args:
        content: the whole file.

    Yields:
        Every stretch that is not only white space, numbered from 1.
    """
    start = position = 0
    while start < len(content):
        end = content.find(RECORD_END, start)
        end = len(content) if end < 0 else end + 1
        stretch = content[start:end]
        data = stretch.lstrip(b"\r\n \x00\x1a")
        if data:
            position += 1
            yield RawRecord(position, start + len(stretch) - len(data), data)
        start = end


def check_structure(data: bytes) -> None:
    """Check leader and directory of one record against its bytes (ISO 2709:2008, 4.2-4.5).

    Args:
        data: the record with its terminator.

    Raises:
        BrokenRecordError: with reason `no-terminator`, `length`, `base-address` or `directory`.
    """
    if not data.endswith(RECORD_END):
        raise BrokenRecordError("no-terminator")
    if not data[:5].isdigit() or int(data[:5]) != len(data):
        raise BrokenRecordError("length")
    if not data[12:17].isdigit() or not LEADER_LENGTH < int(data[12:17]) < len(data):
        raise BrokenRecordError("base-address")
    base = int(data[12:17])
    directory, body = data[LEADER_LENGTH : base - 1], data[base:]
    if len(directory) % ENTRY_LENGTH or data[base - 1 : base] != FIELD_END:
        raise BrokenRecordError("directory")
    for start in range(0, len(directory), ENTRY_LENGTH):
        entry = directory[start : start + ENTRY_LENGTH]
        if not entry[3:].isdigit():
            raise BrokenRecordError("directory")
        end = int(entry[7:12]) + int(entry[3:7])
        if body[end - 1 : end] != FIELD_END:
            raise BrokenRecordError("directory")


def decode_record(data: bytes) -> MarcRecord:
    """Decode one record.

    Args:
        data: the record with its terminator.

    Returns:
        The record in Unicode, with the encoding it was found to be in.

    Raises:
        BrokenRecordError: when the structure is broken or the text fits no encoding we know.
    """
    check_structure(data)
    try:
        raw = pymarc.Record(data=data, to_unicode=False)
    except (PymarcException, UnicodeError, ValueError) as error:
        raise BrokenRecordError("unreadable") from error
    encoding = detect_encoding(data[int(data[12:17]) :])
    decode = decoder(encoding)
    try:
        fields = tuple(_decode_field(field, decode) for field in raw.fields)
    except UnicodeError as error:
        raise BrokenRecordError("encoding") from error
    return MarcRecord(
        leader=data[:LEADER_LENGTH].decode("ascii", "replace"), encoding=encoding, fields=fields
    )


def _decode_field(field: pymarc.Field, decode: Decoder) -> MarcField:
    if field.control_field:
        return MarcField(tag=field.tag, data=decode(_as_bytes(field.data)))
    subfields = tuple((subfield.code, decode(_as_bytes(subfield.value))) for subfield in field.subfields)
    return MarcField(tag=field.tag, indicators="".join(field.indicators or ()), subfields=subfields)


def _as_bytes(value: str | bytes | None) -> bytes:
    return value if isinstance(value, bytes) else (value or "").encode("latin-1")
