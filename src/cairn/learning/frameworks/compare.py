"""What differs between the rows that we have and the rows that came? Nothing is written here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cairn.learning.frameworks.rows import Tally

Key = Any
Row = dict[str, Any]
# Members that only say in which document a row stands, or what our columns say already.
_SAYS_NOTHING_NEW = frozenset({"CFDocumentURI", "CFPackageURI", "identifier", "uri"})


@dataclass(slots=True)
class Difference:
    """By key: rows to add, pairs (stored, came) that differ, stored rows that did not come, and the ones found the same."""

    added: dict[Key, Row] = field(default_factory=dict)
    changed: dict[Key, tuple[Row, Row]] = field(default_factory=dict)
    gone: dict[Key, Row] = field(default_factory=dict)
    same: int = 0

    @property
    def tally(self) -> Tally:
        return Tally(len(self.added), len(self.changed), len(self.gone), self.same)


def same_case(stored: Mapping[str, Any], came: Mapping[str, Any]) -> bool:
    """Do both objects say the same? A member that only one of them has counts when it says something new: not when it
    is empty, or an echo of the package. So our own export, which fills what the schema demands, changes nothing."""
    for name in stored.keys() | came.keys():
        if name in _SAYS_NOTHING_NEW:
            continue
        if name in stored and name in came:
            if stored[name] != came[name]:
                return False
        elif name != "lastChangeDateTime" and (stored.get(name) or came.get(name)):
            return False
    return True


def differ(
    stored: Mapping[Key, Row], came: Mapping[Key, Row], says: tuple[str, ...], retired: str = ""
) -> Difference:
    """`says`: the columns that count, `case` compared by its sense. `retired`: the column that is empty while a row is
    current; a retired row that comes again has changed, one that stays away is neither."""
    found = Difference()
    for key, row in came.items():
        old = stored.get(key)
        if old is None:
            found.added[key] = row
        elif (
            all(old[name] == row[name] for name in says)
            and same_case(old["case"], row["case"])
            and not (retired and old[retired])
        ):
            found.same += 1
        else:
            found.changed[key] = (old, row)
    found.gone = {
        key: row for key, row in stored.items() if key not in came and not (retired and row[retired])
    }
    return found


def words_of(old: Row, new: Row, says: tuple[str, ...]) -> tuple[Row, Row]:
    """Before and after, only what differs: columns by name, members of the case by `case.` and name."""
    before = {name: old[name] for name in says if old[name] != new[name]}
    after = {name: new[name] for name in before}
    for name in sorted(old["case"].keys() | new["case"].keys()):
        if name not in _SAYS_NOTHING_NEW and old["case"].get(name) != new["case"].get(name):
            before[f"case.{name}"], after[f"case.{name}"] = old["case"].get(name), new["case"].get(name)
    return before, after
