import pytest
from redis.exceptions import ConnectionError as NotConnected

from wardportal.celery import app


@pytest.mark.parametrize("is_channel_closed", [True, False])
def test_a_task_held_on_a_closed_connection_counts_as_a_lost_connection(is_channel_closed: bool) -> None:
    """Anything else than a connection error ends the worker."""
    connection = app.connection_for_read()
    channel = connection.default_channel
    transport = channel.connection
    connection.release()
    channel._pool = None  # as of a channel that had asked for nothing yet
    channel.connection = None if is_channel_closed else transport
    with pytest.raises(NotConnected) as problem:
        channel._create_client()
    assert isinstance(problem.value, connection.connection_errors)
