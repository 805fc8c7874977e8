"""Which addresses are for everyone?"""

from django.urls import path

from cairn.web.parts import glossary

urlpatterns = [path("words", glossary.show, name="words")]
