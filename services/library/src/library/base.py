"""The declarative base of this service: its tables are its own, also where several services share a process."""

from sqlalchemy import MetaData

from chassis import db


class Base(db.Base):
    """Base of every mapped class of the service."""

    __abstract__ = True
    metadata = MetaData(naming_convention=db.NAMING)
