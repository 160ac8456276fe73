"""The cache is a convenience: frozen or gone, it costs a tenth of a second once in a while, and no page fails."""

import logging
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis import RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

logger = logging.getLogger(__name__)

PATIENCE_SECONDS = 0.1
AWAY_SECONDS = 10
_away_until = 0.0  # of the process: each thread has a client of its own


def _or_else(method: Callable[..., Any], answer: Callable[..., Any]) -> Callable[..., Any]:
    """The method, or the answer of an empty cache while the server does not answer."""

    @wraps(method)
    def asked(*args: Any, **kwargs: Any) -> Any:
        global _away_until
        if time.monotonic() < _away_until:
            return answer(*args, **kwargs)
        try:
            return method(*args, **kwargs)
        except (RedisError, OSError) as error:
            _away_until = time.monotonic() + AWAY_SECONDS
            logger.warning("the cache does not answer and is left alone for %s seconds: %s", AWAY_SECONDS, error)
            return answer(*args, **kwargs)

    return asked


def _no_key(client: Any, key: str, *args: Any, **kwargs: Any) -> None:
    raise ValueError(f"Key '{key}' not found.")  # as the backend does


class PatientClient(RedisCacheClient):
    """`clear` alone still fails: whoever empties the cache must know."""

    def __init__(self, servers: Any, **options: Any) -> None:
        limits = {"socket_timeout": PATIENCE_SECONDS, "socket_connect_timeout": PATIENCE_SECONDS}
        super().__init__(servers, **limits | {"retry": Retry(NoBackoff(), 0)} | options)

    add = _or_else(RedisCacheClient.add, lambda *args, **kwargs: True)
    get = _or_else(RedisCacheClient.get, lambda client, key, default: default)
    set = _or_else(RedisCacheClient.set, lambda *args, **kwargs: None)
    touch = _or_else(RedisCacheClient.touch, lambda *args, **kwargs: False)
    delete = _or_else(RedisCacheClient.delete, lambda *args, **kwargs: False)
    get_many = _or_else(RedisCacheClient.get_many, lambda *args, **kwargs: {})
    has_key = _or_else(RedisCacheClient.has_key, lambda *args, **kwargs: False)
    incr = _or_else(RedisCacheClient.incr, _no_key)
    set_many = _or_else(RedisCacheClient.set_many, lambda *args, **kwargs: None)
    delete_many = _or_else(RedisCacheClient.delete_many, lambda *args, **kwargs: None)


class PatientCache(RedisCache):
    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = PatientClient
