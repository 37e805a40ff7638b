"""Appeals against final marks: filed by the learner in a term of working days, decided by a commission of three (clause 11)."""
