"""Rows of sealed documents, beside the ledger: they can be erased, and nothing that the law needs stands only there."""

from django.db import models


class SealedDocument(models.Model):
    """One sealed copy of a document; an erased one stays as its name, so that it is not fetched again."""

    id = models.BinaryField(max_length=32, primary_key=True)
    document = models.BinaryField(max_length=32)  # its digest, by which acts name it
    submitter = models.CharField(max_length=64)
    sealed = models.BinaryField(null=True)  # header, card and signature, canonical; none once erased
    length = models.IntegerField()
    missing = models.IntegerField()  # chunks that are not here yet
    source = models.CharField(max_length=32, blank=True)  # the peer that told us; empty if it was lodged here
    received_at = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["document", "received_at"], name="sealed_of_document"),
            models.Index(fields=["submitter"], name="sealed_by_submitter"),
            models.Index(
                fields=["received_at"],
                name="sealed_not_whole",
                condition=models.Q(missing__gt=0, erased_at__isnull=True),
            ),
        ]


class SealedChunk(models.Model):
    """A chunk of a ciphertext."""

    document = models.ForeignKey(SealedDocument, on_delete=models.CASCADE, related_name="parts")
    number = models.IntegerField()
    data = models.BinaryField()
    path = models.JSONField()

    pk = models.CompositePrimaryKey("document", "number")
