"""Cataloguing: records in MARC21 and RUSMARC, lossless (clause 17.3)."""
