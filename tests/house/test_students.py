"""Can anything walk round the doors to a student's rows? No table may be reached backwards from a student."""

from cairn.people.models import Student


def test_a_student_has_no_reverse_accessor() -> None:
    ways = [
        f"{relation.related_model._meta.label}.{relation.field.name}"
        for relation in Student._meta.get_fields(include_hidden=True)
        if relation.auto_created and not relation.concrete and not relation.hidden
    ]
    assert not ways, f'Give these related_name="+": {ways}'
