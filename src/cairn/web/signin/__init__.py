"""How does a person come in and go out? Sign in, activate, settings, sign out; whose home is the first page."""
