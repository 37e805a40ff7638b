"""Escalation of late entries (clause 13): told to the teacher, then to the head of department, then to the head of the faculty."""
