"""Which addresses are for everyone, or for more than one audience?"""

from django.urls import path

from cairn.web.parts import find, glossary, student, student_level, student_pace

urlpatterns = [
    path("words", glossary.show, name="words"),
    path("find", find.find, name="find"),
    path("students/<id:student>", student.student, name="student"),
    path("students/<id:student>/counts", student.counts, name="student_counts"),
    path("students/<id:student>/pace", student_pace.set_by_hand, name="set_pace"),
    path("students/<id:student>/pace/lift", student_pace.lift, name="lift_pace"),
    path("students/<id:student>/levels", student.levels, name="student_levels"),
    path("students/<id:student>/targets/<id:target>", student.target, name="student_target"),
    path("students/<id:student>/targets/<id:target>/level", student_level.set_level, name="set_level"),
    path("students/<id:student>/targets/<id:target>/level/lift", student_level.lift_level, name="lift_level"),
]
