"""Which addresses does a student have?"""

from django.urls import path

from cairn.web.student import progress

urlpatterns = [
    path("me", progress.progress, name="my_progress"),
    path("me/targets/<id:target>", progress.target, name="my_target"),
    path("me/levels", progress.levels, name="my_levels"),
    path("me/counts", progress.counts, name="my_counts"),
    path("me/log", progress.log, name="my_log"),
]
