"""How does a whole roster become people, classes and dated ties? Set-based, with a trail, in the caller's transaction."""
