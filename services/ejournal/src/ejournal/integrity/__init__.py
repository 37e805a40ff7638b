"""Marks that can be proven: a stream of entries per journal that is only added to, signed roots over all of them, receipts."""
