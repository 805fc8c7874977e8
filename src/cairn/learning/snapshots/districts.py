"""In which district is each student today?"""

from datetime import date

import numpy as np
from numpy.typing import NDArray

from cairn.learning.mastery.inforce import schools_of
from cairn.people.models import AgencyAncestor


def districts_of(first: int, last: int, today: date) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The students of a range of ids, ascending, and the district above each one's own school (agency id; 0: none). Two queries."""
    students, schools = schools_of(first, last, today)
    above = AgencyAncestor.objects.filter(ancestor__kind="district").values_list("agency", "ancestor")
    district = dict(above)
    known, place = np.unique(schools, return_inverse=True)
    return students, np.array([district.get(school, 0) for school in known.tolist()], np.int64)[place]
