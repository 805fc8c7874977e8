"""How do we know that Cairn does what it promises? The folders mirror the storeys of src/cairn."""
