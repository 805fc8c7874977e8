"""Which addresses does the set-up have?"""

from django.urls import path

from cairn.web.setup import flows_urls, people

urlpatterns = [
    *flows_urls.urlpatterns,
    path("setup/people", people.people, name="setup_people"),
    path("setup/people/codes", people.codes, name="setup_codes"),
    path("setup/people/<str:group>/<id:person>/<str:act>", people.account, name="setup_account"),
]
