"""Every address of the portal; who may open which stands in `portal.access`."""

from django.urls import include, path
from django.views.i18n import set_language
from drf_spectacular.views import SpectacularAPIView

from portal import converters
from portal.views import (
    accounts,
    api_docs,
    blocks,
    drafts,
    errors,
    evidence,
    holdings,
    home,
    inbox,
    instruments,
    issuing,
    network,
    participants,
    proposals,
    registers,
    search,
    transactions,
    wallet,
    wallet_links,
)

converters.register()
urlpatterns = [
    path("", home.home, name="home"),
    path("network/", network.show, name="network"),
    path("network/evidence/", evidence.show, name="evidence"),
    path("network/evidence.json", evidence.export, name="evidence-json"),
    path("blocks/", blocks.index, name="blocks"),
    path("blocks/<height:height>/", blocks.detail, name="block"),
    path("transactions/<txid:txid>/", transactions.story, name="transaction"),
    path("instruments/", instruments.index, name="instruments"),
    path("instruments/<isin:isin>/", instruments.detail, name="instrument"),
    path("instruments/<isin:isin>/register/", registers.show, name="register"),
    path("instruments/<isin:isin>/register.csv", registers.export, name="register-csv"),
    path("search/", search.search, name="search"),
    path("sign-in/", accounts.SignIn.as_view(), name="sign-in"),
    path("sign-out/", accounts.SignOut.as_view(), name="sign-out"),
    path("audit-log/", accounts.audit_log, name="audit-log"),
    path("holdings/", holdings.index, name="holdings"),
    path("holdings/history/", holdings.history, name="holdings-history"),
    path("holdings/send/", holdings.send, name="holdings-send"),
    path("holdings/addresses/", holdings.book, name="address-book"),
    path("holdings/addresses.json", holdings.labels, name="address-labels"),
    path("holdings/addresses/<int:contact>/removal/", holdings.forget, name="address-removal"),
    path("wallet/", wallet.show, name="wallet"),
    path("wallet/new/", wallet.new, name="wallet-new"),
    path("wallet/restored/", wallet.restore, name="wallet-restore"),
    path("wallet/links/", wallet_links.links, name="wallet-links"),
    path("wallet/links/<int:link>/removal/", wallet_links.forget, name="wallet-link-removal"),
    path("inbox/", inbox.show, name="inbox"),
    path("drafts/", drafts.index, name="drafts"),
    path("drafts/<txid:txid>/", drafts.show, name="draft"),
    path("drafts/<txid:txid>/draft.json", drafts.as_json, name="draft-json"),
    path("drafts/<txid:txid>/signatures", drafts.sign, name="draft-signatures"),
    path("drafts/<txid:txid>/withdrawal/", drafts.withdraw, name="draft-withdrawal"),
    path("requests/", proposals.index, name="requests"),
    path("requests/registration/", issuing.register, name="request-register"),
    path("requests/<txid:txid>/", proposals.show, name="request"),
    path("requests/<isin:isin>/<slug:kind>/", issuing.change, name="request-change"),
    path("participants/", participants.index, name="participants"),
    path("participants/application/", participants.application, name="participant-application"),
    path("participants/admission/", participants.admission, name="participant-admission"),
    path(
        "participants/<address:address>/suspension/", participants.suspension, name="participant-suspension"
    ),
    path("language/", set_language, name="set_language"),
    path("api/", include("ledger.api.urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/docs/", api_docs.api_docs, name="api-docs"),
]
handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.page_not_found
handler500 = errors.server_error
