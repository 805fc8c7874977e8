"""Which tables hold a framework? The shape is CASE 1.1 (CFDocument, CFItem, CFAssociation, CFRubric, CFDefinition).

Whatever CASE says of a thing and no column here holds, stands untouched in its `case` field, so that a package
leaves as it came.
"""

from django.db import models
from django.db.models import Q

from cairn.trail.models import new_public_id


class Framework(models.Model):
    """A CFDocument: one document of items. `agency` null: used by the whole installation."""

    public_id = models.CharField(max_length=10, unique=True, default=new_public_id)
    identifier = models.CharField(max_length=100, unique=True)  # CASE GUID
    uri = models.CharField(max_length=500, blank=True)
    title = models.CharField(max_length=500)
    language = models.CharField(max_length=20, blank=True)
    agency = models.ForeignKey("people.Agency", models.PROTECT, null=True, related_name="+")
    translates = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")  # by isTranslationOf
    subject = models.CharField(max_length=200, blank=True)  # the name students know: "Mathematics"
    position = models.IntegerField(default=0)  # order of subjects on a page
    is_academic = models.BooleanField(default=True)  # habits and mindsets are never averaged with academics
    in_use = models.BooleanField(default=True)
    case = models.JSONField(default=dict)  # the CFDocument as it came
    package = models.JSONField(default=dict)  # package-level leftovers, e.g. extensions


class FrameworkVersion(models.Model):
    """Each import that changed something: when, which CASE version, which file."""

    framework = models.ForeignKey(Framework, models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    label = models.CharField(max_length=100, blank=True)  # CFDocument.version
    last_change_at = models.DateTimeField(null=True)
    valid_from = models.DateTimeField()
    digest = models.CharField(max_length=64)
    run_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["framework", "number"], name="framework_version_once")]


class Item(models.Model):
    """A CFItem. `kind` and `scorable` are what the confirmed mapping says of it; `item_type` is CASE's own word."""

    KINDS = ["content_area", "level", "strand", "domain", "target", "indicator", "other"]

    public_id = models.CharField(max_length=10, unique=True, default=new_public_id)
    framework = models.ForeignKey(Framework, models.CASCADE, related_name="+")
    identifier = models.CharField(max_length=100)
    uri = models.CharField(max_length=500, blank=True)
    statement = models.TextField()  # CFItem.fullStatement, byte for byte
    short_name = models.CharField(max_length=200, blank=True)  # abbreviatedStatement
    code = models.CharField(max_length=100, blank=True)  # humanCodingScheme; not unique
    item_type = models.CharField(max_length=100, blank=True)  # CFItemType, kept as it is
    kind = models.CharField(max_length=12, default="other")
    scorable = models.BooleanField(default=False)
    depth = models.PositiveSmallIntegerField(default=0)
    position = models.PositiveIntegerField(
        default=0
    )  # place in the whole document, depth first, by sequenceNumber
    level = models.ForeignKey(
        "self", models.SET_NULL, null=True, related_name="+"
    )  # nearest item of kind level above
    strand = models.ForeignKey(
        "self", models.SET_NULL, null=True, related_name="+"
    )  # nearest of kind strand or domain above
    retired_at = models.DateTimeField(
        null=True
    )  # absent from the newest version; kept, because evidence stands on it
    case = models.JSONField(default=dict)  # the CFItem as it came

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["framework", "identifier"], name="item_once"),
            models.CheckConstraint(
                condition=Q(
                    kind__in=["content_area", "level", "strand", "domain", "target", "indicator", "other"]
                ),
                name="item_kind",
            ),
        ]
        indexes = [
            models.Index(fields=["framework", "position"], name="item_position"),
            models.Index(fields=["identifier"], name="item_identifier"),
            models.Index(fields=["code"], name="item_code"),
        ]


