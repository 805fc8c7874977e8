"""What does Django call this storey?"""

from django.apps import AppConfig


class TrailConfig(AppConfig):
    name = "cairn.trail"
    label = "trail"
