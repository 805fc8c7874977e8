"""What does an id in an address look like? Ten signs of the alphabet of opaque ids; anything else is no address of ours."""


class OpaqueId:
    """`<id:...>` in a path. project/urls.py makes it known; trail/models.py makes the ids."""

    regex = "[2-9a-hjkmnp-z]{10}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
