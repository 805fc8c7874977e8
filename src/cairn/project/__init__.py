"""Where is the program put together? Settings, URLs and the WSGI entry point; nothing imports this storey."""
