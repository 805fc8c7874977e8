"""Who may see what? One policy table, two faces: may() with the reason, visible() as one query."""
