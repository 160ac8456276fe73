"""The same work by several at the same moment."""

import threading
from collections.abc import Callable

from django.db import connection


def together(work: Callable[[], object], times: int) -> None:
    """Run in so many threads, each with a database connection of its own."""
    start = threading.Barrier(times)

    def one() -> None:
        start.wait()
        try:
            work()
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _n in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
