"""What holds for every call: who speaks, how often, that a deed is done once, and what a "no" looks like.

A call names a token; everything else follows from the person behind it. A refusal is told as problem JSON: a title, and
every reason with its message, clause, field and cure. An unsafe call carries an `Idempotency-Key`: sent again with the
same content it gets the first answer again, with another content it is refused.
"""

import functools
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.encoding import force_str
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Router, Schema
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError
from ninja.security import HttpBearer
from ninja.throttling import SimpleRateThrottle

from guanjia.kernel import clock, once, wall
from guanjia.kernel.errors import BadInput, NotFound, Reason, Refusal
from guanjia.org.selectors import act_of
from guanjia.web import refusals
from guanjia.web.once import digest_of

from . import tokens
from .models import ApiToken

KEY_HEADER = "Idempotency-Key"
KEY = re.compile(r"[\x21-\x7e]{1,64}")
CALLS_PER_MINUTE = 600
PROBLEM = "application/problem+json"


class Token(HttpBearer):
    """`Authorization: Bearer gj_…`. The act is the person's, with the rights of this moment."""

    def __call__(self, request: HttpRequest) -> Any:
        if "\x00" in request.path or "\x00" in "".join(request.GET.values()):  # no row has such a name
            raise NotFound()
        return super().__call__(request)

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        at = clock.now()
        found = tokens.good_one(token, at)
        if found is not None:
            wall.enter([found.company_id])
            request.user = found.person
            request.act = replace(act_of(found.person, at, "api"), request_id=request.id)
            wall.enter(request.act.companies)
        return found


class PerToken(SimpleRateThrottle):
    """So many calls a minute for each token, counted in each web process."""

    def get_cache_key(self, request: HttpRequest) -> str | None:
        return f"api-calls-{request.auth.pk}" if getattr(request, "auth", None) else None


throttle = PerToken(f"{CALLS_PER_MINUTE}/m")
api = NinjaAPI(
    title="guanjia",
    version="1",
    description="管家的接口。每个操作的名字就是用例的名字，权限也是。写操作须带 Idempotency-Key。",
    urls_namespace="api",
    docs_url=None,  # its page needs scripts from elsewhere, which no page of ours may load
    auth=Token(),
    throttle=[throttle],
)


def description() -> str:
    """The OpenAPI description as text, the same on every machine."""
    return json.dumps(api.get_openapi_schema(path_prefix="/api/"), ensure_ascii=False, indent=1, sort_keys=True, default=force_str) + "\n"


# -- a deed --------------------------------------------------------------------------------------
_KEY_PARAMETER = {
    "parameters": [
        {
            "name": KEY_HEADER,
            "in": "header",
            "required": True,
            "schema": {"type": "string", "minLength": 1, "maxLength": 64},
            "description": "同一个键只办一次：原样重发得到第一次的答复，换了内容则拒绝（409）。",
        }
    ]
}


def deed(router: Router, path: str, use_case: str, *, answers: type[Schema], tags: list[str] | None = None) -> Callable:
    """Make a view the POST of `path` that runs `use_case` once for each key and answers with `answers`."""

    def decorate(view: Callable) -> Callable:
        @functools.wraps(view)
        def run(request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
            key = request.headers.get(KEY_HEADER, "")
            if not KEY.fullmatch(key):
                raise HttpError(400, _("写操作须带 Idempotency-Key：1 到 64 个可见的 ASCII 字符。"))

            def act() -> dict[str, Any]:
                for uploaded in request.FILES.values():  # telling it from others has read it to its end
                    uploaded.seek(0)
                return answers.model_validate(view(request, *args, **kwargs)).model_dump(mode="json")

            answer, _replayed = once.perform(f"api:{request.auth.person_id}", key, _digest(request), act)
            return answer

        summary = (view.__doc__ or "").strip().partition("\n")[0]
        return router.post(path, response=answers, operation_id=use_case, summary=summary, openapi_extra=_KEY_PARAMETER, tags=tags)(run)

    return decorate


def _digest(request: HttpRequest) -> str:
    """What is asked, to tell a repetition from another deed."""
    if request.content_type == "multipart/form-data":
        return digest_of(request)
    return hashlib.sha256(f"{request.method}\0{request.get_full_path()}\0".encode(errors="surrogatepass") + request.body).hexdigest()


# -- saying no -----------------------------------------------------------------------------------
def problem(request: HttpRequest, status: int, title: str, reasons: list[Reason] | None = None) -> HttpResponse:
    """A "no" as problem JSON, always of the same shape."""
    body = {
        "title": title,
        "status": status,
        "reasons": [
            {"message": force_str(one.message), "rule": one.rule, "clause": force_str(one.clause), "field": one.field, "cure": one.cure}
            for one in reasons or []
        ],
    }
    return HttpResponse(json.dumps(body, ensure_ascii=False), status=status, content_type=PROBLEM)


@api.exception_handler(Refusal)
def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return problem(request, refusals.status_of(refusal), force_str(refusal.headline), refusal.reasons)


@api.exception_handler(Http404)
def nowhere(request: HttpRequest, error: Http404) -> HttpResponse:
    return refused(request, NotFound())


@api.exception_handler(ValidationError)
def unreadable(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Every value that cannot be read, at once, by its name in the body."""
    reasons = [Reason(_said(one), field=".".join(str(part) for part in one["loc"][1:] if part not in BODIES)) for one in error.errors]
    return problem(request, 422, BadInput().headline, reasons)


@api.exception_handler(IntegrityError)
def broken(request: HttpRequest, error: IntegrityError) -> HttpResponse:
    refusal = refusals.of_broken_constraint(error)
    if refusal is None:
        raise error
    return refused(request, refusal)


@api.exception_handler(HttpError)
def other(request: HttpRequest, error: HttpError) -> HttpResponse:
    if isinstance(error, AuthenticationError):
        answer = problem(request, 401, _("令牌无效、已过期或已作废。"))
        answer.headers["WWW-Authenticate"] = "Bearer"
    elif isinstance(error, Throttled):
        answer = problem(request, 429, _("调用太频繁，请稍后再试。"))
        answer.headers["Retry-After"] = str(int(error.wait or 1))
    else:
        answer = problem(request, error.status_code, force_str(error))
    return answer


BODIES = ("said",)  # the name that bodies have in our views


def _said(error: dict[str, Any]) -> str:
    """What is wrong with a value, in our words."""
    context = error.get("ctx", {})
    match error["type"]:
        case "missing":
            return _("必填。")
        case "string_too_long":
            return _("不超过 %(count)d 字。") % {"count": context["max_length"]}
        case "string_too_short":
            return _("至少 %(count)d 字。") % {"count": context["min_length"]}
        case "extra_forbidden":
            return _("没有这一项。")
        case "literal_error" | "enum":
            return _("可填：%(words)s。") % {"words": context["expected"]}
        case "value_error":
            return force_str(context["error"])
        case kind if kind.startswith(("less_than", "greater_than")):
            return _("超出范围。")
        case kind if kind.startswith(("datetime", "timezone")):
            return _("须是带时区的时间，如 2026-03-02T10:00:00+08:00。")
        case _kind:
            return _("格式不对。")
