"""Which addresses does a teacher have?"""

from django.urls import path

from cairn.web.teacher import classes, grid, levels, live, panel, scores, targets, what_if

urlpatterns = [
    path("classes", classes.classes, name="classes"),
    path("classes/<id:klass>", grid.grid, name="class_grid"),
    path("classes/<id:klass>/live", live.live, name="class_live"),
    path("classes/<id:klass>/scores", scores.scores, name="class_scores"),
    path("classes/<id:klass>/withdraw", scores.withdraw, name="class_withdraw"),
    path("classes/<id:klass>/cells/<id:student>/<id:target>", panel.cell, name="class_cell"),
    path("classes/<id:klass>/levels", levels.levels, name="class_levels"),
    path("classes/<id:klass>/levels/<id:student>/<id:level>", levels.decide, name="class_level"),
    path("classes/<id:klass>/what-if", what_if.class_what_if, name="class_what_if"),
    path("classes/<id:klass>/targets", targets.targets, name="class_targets"),
]
