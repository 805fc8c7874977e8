"""What does the web server run? The WSGI application."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cairn.project.settings")
application = get_wsgi_application()
gc.collect()
gc.freeze()  # the program itself lives as long as the server; no collection need look through it again
