"""Which addresses do the data flows have? Included by the room's urls.py."""

from django.urls import path

from cairn.web.setup import flows, run

urlpatterns = [
    path("data", flows.flows, name="data"),
    path("data/runs/<id:run>", run.run, name="data_run"),
    path("data/runs/<id:run>/quarantine", run.quarantine, name="data_quarantine"),
]
