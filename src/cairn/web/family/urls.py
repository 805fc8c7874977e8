"""Which addresses does a family have?"""

from django.urls import path

from cairn.web.family import child, home

urlpatterns = [
    path("family", home.home, name="family_home"),
    path("family/<id:child>", child.child, name="family_child"),
    path("family/<id:child>/targets/<id:target>", child.target, name="family_target"),
    path("family/<id:child>/counts", child.counts, name="family_counts"),
    path("family/<id:child>/levels", child.levels, name="family_levels"),
    path("family/<id:child>/log", child.log, name="family_log"),
]
