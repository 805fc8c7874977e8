"""Which addresses does a family have?"""

from django.urls import path

from cairn.web.family import child, home

urlpatterns = [
    path("family", home.home, name="family_home"),
    path("family/<str:child>", child.child, name="family_child"),
    path("family/<str:child>/targets/<str:target>", child.target, name="family_target"),
    path("family/<str:child>/log", child.log, name="family_log"),
]
