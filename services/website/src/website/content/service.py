"""Use cases of content: write, save, publish, withdraw."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select, true
from sqlalchemy.orm import Session

from chassis.audit import audit
from chassis.clock import ACADEMY
from chassis.db import new_id
from chassis.outbox import record
from chassis.problems import Forbidden
from website.content import purge
from website.content.cleaning import clean
from website.content.errors import REFUSAL_TEXTS, ItemChanged, ItemNotFound, NotPublished, PublishRefused
from website.content.model import Block, BlockText, Breach, Item, ItemText, Section
from website.content.rules import (
    LANGUAGES,
    SECTIONS,
    Candidate,
    digest,
    is_late,
    last_lawful_date,
    refusals,
    slug,
)

FEED = "website/publications"
Content = Mapping[str, Any]


def create_item(
    session: Session,
    *,
    section: str,
    kind: str,
    content: Content,
    by: UUID,
    now: datetime,
    facts: Mapping[str, Any] | None = None,
    id: UUID | None = None,
    position: int = 0,
) -> Item:
    """Write a new draft.

    Args:
        session: unit of work.
        section: code of the section.
        kind: what it is, one of the kinds of the section.
        content: as `ContentIn` loads it.
        by: editor.
        now: present moment.
        facts: language-neutral figures of its kind.
        id: given only by loaders that must find their items again.
        position: place in a section that has an order of its own.

    Returns:
        The draft.
    """
    item = Item(
        id=id or new_id(),
        section=section,
        kind=kind,
        source_language=source_of(content["title"]),
        position=position,
        facts=dict(facts or {}),
        changed_at=now,
        changed_by=by,
    )
    session.add(item)
    _write(session, item, content)
    audit(session, act="website.item.created", subject=str(item.id), after={"section": section}, actor=by)
    return item


def check_section(session: Session, *, section: str, within: ColumnElement[bool]) -> None:
    """Refuse a section the editor has no right to.

    Raises:
        Forbidden: the grant does not reach there.
    """
    if session.scalar(select(Section.code).where(Section.code == section, within)) is None:
        raise Forbidden


def source_of(titles: Mapping[str, str]) -> str:
    """Choose the language of the original: Kazakh when it is there."""
    return next((language for language in LANGUAGES if titles.get(language)), "kk")


def get_item_or_raise(
    session: Session, *, item_id: UUID, within: ColumnElement[bool] | None = None, lock: bool = False
) -> Item:
    """Find an item within the sections of an editor, or raise `ItemNotFound`."""
    statement = select(Item).where(Item.id == item_id, true() if within is None else within)
    item = session.scalar(statement.with_for_update(key_share=True) if lock else statement)
    if item is None:
        raise ItemNotFound
    return item


def save_item(
    session: Session,
    *,
    item_id: UUID,
    version: int,
    content: Content,
    by: UUID,
    now: datetime,
    within: ColumnElement[bool] | None = None,
) -> Item:
    """Save what an editor wrote. A public item stays public and must still stand before the rules.

    Raises:
        ItemNotFound: nothing there within the editor's sections.
        ItemChanged: somebody saved since `version`.
        PublishRefused: the item is public and would go on in one language alone, or late.
    """
    item = _open(session, item_id, version, within)
    public = item.state == "published"
    if public:
        _judge(_announced(item, content, late_reason=_recorded_reason(session, item)))
    item.changed_at, item.changed_by = now, by
    _write(session, item, content)
    if public:
        _tell(session, item)
    audit(session, act="website.item.saved", subject=str(item.id), after={"version": item.version}, actor=by)
    return item


def publish(
    session: Session,
    *,
    item_id: UUID,
    version: int,
    by: UUID,
    now: datetime,
    publish_at: datetime | None = None,
    expire_at: datetime | None = None,
    late_reason: str = "",
    within: ColumnElement[bool] | None = None,
) -> Item:
    """Let an item go public, at once or at a given time; the time is looked at by whoever reads, nothing has to fire.

    Args:
        session: unit of work.
        item_id: the item.
        version: the version the editor saw.
        by: editor.
        now: present moment.
        publish_at: from when on; now, if not given.
        expire_at: until when; for good, if not given.
        late_reason: why an international event is announced late (clause 20); recorded as a breach.
        within: the sections of the editor.

    Returns:
        The item.

    Raises:
        ItemNotFound: nothing there within the editor's sections.
        ItemChanged: somebody saved since `version`.
        PublishRefused: with every reason.
    """
    item = _open(session, item_id, version, within)
    item.publish_at, item.expire_at = publish_at or now, expire_at
    with session.no_autoflush:
        reason = late_reason or _recorded_reason(session, item)
        late = _judge(candidate_of(session, item, late_reason=reason))
    item.state, item.changed_at, item.changed_by = "published", now, by
    if late and late_reason.strip():
        _record_breach(session, item, reason=late_reason.strip(), by=by, now=now)
    session.flush()
    _tell(session, item)
    after = {"publish_at": item.publish_at.isoformat(), "version": item.version}
    audit(session, act="website.item.published", subject=str(item.id), after=after, actor=by)
    return item


def unpublish(
    session: Session,
    *,
    item_id: UUID,
    version: int,
    by: UUID,
    now: datetime,
    within: ColumnElement[bool] | None = None,
) -> Item:
    """Take an item off the site; it is a draft again.

    Raises:
        ItemNotFound: nothing there within the editor's sections.
        ItemChanged: somebody saved since `version`.
        NotPublished: it is a draft.
    """
    item = _open(session, item_id, version, within)
    if item.state != "published":
        raise NotPublished
    item.state, item.changed_at, item.changed_by = "draft", now, by
    session.flush()
    purge.want(session)
    audit(session, act="website.item.withdrawn", subject=str(item.id), actor=by)
    return item


def _open(session: Session, item_id: UUID, version: int, within: ColumnElement[bool] | None) -> Item:
    item = get_item_or_raise(session, item_id=item_id, within=within, lock=True)
    if item.version != version:
        raise ItemChanged(extra={"expected_version": version, "current_version": item.version})
    return item


def _write(session: Session, item: Item, content: Content) -> None:
    item.starts_on, item.ends_on = content.get("starts_on"), content.get("ends_on")
    item.international = bool(content.get("international"))
    if content.get("place"):
        item.facts = {**item.facts, "place": content["place"]}
    item.languages = [language for language in LANGUAGES if content["title"].get(language)]
    if item.source_language not in item.languages:
        item.source_language = source_of(content["title"])
    session.flush()
    _write_texts(session, item, content)
    _write_blocks(session, item, content.get("blocks", ()))
    session.flush()


def _write_texts(session: Session, item: Item, content: Content) -> None:
    """Write titles and summaries; a changed translation, or a new one, is stamped with its source."""
    titles, summaries = content["title"], content.get("summary", {})
    known = {text.language: text for text in session.scalars(select(ItemText).filter_by(item_id=item.id))}
    source = f"{titles.get(item.source_language, '')}\n{summaries.get(item.source_language, '')}"
    stamp = digest(source)
    for language in LANGUAGES:
        title, summary = titles.get(language, ""), summaries.get(language, "")
        text = known.get(language)
        if not title:
            if text:
                session.delete(text)
        elif text is None:
            session.add(
                ItemText(item_id=item.id, language=language, title=title, summary=summary, slug=slug(title), source_hash=stamp)
            )  # fmt: skip
        elif (text.title, text.summary) != (title, summary) or language == item.source_language:
            text.title, text.summary, text.slug, text.source_hash = title, summary, slug(title), stamp


def _write_blocks(session: Session, item: Item, blocks: Sequence[Mapping[str, Any]]) -> None:
    """Write the body; blocks keep their ids, those without any text go."""
    known = {block.id: block for block in session.scalars(select(Block).filter_by(item_id=item.id))}
    stored = _texts_of(session, known)
    kept = set()
    for place, given in enumerate(blocks):
        html = {language: clean(given["text"].get(language, "")) for language in LANGUAGES}
        if not any(html.values()):
            continue
        block = known.get(given.get("id")) or Block(id=new_id(), item_id=item.id)  # type: ignore[arg-type]
        block.position, block.kind = place, given.get("kind", "paragraph")
        session.add(block)
        session.flush()
        kept.add(block.id)
        keep = set(given.get("keep", ()))
        _write_block_texts(session, block, html, stored, source=item.source_language, keep=keep)
    gone = set(known) - kept
    if gone:
        session.execute(delete(Block).where(Block.id.in_(gone)))


def _texts_of(session: Session, blocks: Mapping[UUID, Block]) -> dict[tuple[UUID, str], BlockText]:
    found = session.scalars(select(BlockText).where(BlockText.block_id.in_(blocks))) if blocks else ()
    return {(text.block_id, text.language): text for text in found}


def _write_block_texts(
    session: Session,
    block: Block,
    html: Mapping[str, str],
    stored: Mapping[tuple[UUID, str], BlockText],
    *,
    source: str,
    keep: set[str],
) -> None:
    stamp = digest(html[source])
    for language, words in html.items():
        text = stored.get((block.id, language))
        if not words:
            if text:
                session.delete(text)
        elif text is None:
            session.add(BlockText(block_id=block.id, language=language, html=words, source_hash=stamp))
        elif text.html != words or language in keep or language == source:
            text.html, text.source_hash = words, stamp


def candidate_of(session: Session, item: Item, *, late_reason: str = "") -> Candidate:
    """Gather what the rules ask about an item that is to go public."""
    titles = {
        text.language: text.title for text in session.scalars(select(ItemText).filter_by(item_id=item.id))
    }
    rows = session.execute(
        select(BlockText.block_id, BlockText.language, BlockText.html)
        .join(Block, Block.id == BlockText.block_id)
        .where(Block.item_id == item.id)
    )
    blocks: dict[UUID, dict[str, str]] = {}
    for block_id, language, html in rows:
        blocks.setdefault(block_id, {})[language] = html
    return Candidate(
        policy=SECTIONS[item.section].policy,
        titles=titles,
        blocks=list(blocks.values()),
        kind=item.kind,
        international=item.international,
        starts_on=item.starts_on,
        announced_on=_day_of(item),
        late_reason=late_reason,
    )


def _announced(item: Item, content: Content, *, late_reason: str) -> Candidate:
    """Gather what the rules ask about a public item that is to be changed."""
    return Candidate(
        policy=SECTIONS[item.section].policy,
        titles=content["title"],
        blocks=[block["text"] for block in content.get("blocks", ())],
        kind=item.kind,
        international=bool(content.get("international")),
        starts_on=content.get("starts_on"),
        announced_on=_day_of(item),
        late_reason=late_reason,
    )


def _day_of(item: Item) -> date:
    return (item.publish_at or item.changed_at).astimezone(ACADEMY).date()


def _judge(candidate: Candidate) -> bool:
    """Refuse what may not be public; answer whether it is late by clause 20."""
    against = refusals(candidate)
    if against:
        said = "; ".join(str(REFUSAL_TEXTS[name]) for name in against)
        raise PublishRefused(said[:1].upper() + said[1:] + ".", extra={"reasons": against})
    return is_late(
        international=candidate.international,
        starts_on=candidate.starts_on,
        announced_on=candidate.announced_on,
    )


def _recorded_reason(session: Session, item: Item) -> str:
    statement = select(Breach.reason).where(Breach.item_id == item.id, Breach.clause == "20")
    return session.scalar(statement.order_by(Breach.recorded_at.desc()).limit(1)) or ""


def _record_breach(session: Session, item: Item, *, reason: str, by: UUID, now: datetime) -> None:
    if item.starts_on is None or item.publish_at is None:
        return
    breach = Breach(
        id=new_id(),
        item_id=item.id,
        clause="20",
        lawful_on=last_lawful_date(item.starts_on),
        happened_on=item.publish_at.astimezone(ACADEMY).date(),
        reason=reason,
        recorded_at=now,
        recorded_by=by,
    )
    session.add(breach)


def _tell(session: Session, item: Item) -> None:
    """Record the publication for whoever follows the feed, and have kept pages forgotten."""
    session.flush()
    texts = list(session.scalars(select(ItemText).filter_by(item_id=item.id)))
    data = {
        "item_id": str(item.id),
        "section": item.section,
        "kind": item.kind,
        "title": {text.language: text.title for text in texts},
        "path": {
            text.language: f"/{text.language}/{item.section}/{item.number}-{text.slug}" for text in texts
        },
        "publish_at": item.publish_at.isoformat() if item.publish_at else None,
    }
    record(
        session,
        "website.item.published.v1",
        feed=FEED,
        subject=str(item.id),
        data=data,
        subject_version=item.version,
    )
    purge.want(session)
