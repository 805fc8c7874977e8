"""How does a person sign in? Accounts, single-use activation codes, sessions; no mail server needed."""
