"""Admission to the examination (clause 11 of Order No. 21: the rating-admission mark)."""
