"""The checker: what must hold of a living house, looked at from outside (`shanyraq check`, `make invariants`).

Nine invariants, I1 to I9, each a function over one frozen view of all databases. It reads and writes nothing: what has to be computed again
is computed in temporary tables of a transaction that cannot write.
"""
