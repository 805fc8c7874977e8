"""By what do we know it? Evidence, append-only: a correction is a new row that supersedes an old one."""
