"""Every address. Public ids only; `tests/security` walks this file to build the permission matrix."""

from django.urls import URLPattern, URLResolver, include, path

from guanxi.cases.pages import public as case_public
from guanxi.cases.pages import staff as case_staff
from guanxi.channels import pages as channels
from guanxi.core import choices, panels
from guanxi.core.lists import bulk_pages, export_pages
from guanxi.core.lists import cells as list_cells
from guanxi.core.lists import pages as lists
from guanxi.core.notices import pages as notices
from guanxi.core.timeline import pages as timeline
from guanxi.people.pages import confirming, decisions, likely, record, relationships, steward, upkeep
from guanxi.people.pages import customer as people
from guanxi.people.pages import identity as identity_pages
from guanxi.people.pages import notes as customer_notes
from guanxi.site import (
    activity,
    desktops,
    errors,
    files,
    first_steps,
    health,
    help_pages,
    imports,
    metrics,
    own_tokens,
    palette,
    public,
    search,
    self_service,
    webhooks,
)
from guanxi.site.administration import people as staff_pages
from guanxi.site.api import api, openapi
from guanxi.work import pages as work

handler400 = errors.bad_request
handler403 = errors.denied
handler404 = errors.not_found
handler500 = errors.server_error

urlpatterns: list[URLPattern | URLResolver] = [
    path("", public.home, name="home"),
    path("find/", public.find, name="find"),
    path("language/", public.set_language, name="set_language"),
    path("procedure/", public.procedure, name="procedure"),
    path("complain/", case_public.complain, name="complain"),
    path("c/<str:token>/received/", case_public.received, name="received"),
    path("c/<str:token>/", case_public.follow, name="follow"),
    path("c/<str:token>/<slug:verb>/", case_public.follow_do, name="follow_do"),
    path("c/<str:token>/files/<slug:public_id>/", case_public.link_file, name="link_file"),
    path("c/<str:token>/files/<slug:public_id>/preview/", case_public.link_preview, name="link_file_preview"),
    path("timeline/<slug:kind>/<slug:key>/", timeline.show, name="timeline"),
    path("panels/<str:code>/<slug:key>/", panels.show, name="panel"),
    path("choose/<slug:kind>/", choices.choose, name="choose"),
    path("activity/", activity.show, name="activity"),
    path("files/<slug:public_id>/", files.content, name="file"),
    path("files/<slug:public_id>/preview/", files.preview, name="file_preview"),
    path("files/<slug:public_id>/erase/", files.erase, name="file_erase"),
    path("my/", self_service.home, name="my_home"),
    path("my/sign-in/", self_service.sign_in, name="my_sign_in"),
    path("my/code/<slug:public_id>/", self_service.code, name="my_code"),
    path("my/sign-out/", self_service.sign_out, name="my_sign_out"),
    path("my/cases/<slug:number>/", self_service.case, name="my_case"),
    path("my/cases/<slug:number>/<slug:verb>/", self_service.case_do, name="my_case_do"),
    path("today/", desktops.today, name="today"),
    path("work/", lists.page_of("work"), name="work"),
    path("work/next/", work.take_next, name="work_next"),
    path("work/<slug:public_id>/take/", work.take, name="work_take"),
    path("work/<slug:public_id>/put-back/", work.put_back, name="work_put_back"),
    path("presence/", work.presence, name="presence"),
    path("presence/beat/", work.beat, name="beat"),
    path("customers/", lists.page_of("customers"), name="customers"),
    path("customers/new/", record.record_new, name="customer_new"),
    path("customers/<slug:public_id>/", people.customer, name="customer"),
    path("customers/<slug:public_id>/relations/", relationships.add, name="relations"),
    path("customers/<slug:public_id>/relations/<slug:relation>/end/", relationships.end, name="relation_end"),
    path("customers/<slug:public_id>/pin/", identity_pages.pin, name="pin"),
    path("customers/<slug:public_id>/note/", customer_notes.add, name="customer_note"),
    path("customers/<slug:public_id>/nature/", relationships.nature, name="customer_nature"),
    path("identity/", steward.desk, name="identity"),
    path("identity/list/", lists.page_of("reviews"), name="reviews"),
    path("identity/likely/", likely.likely, name="likely"),
    path("identity/compare/", decisions.compare, name="compare"),
    path("identity/reviews/<slug:public_id>/<slug:verb>/", steward.review_do, name="review_do"),
    path("identity/history/<slug:public_id>/", decisions.history, name="identity_history"),
    path("identity/decisions/<slug:public_id>/<slug:verb>/", decisions.decision_do, name="decision_do"),
    path("identity/upkeep/", upkeep.upkeep, name="upkeep"),
    path("identity/due/", lists.page_of("due"), name="due"),
    path("identity/ask/<slug:public_id>/", channels.ask_to_confirm, name="confirm_ask"),
    path("customers/<slug:public_id>/identifiers/<slug:verb>/", upkeep.identifier_do, name="identifier_do"),
    path("confirm/<str:token>/", confirming.confirm_details, name="confirm_details"),
    path("cases/", lists.page_of("cases"), name="cases"),
    path("cases/new/", case_staff.case_new, name="case_new"),
    path("cases/<slug:number>/", case_staff.case, name="case"),
    path("cases/<slug:number>/<slug:verb>/", case_staff.case_do, name="case_do"),
    path("imports/", imports.history, name="imports"),
    path("imports/new/", imports.new, name="import_new"),
    path("imports/<slug:public_id>/", imports.one, name="import"),
    path("imports/<slug:public_id>/errors.csv", imports.errors, name="import_errors"),
    path("imports/<slug:public_id>/<slug:verb>/", imports.do, name="import_do"),
    path("orders/", lists.page_of("orders"), name="orders"),
    path("palette/", palette.palette, name="palette"),
    path("help/<slug:topic>/", help_pages.help_page, name="help"),
    path("steps/dismiss/", first_steps.dismiss, name="steps_dismiss"),
    path("steps/<slug:code>/taken/", first_steps.take, name="step_taken"),
    path("notices/", notices.notices, name="notices"),
    path("notices/bell/", notices.bell, name="bell"),
    path("notices/read/", notices.read_all, name="notices_read_all"),
    path("notices/marks/", notices.mark_many, name="notices_mark_many"),
    path("notices/choose/", notices.settings, name="notice_settings"),
    path("notices/<slug:public_id>/<slug:verb>/", notices.mark, name="notice_mark"),
    path("lists/runs/", bulk_pages.history, name="list_runs"),
    path("lists/runs/<slug:public_id>/", bulk_pages.run, name="list_run"),
    path("lists/runs/<slug:public_id>/rows.csv", bulk_pages.run_rows, name="list_run_rows"),
    path("lists/runs/<slug:public_id>/<slug:verb>/", bulk_pages.run_do, name="list_run_do"),
    path("lists/exports/", export_pages.history, name="exports"),
    path("lists/exports/file/<str:key>/", export_pages.file, name="export_file"),
    path("lists/exports/<slug:public_id>/cancel/", export_pages.cancel, name="export_cancel"),
    path("lists/<slug:code>/bulk/<slug:action>/", bulk_pages.bulk, name="list_bulk"),
    path("lists/<slug:code>/export/", export_pages.export, name="list_export"),
    path("lists/<slug:code>/count/", lists.count, name="list_count"),
    path("lists/<slug:code>/filter/", lists.filter_by, name="list_filter"),
    path("lists/<slug:code>/look/", lists.look, name="list_look"),
    path("lists/<slug:code>/views/", lists.views_new, name="list_views"),
    path("lists/<slug:code>/views/<slug:public_id>/", lists.view_do, name="list_view"),
    path("lists/<slug:code>/<slug:key>/quick/", lists.quick, name="list_quick"),
    path("lists/<slug:code>/<slug:key>/<slug:column>/", list_cells.cell, name="list_cell"),
    path("search/", search.everything, name="search"),
    path("outbox/", channels.outbox, name="outbox"),
    path("outbox/letters/", lists.page_of("letters"), name="letters"),
    path("settings/", include("guanxi.site.administration.urls")),
    path("welcome/<str:token>/", staff_pages.welcome, name="welcome"),
    path("settings/tokens/", own_tokens.token_list, name="tokens"),
    path("settings/tokens/new/", own_tokens.token_new, name="token_new"),
    path("settings/tokens/<slug:public_id>/revoke/", own_tokens.token_revoke, name="token_revoke"),
    path("settings/webhooks/", webhooks.webhook_list, name="webhooks"),
    path("settings/webhooks/new/", webhooks.webhook_new, name="webhook_new"),
    path("settings/webhooks/deliveries/", lists.page_of("deliveries"), name="deliveries"),
    path("settings/webhooks/<slug:public_id>/", webhooks.webhook, name="webhook"),
    path("settings/webhooks/<slug:public_id>/<slug:verb>/", webhooks.webhook_do, name="webhook_do"),
    path("accounts/", include("guanxi.site.accounts")),
    path("api/v1/openapi.json", openapi, name="openapi"),
    path("api/v1/", api.urls),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
]
