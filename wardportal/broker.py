"""The way to the broker, told apart from Celery's own in one case: the connection was lost and closed already."""

from typing import Any

from kombu.transport import redis
from redis.exceptions import ConnectionError as NotConnected


class Channel(redis.Channel):
    def _connparams(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Raises what a worker takes for a lost connection, and looks for the broker again. Kombu 5.7 raises an
        AttributeError here, over which the worker ends: when it strikes off or gives back a task on a closed channel.
        """
        if self.connection is None or self.connection.client is None:
            raise NotConnected("the connection to the broker was closed")
        return super()._connparams(*args, **kwargs)


class Transport(redis.Transport):
    Channel = Channel
