"""clause_4_3: Use cases of content on a real database: clause_25 (both languages), clause_20 (breaches), clause_21 (time), versions."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis import clock
from chassis.db import unit_of_work
from website.content import editing, reading
from website.content.errors import ItemChanged, ItemNotFound, NotPublished, PublishRefused
from website.content.model import Breach, Item, Purge
from website.content.schemas import ContentIn
from website.content.service import create_item, publish, save_item, unpublish

EDITOR = UUID("00000000-0000-4000-8000-00000000000e")
BOTH = {"kk": "Курсанттар ант қабылдады", "ru": "Курсанты приняли присягу"}
Write = Callable[..., Item]


def content(title: dict[str, str] = BOTH, **more: Any) -> dict[str, Any]:
    return dict(ContentIn().load({"title": dict(title), **more}))


def go(session: Session, item: Item, **more: Any) -> Item:
    return publish(session, item_id=item.id, version=item.version, by=EDITOR, now=clock.now(), **more)


def public(session: Session, language: str = "kk") -> Sequence[Any]:
    return reading.list_news(session, language=language, now=clock.now(), limit=10)


@pytest.mark.parametrize(("language", "reason"), [("kk", "no_russian"), ("ru", "no_kazakh")])
def test_clause_25_one_language_alone_is_refused(
    session: Session, write: Write, language: str, reason: str
) -> None:
    item = write(title={language: BOTH[language], "en": "Cadets took the oath"})
    with pytest.raises(PublishRefused) as refusal:
        go(session, item)
    assert refusal.value.extra["reasons"] == [reason]
    session.expire(item)
    assert item.state == "draft"
    assert not public(session)


def test_clause_25_the_database_refuses_too(session: Session, write: Write) -> None:
    item = write(title={"kk": "Тек қазақша"})
    item.state, item.publish_at = "published", clock.now()
    with pytest.raises(IntegrityError, match="both_languages"):
        session.flush()
    session.rollback()


def test_clause_25_a_public_item_cannot_lose_a_language(session: Session, write: Write) -> None:
    item = go(session, write())
    with pytest.raises(PublishRefused):
        save_item(
            session, item_id=item.id, version=item.version, content=content({"ru": "Осталось"}), by=EDITOR, now=clock.now()
        )  # fmt: skip
    assert public(session)[0].title == BOTH["kk"]


def test_clause_25_a_translation_left_behind_is_flagged(session: Session, write: Write) -> None:
    item = write(blocks=[{"text": {"kk": "Бірінші", "ru": "Первый"}}])
    (block,) = editing.read_blocks(session, item=item)
    assert block.standings == {"kk": "ok", "ru": "ok", "en": "missing"}

    def saved(kk: str, ru: str, keep: Sequence[str] = ()) -> dict[str, str]:
        blocks = [{"id": str(block.id), "text": {"kk": kk, "ru": ru}, "keep": list(keep)}]
        save_item(
            session, item_id=item.id, version=item.version, content=content(blocks=blocks), by=EDITOR, now=clock.now()
        )  # fmt: skip
        (now,) = editing.read_blocks(session, item=item)
        assert now.id == block.id
        return now.standings

    assert saved("Өзгерген", "Первый")["ru"] == "stale"
    assert saved("Өзгерген", "Изменённый")["ru"] == "ok"
    assert saved("Тағы өзгерген", "Изменённый")["ru"] == "stale"
    assert saved("Тағы өзгерген", "Изменённый", keep=["ru"])["ru"] == "ok"


def test_clause_21_goes_public_by_time(session: Session, write: Write) -> None:
    now = clock.now()
    item = go(session, write(), publish_at=now + timedelta(hours=2), expire_at=now + timedelta(hours=4))
    assert not public(session)
    with clock.frozen(now + timedelta(hours=3)):
        assert [card.id for card in public(session)] == [item.id]
    with clock.frozen(now + timedelta(hours=5)):
        assert not public(session)


def event(write: Write, starts: date) -> Item:
    title = {"kk": "Халықаралық форум", "ru": "Международный форум"}
    return write("schedule", "event", title, starts_on=starts.isoformat(), international=True)


def test_clause_20_late_needs_a_reason_and_is_recorded(session: Session, write: Write) -> None:
    item = event(write, clock.today() + timedelta(days=100))
    with pytest.raises(PublishRefused) as refusal:
        go(session, item)
    assert refusal.value.extra["reasons"] == ["late_without_reason"]
    session.expire(item)
    go(session, item, late_reason="Шақыру министрліктен кеш келді")
    breach = session.scalars(select(Breach)).one()
    assert (breach.clause, breach.happened_on) == ("20", clock.today())
    assert breach.lawful_on < clock.today()


def test_clause_20_in_time_is_no_breach(session: Session, write: Write) -> None:
    go(session, event(write, clock.today() + timedelta(days=190)))
    assert session.scalars(select(Breach)).all() == []


def test_two_editors_meet_at_the_version(session: Session, write: Write) -> None:
    item = write()
    seen = item.version
    save_item(session, item_id=item.id, version=seen, content=content(), by=EDITOR, now=clock.now())
    with pytest.raises(ItemChanged):
        save_item(session, item_id=item.id, version=seen, content=content(), by=EDITOR, now=clock.now())
    with pytest.raises(ItemChanged):
        publish(session, item_id=item.id, version=seen, by=EDITOR, now=clock.now())


def test_taking_off(session: Session, write: Write) -> None:
    item = write()
    with pytest.raises(NotPublished):
        unpublish(session, item_id=item.id, version=item.version, by=EDITOR, now=clock.now())
    go(session, item)
    unpublish(session, item_id=item.id, version=item.version, by=EDITOR, now=clock.now())
    assert not public(session)
    with pytest.raises(ItemNotFound):
        unpublish(session, item_id=UUID(int=5), version=1, by=EDITOR, now=clock.now())


def test_publication_is_told_and_kept_pages_are_forgotten(
    engine: Engine, feed_events: Callable[[str], list[Any]]
) -> None:
    with unit_of_work(engine) as session:
        item = create_item(
            session, section="news", kind="news", content=content(), by=EDITOR, now=clock.now()
        )
        go(session, item)
        number = item.number
    (event_,) = feed_events("website/publications")
    assert event_.type.endswith("website.item.published.v1")
    assert event_.data["path"] == {
        "kk": f"/kk/news/{number}-kursanttar-ant-qabyldady",
        "ru": f"/ru/news/{number}-kursanty-prinyali-prisyagu",
    }
    with unit_of_work(engine) as session:
        assert len(session.scalars(select(Purge)).all()) == 1


def test_pasted_scripts_and_styles_are_taken_off(session: Session, write: Write) -> None:
    dirty = '<p style="color:red">Мәтін <b>қалың</b><script>alert(1)</script><a href="javascript:x">а</a></p>'
    item = write(blocks=[{"text": {"kk": dirty, "ru": "Текст"}}])
    (block,) = editing.read_blocks(session, item=item)
    assert block.text["kk"] == 'Мәтін <b>қалың</b><a rel="noopener">а</a>'
