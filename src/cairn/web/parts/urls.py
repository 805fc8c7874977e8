"""Which addresses are for everyone, or for more than one audience?"""

from django.urls import path

from cairn.web.parts import find, glossary, student

urlpatterns = [
    path("words", glossary.show, name="words"),
    path("find", find.find, name="find"),
    path("students/<id:student>", student.student, name="student"),
    path("students/<id:student>/targets/<id:target>", student.target, name="student_target"),
]
