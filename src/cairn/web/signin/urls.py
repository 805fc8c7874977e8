"""Which addresses lead in and out?"""

from django.urls import path

from cairn.web.signin import activate, door, home, settings

urlpatterns = [
    path("", home.home, name="home"),
    path("role", home.switch_role, name="switch_role"),
    path("signin", door.sign_in, name="sign_in"),
    path("signin/demo", door.sign_in_demo, name="sign_in_demo"),
    path("signout", door.sign_out, name="sign_out"),
    path("activate", activate.activate_page, name="activate"),
    path("settings", settings.settings, name="settings"),
    path("settings/language", settings.save_language, name="save_language"),
    path("settings/keys", settings.save_keys, name="save_keys"),
    path("settings/density", settings.save_density, name="save_density"),
    path("settings/password", settings.save_password, name="save_password"),
    path("settings/browsers", settings.sign_out_elsewhere, name="sign_out_elsewhere"),
]
