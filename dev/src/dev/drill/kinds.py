"""The kinds of tampering: what the owner of the database does, and the words the verifier must find for it."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from dev.drill.scene import Scene
from ejournal.integrity import rules

LAST = 14
"""Entries of the journal: opened, three weeks saved and published, a statement (five), a correction saved and published again."""
YESTERDAY = 12
Act = Callable[[Session, Scene], None]


@dataclass(frozen=True)
class Kind:
    """A kind of tampering: its name, what is done, and words that must stand in the verifier's answer."""

    name: str
    act: Act
    words: str


def _run(session: Session, scene: Scene, statement: str, **values: Any) -> None:
    session.execute(text(statement), {"journal": scene.journal, **values})


def change_mark(session: Session, scene: Scene) -> None:
    """Give the weakest mark as an excellent one, in the truth and on the page."""
    _run(
        session,
        scene,
        "UPDATE cell SET value = '95' WHERE journal_id = :journal AND value = '59'",
    )
    _run(
        session,
        scene,
        "UPDATE sheet_row SET cells = replace(cells::text, '\"59\"', '\"95\"')::jsonb WHERE journal_id = :journal",
    )


def change_digest(session: Session, scene: Scene) -> None:
    """Put another digest under an entry."""
    _run(
        session,
        scene,
        "UPDATE stream_entry SET digest = :digest WHERE journal_id = :journal AND number = 3",
        digest=hashlib.sha256(b"another").digest(),
    )


def change_order(session: Session, scene: Scene) -> None:
    """Let a publication stand before the marks it published."""
    for old, new in ((4, 1004), (5, 4), (1004, 5)):
        _move(session, scene, old, new)


def _move(session: Session, scene: Scene, old: int, new: int) -> None:
    statement = "UPDATE stream_entry SET number = :new WHERE journal_id = :journal AND number = :old"
    _run(session, scene, statement, old=old, new=new)


def remove_entry(session: Session, scene: Scene) -> None:
    """Take an entry out and close the gap."""
    _run(session, scene, "DELETE FROM stream_entry WHERE journal_id = :journal AND number = 3")
    for number in range(4, LAST + 1):
        _move(session, scene, number, number - 1)


def add_entry(session: Session, scene: Scene) -> None:
    """Put a second save of an old day between two entries."""
    for number in range(LAST, 3, -1):
        _move(session, scene, number, number + 1)
    _run(
        session,
        scene,
        "INSERT INTO stream_entry (journal_id, number, at, actor, kind, bytes, digest, seed, opened) "
        "SELECT journal_id, 4, at, actor, kind, convert_to(replace(convert_from(bytes, 'UTF8'), :second, :fourth), 'UTF8'), "
        "digest, seed, opened FROM stream_entry WHERE journal_id = :journal AND number = 2",
        second='"n":2',
        fourth='"n":4',
    )


def change_signature(session: Session, scene: Scene) -> None:
    """Change one bit of a signature."""
    _run(
        session,
        scene,
        "UPDATE stream_root SET signature = set_bit(signature, 7, 1 - get_bit(signature, 7)) WHERE number = 2",
    )


def change_publication(session: Session, scene: Scene) -> None:
    """Say afterwards that another mark was published."""
    _run(
        session,
        scene,
        "UPDATE stream_entry SET opened = replace(opened, :true, :false) WHERE journal_id = :journal AND number = 3",
        true=":1:70",
        false=":1:100",
    )


def change_paper(session: Session, scene: Scene) -> None:
    """Have another paper given out for the sealed statement."""
    _run(
        session,
        scene,
        "UPDATE statement_paper SET digest = :digest WHERE language = 'kk'",
        digest=scene.store.put(b"%PDF-1.7 another paper"),
    )


