"""What does Django call this storey, and what does every installation begin with?"""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class LearningConfig(AppConfig):
    name = "cairn.learning"
    label = "learning"

    def ready(self) -> None:
        from cairn.learning.frameworks.rulebook import fill_built_in

        post_migrate.connect(fill_built_in, sender=self)
