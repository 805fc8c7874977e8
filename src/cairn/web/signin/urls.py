"""Which addresses lead in and out?"""

from django.urls import path

from cairn.web.signin import home

urlpatterns = [
    path("", home.home, name="home"),
    path("role", home.switch_role, name="switch_role"),
]
