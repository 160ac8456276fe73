"""How often one address may ask for something. Without the cache nobody is refused."""

from django.core.cache import cache


def asked_too_often(what: str, address: str | None, *, most: int, within: int) -> bool:
    """Whether an address has asked for `what` more than `most` times in about `within` seconds, this time included."""
    key = f"asked:{what}:{address}"
    cache.add(key, 0, within)
    try:
        return cache.incr(key) > most
    except ValueError:
        return False


def is_refused(what: str, address: str | None, *, most: int) -> bool:
    """Whether an address has used up what it may ask for, without counting this time."""
    return (cache.get(f"asked:{what}:{address}") or 0) >= most