class ItemAncestor(models.Model):
    """Every item above an item (not itself) by isChildOf, over any number of paths, once."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="+")
    ancestor = models.ForeignKey(Item, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "ancestor"], name="item_ancestor_once")]
        indexes = [models.Index(fields=["ancestor", "item"], name="item_ancestor_down")]


class Association(models.Model):
    """A CFAssociation. Ends outside the package are kept as identifier and URI, and resolved when they arrive."""

    framework = models.ForeignKey(Framework, models.CASCADE, related_name="+")
    identifier = models.CharField(max_length=100)
    kind = models.CharField(
        max_length=40
    )  # isChildOf, precedes, exactMatchOf, isRelatedTo, isTranslationOf ...
    origin = models.ForeignKey(Item, models.CASCADE, null=True, related_name="+")
    origin_identifier = models.CharField(max_length=200)
    origin_uri = models.CharField(max_length=500, blank=True)
    destination = models.ForeignKey(Item, models.CASCADE, null=True, related_name="+")
    destination_identifier = models.CharField(max_length=200)
    destination_uri = models.CharField(max_length=500, blank=True)
    sequence = models.IntegerField(null=True)
    retired_at = models.DateTimeField(null=True)
    case = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["framework", "identifier"], name="association_once")]
        indexes = [
            models.Index(fields=["origin", "kind"], name="association_origin"),
            models.Index(fields=["destination", "kind"], name="association_destination"),
            models.Index(fields=["destination_identifier"], name="association_unresolved"),
        ]


class Definition(models.Model):
    """A CFConcept, CFSubject, CFLicense, CFItemType or CFAssociationGrouping of a package."""

    framework = models.ForeignKey(Framework, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=30)  # concept, subject, license, item_type, association_grouping
    identifier = models.CharField(max_length=100)
    title = models.CharField(max_length=500, blank=True)
    position = models.PositiveIntegerField(default=0)
    case = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["framework", "kind", "identifier"], name="definition_once")
        ]


class Rubric(models.Model):
    """A CFRubric."""

    framework = models.ForeignKey(Framework, models.CASCADE, related_name="+")
    identifier = models.CharField(max_length=100)
    title = models.CharField(max_length=500, blank=True)
    position = models.PositiveIntegerField(default=0)
    case = models.JSONField(default=dict)  # without its criteria

    class Meta:
        constraints = [models.UniqueConstraint(fields=["framework", "identifier"], name="rubric_once")]


class RubricCriterion(models.Model):
    """A CFRubricCriterion; `item` is the CFItem that it judges."""

    rubric = models.ForeignKey(Rubric, models.CASCADE, related_name="+")
    identifier = models.CharField(max_length=100)
    item = models.ForeignKey(Item, models.CASCADE, null=True, related_name="+")
    position = models.PositiveIntegerField(default=0)
    case = models.JSONField(default=dict)  # without its levels

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rubric", "identifier"], name="criterion_once")]


class RubricCriterionLevel(models.Model):
    """A CFRubricCriterionLevel: what one score looks like."""

    criterion = models.ForeignKey(RubricCriterion, models.CASCADE, related_name="+")
    identifier = models.CharField(max_length=100)
    score = models.IntegerField(null=True)  # hundredths
    position = models.PositiveIntegerField(default=0)
    case = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["criterion", "identifier"], name="criterion_level_once")
        ]


class Wording(models.Model):
    """How an item, or one level of it, is said in one language: drawn from rubrics and isTranslationOf at import."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="+")
    language = models.CharField(max_length=10)
    value = models.IntegerField(null=True)  # hundredths; null: the item's own name and statement
    name = models.CharField(max_length=200, blank=True)
    text = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "language", "value"], name="wording_once", nulls_distinct=False
            )
        ]


class ItemMapping(models.Model):
    """What a framework's item types (or depths) mean here, from a day on: proposed at import, confirmed by a person."""

    framework = models.ForeignKey(Framework, models.CASCADE, related_name="+")
    by = models.CharField(max_length=5)  # "type" or "depth"
    value = models.CharField(max_length=100)
    kind = models.CharField(max_length=12)
    scorable = models.BooleanField()
    valid_from = models.DateTimeField()
    confirmed_by = models.ForeignKey("people.Account", models.SET_NULL, null=True, related_name="+")
    proposed = models.BooleanField(default=True)  # used as proposed, not yet confirmed by a person
    run_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["framework", "by", "value", "valid_from"], name="mapping_once")
        ]