def change_bit_of_paper(session: Session, scene: Scene) -> None:
    """Change one bit of the kept paper; the digest of what it was stands where it stood."""
    digest = str(session.scalar(text("SELECT digest FROM statement_paper WHERE language = 'ru'")))
    with scene.store.open(digest) as source:
        content = bytearray(source.read())
    content[len(content) // 2] ^= 1
    changed = scene.store.put(bytes(content))
    _run(session, scene, "UPDATE statement_paper SET digest = :digest WHERE language = 'ru'", digest=changed)


def change_statement(session: Session, scene: Scene) -> None:
    """Give the weakest learner of the sealed statement another mark, and its digest with it."""
    _run(
        session,
        scene,
        "UPDATE statement SET content = convert_to(replace(convert_from(content, 'UTF8'), :mark, :better), 'UTF8')",
        mark='\\"mark\\":\\"80\\"',
        better='\\"mark\\":\\"95\\"',
    )


def remove_audit(session: Session, scene: Scene) -> None:
    """Take the audit row of a publication away."""
    _run(
        session,
        scene,
        "DELETE FROM chassis.audit_row WHERE number = "
        "(SELECT min(number) FROM chassis.audit_row WHERE subject = 'journal:' || :journal)",
    )


def remove_audit_of_statement(session: Session, scene: Scene) -> None:
    """Take everything the audit has of the sealing away: the rows, their hashes, the seal."""
    _run(
        session,
        scene,
        "CREATE TEMP TABLE gone ON COMMIT DROP AS SELECT row_number, seal_number FROM chassis.audit_leaf WHERE seal_number IN "
        "(SELECT seal_number FROM chassis.audit_leaf JOIN chassis.audit_row ON number = row_number "
        "WHERE act = 'ejournal.statement.accepted')",
    )
    _run(session, scene, "DELETE FROM chassis.audit_row WHERE number IN (SELECT row_number FROM gone)")
    _run(session, scene, "DELETE FROM chassis.audit_leaf WHERE row_number IN (SELECT row_number FROM gone)")
    _run(session, scene, "DELETE FROM chassis.audit_seal WHERE number IN (SELECT seal_number FROM gone)")


def change_audit(session: Session, scene: Scene) -> None:
    """Put another person into the audit row of a publication."""
    _run(
        session,
        scene,
        "UPDATE chassis.audit_row SET actor = 'somebody else' WHERE number = "
        "(SELECT min(number) FROM chassis.audit_row WHERE subject = 'journal:' || :journal)",
    )


def change_root(session: Session, scene: Scene) -> None:
    """Put another root in the place of a signed one."""
    _run(
        session,
        scene,
        "UPDATE stream_root SET root = :root WHERE number = 2",
        root=hashlib.sha256(b"x").digest(),
    )


def restore_yesterday(session: Session, scene: Scene) -> None:
    """Put the whole journal, its roots included, back to the day before the correction."""
    _run(
        session,
        scene,
        "DELETE FROM stream_entry WHERE journal_id = :journal AND number > :last",
        last=YESTERDAY,
    )
    _run(session, scene, "DELETE FROM stream_root_head WHERE root_number = 5")
    _run(session, scene, "DELETE FROM stream_root WHERE number = 5")
    _run(
        session,
        scene,
        "UPDATE cell SET value = '90', version = 1 WHERE journal_id = :journal AND value = '59'",
    )
    _run(
        session,
        scene,
        "UPDATE sheet_row SET cells = replace(cells::text, '[\"59\", 2]', '[\"90\", 1]')::jsonb WHERE journal_id = :journal",
    )
    _run(
        session,
        scene,
        "UPDATE journal SET stream_number = :last, stream_digest = (SELECT digest FROM stream_entry WHERE journal_id = :journal "
        "AND number = :last) WHERE id = :journal",
        last=YESTERDAY,
    )


def rewrite_stream(session: Session, scene: Scene) -> None:
    """Write a mark anew in its entry, with every commitment, hash and digest after it computed again."""
    change_mark(session, scene)
    rows = session.execute(
        text("SELECT * FROM stream_entry WHERE journal_id = :journal ORDER BY number"),
        {"journal": scene.journal},
    ).all()
    previous = rules.BEGINNING
    for row in rows:
        content, opened = bytes(row.bytes), row.opened
        if opened:
            told, opened = content.decode(), opened.replace(":2:59", ":2:95")
            before = rules.together(rules.commitments(bytes(row.seed), row.opened.split("\n")))
            after = rules.together(rules.commitments(bytes(row.seed), opened.split("\n")))
            content = told.replace(before, after).encode()
        previous = rules.chained(previous, content)
        _run(
            session,
            scene,
            "UPDATE stream_entry SET bytes = :bytes, digest = :digest, opened = :opened "
            "WHERE journal_id = :journal AND number = :number",
            bytes=content,
            digest=previous,
            opened=opened,
            number=row.number,
        )


KINDS = (
    Kind(
        "a mark",
        change_mark,
        "was changed in the table of cells: 95 (version 2) stands there, the stream tells 59",
    ),
    Kind("a digest", change_digest, "the digest of entry 3 was changed"),
    Kind("an order of events", change_order, "entries were reordered: the one written as 5 stands as 4"),
    Kind("a removed event", remove_entry, "entry 3 was removed"),
    Kind("an added event", add_entry, "an entry was added: number 4 was written 2 times"),
    Kind("a signature", change_signature, "the signature was changed"),
    Kind("a publication", change_publication, "entry 3: the cells beside it are not those that were sealed"),
    Kind(
        "a sealed statement",
        change_statement,
        "was changed: its sealed bytes are not those accepted in entry 11",
    ),
    Kind(
        "a statement's PDF, another",
        change_paper,
        "the paper (kk) of statement P-2026-00001 was changed: its bytes are not",
    ),
    Kind(
        "a statement's PDF, one bit",
        change_bit_of_paper,
        "the paper (ru) of statement P-2026-00001 was changed: its bytes are not those printed in entry 12",
    ),
    Kind("an audit row", change_audit, "(ejournal.column.published) was changed"),
    Kind("a removed audit row", remove_audit, "was removed: seal 1 holds its hash"),
    Kind(
        "an audit row, hash and seal removed",
        remove_audit_of_statement,
        "an audit row was removed: the stream tells statement.accepted 1 times, the audit 0 times",
    ),
    Kind("a root", change_root, "root 2 of"),
    Kind(
        "a journal restored from yesterday", restore_yesterday, "roots 5 to 5, kept by library, were removed"
    ),
    Kind("a stream rewritten to its end", rewrite_stream, "is not the one root 5 of"),
)
