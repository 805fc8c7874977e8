"""Which addresses does the set-up have?"""

from django.urls import path

from cairn.web.setup import calendar, flows_urls, frameworks, levelrules, people, policies

urlpatterns = [
    *flows_urls.urlpatterns,
    path("setup/policies", policies.policies, name="setup_policies"),
    path("setup/policies/publish", policies.publish, name="setup_policies_publish"),
    path("setup/policies/apply", policies.apply, name="setup_policies_apply"),
    path("setup/levelrules", levelrules.level_rules, name="setup_levelrules"),
    path("setup/levelrules/publish", levelrules.publish, name="setup_levelrules_publish"),
    path("setup/calendar", calendar.calendar, name="setup_calendar"),
    path("setup/calendar/days", calendar.add, name="setup_calendar_add"),
    path("setup/calendar/days/<id:day>/remove", calendar.remove, name="setup_calendar_remove"),
    path("setup/calendar/grace", calendar.grace, name="setup_calendar_grace"),
    path("setup/people", people.people, name="setup_people"),
    path("setup/people/codes", people.codes, name="setup_codes"),
    path("setup/people/<str:group>/<id:person>/<str:act>", people.account, name="setup_account"),
    path("setup/frameworks", frameworks.frameworks, name="setup_frameworks"),
    path("setup/frameworks/<id:framework>", frameworks.framework, name="setup_framework"),
    path("setup/frameworks/<id:framework>/scale", frameworks.scale, name="setup_scale"),
]
