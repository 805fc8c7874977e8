"""Cairn: one learner record that belongs to the student."""
