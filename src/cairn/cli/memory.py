"""How often does this process look for garbage that counting references does not find?"""

import gc

# Rows and cells come by the thousand and form no circles; by Python's own measure of 700 new objects every batch of an import
# would be looked through dozens of times, which takes a tenth of its time.
NEW_OBJECTS = 50_000


def settle() -> None:
    """Called once, when the program is loaded: it lives as long as the process, so no collection need look through it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, *gc.get_threshold()[1:])
