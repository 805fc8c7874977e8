"""What does the web server run? The WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

from cairn.cli.memory import settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cairn.project.settings")
application = get_wsgi_application()
settle()
