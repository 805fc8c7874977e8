"""Which of the scores are kept: the most frequent, the middle of the recent, the best, those shown often enough?

Sources: Educate and Infinite Campus (mode), TeacherEase (median of recent), Educate (mean of best), Slate (evidence required at a
level), Open edX (a status that never falls), Kolibri (k of the last m). Levels that stand once reached are never lowered by
more evidence, which a method has to promise by its arithmetic and not by remembering.
"""

from __future__ import annotations

from cairn.rules.formula import Account, Arguments, Formula, Parameter, Values, total

SWITCH = Parameter(0, 1, 0)


def _recent(values: Values, most: int) -> tuple[int, Values]:
    """The last `most` scores (0: all) and the place of the first of them."""
    first = max(0, len(values) - most) if most else 0
    return first, values[first:]


def _best(values: Values, most: int) -> list[int]:
    """The places of the best scores, among equals the newest, oldest place first."""
    order = sorted(range(len(values)), key=lambda place: (values[place], place), reverse=True)
    return sorted(order[:most])


def _mean(values: Values) -> float:
    return total(values) / (len(values) * 100)


def _modes(values: Values) -> list[float]:
    """The most frequent values, the one seen last at the end."""
    times: dict[float, int] = {}
    for value in values:
        times[value] = times.pop(value, 0) + 1  # moves it behind the others
    most = max(times.values())
    return [value for value, count in times.items() if count == most]


def _mode(values: Values, goal: int, arguments: Arguments) -> float | None:
    recent, none_on_tie = arguments
    modes = _modes(_recent(values, recent)[1])
    return None if none_on_tie and len(modes) > 1 else modes[-1] / 100


def _account_mode(values: Values, goal: int, arguments: Arguments) -> Account:
    recent, none_on_tie = arguments
    first, window = _recent(values, recent)
    modes = _modes(window)
    if none_on_tie and len(modes) > 1:
        return Account("mode_tied", range(first, len(values)), "earlier", {"tied": len(modes)})
    used = [first + place for place, value in enumerate(window) if value == modes[-1]]
    return Account("mode", used, "not_most_frequent", {"value": modes[-1], "times": len(used)})


def _median_of_recent(values: Values, goal: int, arguments: Arguments) -> float:
    (k,) = arguments
    window = sorted(_recent(values, k)[1])
    half = len(window) // 2
    return window[half] / 100 if len(window) % 2 else (window[half - 1] + window[half]) / 200


def _account_median_of_recent(values: Values, goal: int, arguments: Arguments) -> Account:
    first, window = _recent(values, arguments[0])
    return Account("median_of_recent", range(first, len(values)), "earlier", {"recent": len(window)})


def _mean_of_best(values: Values, goal: int, arguments: Arguments) -> float:
    (k,) = arguments
    return _mean(sorted(values)[-k:])


def _account_mean_of_best(values: Values, goal: int, arguments: Arguments) -> Account:
    used = _best(values, arguments[0])
    return Account("mean_of_best", used, "lower", {"best": len(used)})


def _evidence_slots(values: Values, goal: int, arguments: Arguments) -> float | None:
    (required,) = arguments
    return _mean(sorted(values)[-required:]) if len(values) >= required else None


def _account_evidence_slots(values: Values, goal: int, arguments: Arguments) -> Account:
    (required,) = arguments
    used = _best(values, required)
    code = "evidence_slots" if len(used) == required else "slots_open"
    return Account(code, used, "lower", {"filled": len(used), "open": required - len(used)})


def _high_water(values: Values, goal: int, arguments: Arguments) -> float | None:
    (times,) = arguments
    return sorted(values)[-times] / 100 if len(values) >= times else None


def _account_high_water(values: Values, goal: int, arguments: Arguments) -> Account:
    (times,) = arguments
    used = _best(values, times)
    if len(used) < times:
        return Account("not_enough", used, "lower", {"needed": times})
    return Account("high_water", used, "lower", {"value": min(values[place] for place in used)})


def _window(values: Values, k: int, m: int, kept: int) -> tuple[int, int]:
    """Beginning and end of the last m scores; with `kept`, of those in which k reached the highest level, the newest such.

    An m below k is read as k.
    """
    m = max(k, m)
    ends = range(k, len(values) + 1) if kept else [len(values)]

    def reached(end: int) -> tuple[float, int]:
        return sorted(values[max(0, end - m) : end])[-k], end

    end = max(ends, key=reached)
    return max(0, end - m), end


def _k_of_last_m(values: Values, goal: int, arguments: Arguments) -> float | None:
    k, m, kept = arguments
    if len(values) < k:
        return None
    begin, end = _window(values, k, m, kept)
    return sorted(values[begin:end])[-k] / 100


def _account_k_of_last_m(values: Values, goal: int, arguments: Arguments) -> Account:
    k, m, kept = arguments
    if len(values) < k:
        return Account("not_enough", range(len(values)), "", {"needed": k})
    begin, end = _window(values, k, m, kept)
    used = [begin + place for place in _best(values[begin:end], k)]
    lowest = min(values[place] for place in used)
    return Account("k_of_last_m", used, "lower", {"value": lowest, "m": max(k, m)})


FORMULAS: dict[str, Formula] = {
    "mode": Formula(
        _mode, _account_mode, {"recent": Parameter(0, 20, 0), "none_on_tie": SWITCH}, ordered=True
    ),
    "median_of_recent": Formula(
        _median_of_recent, _account_median_of_recent, {"k": Parameter(1, 20, 5)}, ordered=True
    ),
    "mean_of_best": Formula(_mean_of_best, _account_mean_of_best, {"k": Parameter(1, 20, 3)}, ordered=False),
    "evidence_slots": Formula(
        _evidence_slots, _account_evidence_slots, {"required": Parameter(1, 10, 3)}, ordered=False
    ),
    # The highest level shown at least so many times. Once is `highest`; it never falls.
    "high_water": Formula(_high_water, _account_high_water, {"times": Parameter(1, 10, 2)}, ordered=False),
    # The highest level that k of the last m scores reach; `kept`: once reached it stands (Kolibri).
    "k_of_last_m": Formula(
        _k_of_last_m,
        _account_k_of_last_m,
        {"k": Parameter(1, 10, 3), "m": Parameter(1, 20, 5), "kept": SWITCH},
        ordered=True,
    ),
}
