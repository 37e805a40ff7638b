"""Fixtures of the website's tests: content as an editor would write it, the demo site."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from chassis import clock
from chassis.db import unit_of_work
from chassis.service import Service
from dev.demo.website import load_demo
from website.app import SERVICE
from website.content.model import Item
from website.content.schemas import ContentIn
from website.content.service import create_item

EDITOR = UUID("00000000-0000-4000-8000-00000000000e")
TITLES = {"kk": "Курсанттар ант қабылдады", "ru": "Курсанты приняли присягу"}


@pytest.fixture(scope="session")
def service() -> Service:
    """Answer the service under test."""
    return SERVICE


@pytest.fixture
def write(session: Session) -> Callable[..., Item]:
    """Write drafts."""

    def make(
        section: str = "news", kind: str = "news", title: Mapping[str, str] = TITLES, **content: Any
    ) -> Item:
        loaded = dict(ContentIn().load({"title": dict(title), **content}))
        return create_item(session, section=section, kind=kind, content=loaded, by=EDITOR, now=clock.now())

    return make


@pytest.fixture
def demo(engine: Engine) -> None:
    """Load the demo site."""
    with unit_of_work(engine) as session:
        load_demo(session, clock.now())
