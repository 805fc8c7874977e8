"""How is a page drawn? One room per audience, `parts` for what they share."""
