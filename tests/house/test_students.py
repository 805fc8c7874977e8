"""Can anything walk round the doors to a student's rows? No table may be reached backwards from a student."""

from django.apps import apps

from cairn.people.models import Student


def test_a_student_has_no_reverse_accessor() -> None:
    ways = [
        f"{relation.related_model._meta.label}.{relation.field.name}"
        for relation in Student._meta.get_fields(include_hidden=True)
        if relation.auto_created and not relation.concrete and not relation.hidden
    ]
    assert not ways, f'Give these related_name="+": {ways}'


def test_no_table_of_ours_has_a_reverse_accessor() -> None:
    ways = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model.__module__.startswith("cairn.")
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many]
        if field.remote_field is not None and not field.remote_field.hidden
    ]
    assert not ways, f'Give these related_name="+": {ways}'
