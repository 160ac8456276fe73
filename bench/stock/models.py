"""The same households as a project would have them that builds on Django's admin alone."""

from django.db import models


class Team(models.Model):
    name = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.name


class Household(models.Model):
    number = models.PositiveIntegerField(unique=True)
    name = models.CharField(max_length=120)
    address_line = models.CharField(max_length=200)
    team = models.ForeignKey(Team, models.PROTECT)
    outreach = models.CharField(max_length=20)
    visited_at = models.DateTimeField(null=True)
    follow_up_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number}. {self.name}"
