"""Rows of the API: who has proved to hold which wallet, and who looked at what is not public."""

from django.db import models


class Token(models.Model):
    """A bearer token by its digest; the token itself is known to its holder only."""

    digest = models.BinaryField(max_length=32, primary_key=True)
    address = models.CharField(max_length=64)
    card = models.CharField(max_length=64)  # the card that proved it: a token ends with its card
    expires = models.BigIntegerField(db_index=True)


class ApiLookup(models.Model):
    """One look, or refused look, of a program at a register or at another wallet's holdings; append-only."""

    happened_at = models.DateTimeField(db_index=True)
    address = models.CharField(max_length=64, blank=True)  # of the wallet that asked; empty without a token
    event = models.CharField(max_length=32)
    subject = models.CharField(max_length=250)
    height = models.BigIntegerField(null=True)
    granted = models.BooleanField()
    purpose = models.CharField(max_length=120, blank=True, default="")  # as whoever looked put it
