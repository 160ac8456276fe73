"""Kept under its name, which the first migration knows."""

from core.personal import no_personal_number, without_personal_numbers

__all__ = ["no_personal_number", "without_personal_numbers"]
