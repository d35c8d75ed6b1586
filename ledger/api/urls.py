"""Every address of the API."""

from typing import Final

from django.urls import path, re_path
from django.urls.resolvers import URLPattern

from ledger.api import documents, network, reading, submitting

urlpatterns: Final[list[URLPattern]] = [
    path("network", network.Network.as_view(), name="api-network"),
    path("genesis", network.Genesis.as_view(), name="api-genesis"),
    path("reasons", network.Reasons.as_view(), name="api-reasons"),
    path("tokens", submitting.Tokens.as_view(), name="api-tokens"),
    path("transactions", submitting.Transactions.as_view(), name="api-transactions"),
    path("transactions/dry-run", submitting.DryRun.as_view(), name="api-dry-run"),
    path("transactions/<str:txid>", submitting.TransactionStatus.as_view(), name="api-transaction"),
    path("transactions/<str:txid>/notes", submitting.Notes.as_view(), name="api-notes"),
    path("lists", submitting.Lists.as_view(), name="api-lists"),
    path("documents", documents.Documents.as_view(), name="api-documents"),
    path("documents/<str:digest>", documents.Document.as_view(), name="api-document"),
    path("blocks", reading.Blocks.as_view(), name="api-blocks"),
    path("blocks/<int:height>", reading.Block.as_view(), name="api-block"),
    path("blocks/<int:height>/certificate", reading.Certificate.as_view(), name="api-certificate"),
    path("handovers", network.Handovers.as_view(), name="api-handovers"),
    path("proofs", reading.Proof.as_view(), name="api-proofs"),
    path("participants", reading.Participants.as_view(), name="api-participants"),
    path("instruments", reading.Instruments.as_view(), name="api-instruments"),
    path("instruments/<str:isin>", reading.Instrument.as_view(), name="api-instrument"),
    path("instruments/<str:isin>/register", reading.Register.as_view(), name="api-register"),
    path("wallets/<str:address>/outputs", reading.Outputs.as_view(), name="api-outputs"),
    re_path(r"^records/(?P<key>.+)$", reading.Record.as_view(), name="api-record"),
]
API_NAMES: Final = tuple(str(pattern.name) for pattern in urlpatterns)
