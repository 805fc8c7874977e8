"""Which addresses does a school leader have?"""

from django.urls import path

from cairn.web.principal import burden, levelups, lists, school

urlpatterns = [
    path("school", school.home, name="school_home"),
    path("school/<id:school>", school.school, name="school"),
    path("school/<id:school>/burden", burden.burden, name="school_burden"),
    path("school/<id:school>/levelups", levelups.levelups, name="school_levelups"),
    path("school/<id:school>/lists/<str:name>", lists.listed, name="school_list"),
    path("school/<id:school>/targets/<id:target>", lists.target, name="school_target"),
]
