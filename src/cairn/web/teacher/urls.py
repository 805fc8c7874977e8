"""Which addresses does a teacher have?"""

from django.urls import path

from cairn.web.teacher import grid, live

urlpatterns = [
    path("classes/<str:klass>", grid.grid, name="class_grid"),
    path("classes/<str:klass>/live", live.live, name="class_live"),
]
