"""Which scales and which rule does every installation begin with?"""

from datetime import UTC, date, datetime

from django.db import migrations

BEGINNING = date(2000, 1, 1)


def fill(apps, schema_editor):
    from cairn.learning.frameworks.rulebook import built_in_rows

    scale = apps.get_model("learning", "ScaleVersion")
    scale.objects.bulk_create([scale(number=1, valid_from=BEGINNING, **row) for row in built_in_rows()])
    policy = apps.get_model("learning", "CalculationPolicy")
    policy.objects.create(method="latest", valid_from=datetime(2000, 1, 1, tzinfo=UTC))


class Migration(migrations.Migration):
    dependencies = [("learning", "0001_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
