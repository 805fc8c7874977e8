"""Which addresses do the tests of the student's and the family's pages need? Their rooms', without the rest."""

from django.urls import include, path

urlpatterns = [path("", include(f"cairn.web.{room}.urls")) for room in ("student", "family", "parts")]
handler404 = "cairn.web.parts.errors.page_not_found"
