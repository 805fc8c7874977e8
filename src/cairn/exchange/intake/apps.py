"""What does Django call this room?"""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "cairn.exchange.intake"
    label = "intake"
