"""Which address leads to which page? Every room of web/ that has a urls.py brings its own; access/pages.toml lists them all."""

from importlib.util import find_spec
from pkgutil import iter_modules

from django.urls import include, path, register_converter

from cairn import web
from cairn.web.parts.ids import OpaqueId

register_converter(OpaqueId, "id")

urlpatterns = [
    path("", include(f"cairn.web.{room.name}.urls"))
    for room in iter_modules(web.__path__)
    if room.ispkg and find_spec(f"cairn.web.{room.name}.urls")
]

handler400 = "cairn.web.parts.errors.bad_request"
handler403 = "cairn.web.parts.errors.permission_denied"
handler404 = "cairn.web.parts.errors.page_not_found"
handler500 = "cairn.web.parts.errors.server_error"
