"""Which addresses does a teacher have?"""

from django.urls import path

from cairn.web.teacher import classes, grid, live, panel, scores, targets

urlpatterns = [
    path("classes", classes.classes, name="classes"),
    path("classes/<str:klass>", grid.grid, name="class_grid"),
    path("classes/<str:klass>/live", live.live, name="class_live"),
    path("classes/<str:klass>/scores", scores.scores, name="class_scores"),
    path("classes/<str:klass>/withdraw", scores.withdraw, name="class_withdraw"),
    path("classes/<str:klass>/cells/<str:student>/<str:target>", panel.cell, name="class_cell"),
    path("classes/<str:klass>/targets", targets.targets, name="class_targets"),
]
