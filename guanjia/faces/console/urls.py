"""Addresses of the console. They hold nouns: closing a case is POST …/closure/."""

from django.urls import path

from .pages import archives, cases, clock, compliance, coverage, desk, duties, imports, orders, rulebook

urlpatterns = [
    path("", desk.screen, name="desk"),
    path("call/", desk.call, name="call"),
    path("intake/", desk.intake, name="intake"),
    path("intake/hints/", desk.hints, name="intake-hints"),
    path("cases/<str:number>/", cases.case_page, name="case"),
    path("cases/<str:number>/contacts/", cases.contacts, name="case-contacts"),
    path("cases/<str:number>/<slug:noun>/", cases.move_page, name="case-move"),
    path("board/", orders.board, name="board"),
    path("orders/<str:number>/", orders.order_page, name="order"),
    path("orders/<str:number>/<slug:noun>/", orders.order_page, name="order-move"),
    path("visits/", orders.visits_due, name="visits"),
    path("visits/<str:number>/", orders.visit_page, name="visit"),
    path("visits/<str:number>/<slug:noun>/", orders.visit_page, name="visit-move"),
    path("houses/<uuid:id>/", archives.house_page, name="house"),
    path("customers/<uuid:id>/", archives.customer_page, name="customer"),
    path("duties/", duties.mine, name="my-duties"),
    path("duties/all/", duties.everyone, name="all-duties"),
    path("duties/<uuid:id>/", duties.story, name="duty"),
    path("duties/<uuid:id>/waiver/", duties.waiver, name="duty-waiver"),
    path("duties/<uuid:id>/reason/", duties.reason, name="duty-reason"),
    path("rulebook/", rulebook.book, name="rulebook"),
    path("rulebook/<str:rule>/", rulebook.clause, name="rule"),
    path("rulebook/<str:rule>/parameters/", rulebook.parameter, name="rule-parameter"),
    path("compliance/", compliance.overview, name="compliance"),
    path("compliance/file.<str:kind>", compliance.overview_file, name="compliance-file"),
    path("compliance/clauses/<str:rule>/", compliance.clause, name="compliance-clause"),
    path("compliance/clauses/<str:rule>/file.<str:kind>", compliance.clause_file, name="compliance-clause-file"),
    path("compliance/coverage/", coverage.coverage, name="coverage"),
    path("compliance/coverage/file.<str:kind>", coverage.coverage_file, name="coverage-file"),
    path("imports/cases/", imports.upload, name="case-import"),
    path("imports/cases/<uuid:run>/", imports.run, name="case-import-run"),
    path("imports/cases/<uuid:run>/commit", imports.commit, name="case-import-commit"),
    path("imports/cases/<uuid:run>/refused.<str:kind>", imports.refused, name="case-import-refused"),
    path("clock/", clock.clock_page, name="clock"),
]
