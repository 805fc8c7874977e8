"""How does one target of one student become its page: the scale, the evidence, and how the level is set?"""

from datetime import date
from typing import Any

from cairn.access.decide import Decision, NotHere, today
from cairn.learning.frameworks.queries import target_by, target_words
from cairn.learning.mastery.explaining import EvidenceLine, Explained, explain
from cairn.rules.scale import snap
from cairn.web.parts import words
from cairn.web.parts.how_view import how
from cairn.web.parts.progress import EvidenceRow, ScaleStep, TargetPage
from cairn.web.parts.progress_view import Reader, labels_for


def target_page(
    viewer: Any,
    student: Any,
    decision: Decision,
    reader: Reader,
    public_id: str,
    *,
    on: date | None = None,
) -> TargetPage:
    """The page of one target (opaque id). Raises NotHere when there is no such target."""
    item = target_by(public_id)
    if item is None:
        raise NotHere
    said = target_words(item, reader.language)
    found = explain(
        student.pk,
        item,
        decision,
        viewer_adult=viewer.adult_id,
        language=reader.language,
        on=on or today(),
    )
    scale = found.scale.scale if found.scale else None
    labels = labels_for(found.scale, reader.audience) if found.scale else {}
    return TargetPage(
        audience=reader.audience,
        name=student.called,
        title=said.name,
        statement=said.says,
        where=", ".join(part for part in (said.subject, said.level, said.strand) if part),
        level=words.shown(
            scale,
            found.level,
            reader.audience,
            no_score="" if found.level is not None else _kind(found.mastery.because.code),
            labels=labels,
        ),
        scale=_ladder(found, said.looks, reader.audience, labels),
        evidence=[
            _piece(line, found, reader.audience, labels) for line in found.evidence if _seen(line, reader)
        ],
        how=how(found, reader.audience, labels),
        use=found.scale,
        back_url=reader.base,
        code=said.code if reader.audience == "staff" else "",
    )


def _kind(code: str) -> str:
    """The kind of "no score" among the codes of `rules.mastery.Because`."""
    return code if code in words.NO_SCORE_WORDS else "no_evidence"


def _seen(line: EvidenceLine, reader: Reader) -> bool:
    """Students and families see what stands; hidden and corrected pieces are for staff."""
    return reader.audience == "staff" or (line.no_score != "hidden" and line.use != "superseded")


def _ladder(found: Explained, looks: dict[int, str], audience: str, labels: words.Labels) -> list[ScaleStep]:
    if found.scale is None:
        return []
    scale = found.scale.scale
    level = found.level
    reached = [step.value for step in scale.levels if level is not None and snap(level) >= step.value / 100]
    here = max(reached, default=None)
    return [
        ScaleStep(
            level=words.shown(scale, step.value / 100, audience, labels=labels),
            looks_like=looks.get(step.value, ""),
            is_goal=step.value == scale.goal,
            is_here=step.value == here,
        )
        for step in scale.levels
        if step.value > 0 or scale.kind != "numeric" or here == 0 or step.value in looks
    ]


def _piece(line: EvidenceLine, found: Explained, audience: str, labels: words.Labels) -> EvidenceRow:
    scale = found.scale.scale if found.scale else None
    value = None if line.value is None else line.value / 100
    counts = line.use == "used"
    return EvidenceRow(
        on=line.shown_on,
        title=line.title,
        level=words.shown(scale, value, audience, no_score=line.no_score, labels=labels),
        comment=line.comment,
        by=line.by,
        counts=counts,
        # A "no score" says itself why it does not count.
        why_not="" if counts or line.no_score else words.left_out_words(line.use),
    )
