"""The doorbell and the sweeps."""


def ring() -> None:
    """Wake the dispatcher soon; harmless when the broker is away."""
