"""Where an editor may work: everywhere, or in the sections of the grant."""

from sqlalchemy import ColumnElement

from chassis.context import Context
from website.content.model import Item, Section


def within(ctx: Context) -> ColumnElement[bool]:
    """Give the condition on items the permission of the route holds for."""
    return ctx.scopes.where({"website_section": Item.section})


def sections(ctx: Context) -> ColumnElement[bool]:
    """Give the condition on sections the permission of the route holds for."""
    return ctx.scopes.where({"website_section": Section.code})
