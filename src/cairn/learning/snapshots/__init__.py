"""How is the whole record held outside the database, for a state at once? An administrator's copy: ids and scores, no names."""
