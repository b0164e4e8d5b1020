"""Addresses of the machinery: registers, sign-in, search, files."""

from django.urls import path

from . import auth, exports, imports_views, search, views
from .signing import account, doors

urlpatterns = [
    path("login/", auth.sign_in, name="login"),
    path("login/second/", doors.second, name="login-second"),
    path("login/passkey/wanted/", doors.passkey_wanted, name="login-passkey-wanted"),
    path("login/passkey/", doors.passkey_shown, name="login-passkey"),
    path("login/with/<uuid:key>/", doors.elsewhere_to, name="login-elsewhere"),
    path("login/with/<uuid:key>/back/", doors.elsewhere_back, name="login-elsewhere-back"),
    path("account/", account.overview, name="account"),
    path("account/password/", account.password, name="account-password"),
    path("account/generator/", account.generator, name="account-generator"),
    path("account/passkeys/wanted/", account.passkey_wanted, name="account-passkey-wanted"),
    path("account/passkeys/", account.passkey_made, name="account-passkey"),
    path("account/proofs/<uuid:id>/removal/", account.removal, name="account-proof-removal"),
    path("account/recovery-codes/", account.recovery_codes, name="account-codes"),
    path("account/devices/<uuid:id>/end/", account.device_end, name="account-device-end"),
    path("account/devices/others/", account.devices_end, name="account-devices-end"),
    path("logout/", auth.sign_out, name="logout"),
    path("language/", auth.set_language, name="set_language"),
    path("style", views.style, name="style"),
    path("search", search.results, name="search"),
    path("search/suggest", search.suggestions, name="search-suggest"),
    path("files/<uuid:id>", views.file, name="file"),
    path("imports/<uuid:run>/", imports_views.run, name="import-run"),
    path("imports/<uuid:run>/columns", imports_views.columns, name="import-columns"),
    path("imports/<uuid:run>/commit", imports_views.commit, name="import-commit"),
    path("imports/<uuid:run>/cancel", imports_views.cancel, name="import-cancel"),
    path("imports/<uuid:run>/refused.<str:kind>", imports_views.refused, name="import-refused"),
    path("r/<slug:slug>/", views.listing, name="register-list"),
    path("r/<slug:slug>/columns", views.columns, name="register-columns"),
    path("r/<slug:slug>/options", views.options, name="register-options"),
    path("r/<slug:slug>/new", views.new, name="register-new"),
    path("r/<slug:slug>/export.csv", exports.csv, name="register-export"),
    path("r/<slug:slug>/export.xlsx", exports.xlsx, name="register-export-xlsx"),
    path("r/<slug:slug>/export", exports.in_full, name="register-export-full"),
    path("r/<slug:slug>/import", imports_views.upload, name="register-import"),
    path("r/<slug:slug>/import/template.xlsx", imports_views.blank, name="register-import-blank"),
    path("r/<slug:slug>/<uuid:id>/", views.row, name="register-row"),
    path("r/<slug:slug>/<uuid:id>/edit", views.edit, name="register-edit"),
    path("r/<slug:slug>/<uuid:id>/history", views.history, name="register-history"),
    path("r/<slug:slug>/<uuid:id>/<slug:verb>/", views.action, name="register-action"),
]
