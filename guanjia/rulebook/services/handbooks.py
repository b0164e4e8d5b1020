"""A company's handbooks: installing the shipped ones, copying, drafting, changing, publishing by approval, reading one in."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, IllegalMove, Reason
from guanjia.kernel.journal import record
from guanjia.kernel.usecase import usecase
from guanjia.org.models import Company
from guanjia.rulebook import adoption, bounds, facts, handbooks, library
from guanjia.rulebook.approving import Step, is_approved
from guanjia.rulebook.catalogue import load
from guanjia.rulebook.handbooks import Entry, Page
from guanjia.rulebook.handbooks.text import KEY, in_order, value_faults
from guanjia.rulebook.models import Handbook, HandbookEntry, HandbookVersion
from guanjia.rulebook.states import DRAFT, EDITION, PUBLISHED

from .approvals import request_approval

MATTER = "rulebook.handbook"


@usecase("rulebook.handbook.install")
def install_handbooks(*, project: Company, keys: Iterable[str] | None = None, act: Act) -> list[HandbookVersion]:
    """Bring the shipped handbooks (or some of them) into a company: new ones, and new editions of those that this release words otherwise.

    Safe to repeat; what is there already is left alone. Returns the editions that were added.
    """
    there = {row.key: row for row in Handbook.objects.unscoped("uniqueness").filter(company_id=project.pk)}
    added = []
    for key, page in handbooks.shipped().items():
        if keys is not None and key not in keys:
            continue
        handbook = there.get(key)
        if handbook is not None and handbook.origin != "shipped":
            continue  # the company has a handbook of its own under this key
        if handbook is None:
            handbook = Handbook.objects.create(company_id=project.pk, origin="shipped", created_at=act.at, **_about(page))
        digest = digest_of(page.entries)
        newest = _newest(handbook)
        if newest is not None and newest.digest == digest:
            continue
        edition = _edition(handbook, page.entries, words=page.words, state=PUBLISHED, digest=digest, published_at=act.at, act=act)
        record(handbook, facts.HandbookInstalled(key=key, nth=edition.nth), act=act, about=(edition,))
        added.append(edition)
    return added


@usecase("rulebook.handbook.copy")
def copy_handbook(*, project: Company, source: HandbookVersion, key: str, name: str, audience: str = "", act: Act) -> HandbookVersion:
    """A handbook of the company's own, beginning as a draft that says what the source says."""
    reasons = _bad_names(project, key, name)
    if reasons:
        raise BadInput(reasons)
    handbook = Handbook.objects.create(
        company_id=project.pk,
        key=key,
        name=name.strip(),
        audience=audience.strip()[:200],
        kind="addon" if source.handbook.kind == "addon" else "base",
        origin="own",
        created_at=act.at,
    )
    edition = _edition(handbook, adoption.entries_of(source.pk), words="", state=DRAFT, act=act)
    record(handbook, facts.HandbookDrafted(key=key, nth=edition.nth, source=source.label), act=act, about=(edition,))
    return edition


@usecase("rulebook.handbook.draft")
def draft_handbook(handbook: Handbook, *, act: Act) -> HandbookVersion:
    """A new draft of the company's own handbook, beginning with what its newest edition says. IllegalMove for shipped ones."""
    _own(handbook)
    newest = _newest(handbook)
    if newest is None or newest.state != PUBLISHED:
        raise IllegalMove([Reason(_("这部手册已有一份草稿。"))])
    edition = _edition(handbook, adoption.entries_of(newest.pk), words="", state=DRAFT, act=act)
    record(handbook, facts.HandbookDrafted(key=handbook.key, nth=edition.nth, source=newest.label), act=act, about=(edition,))
    return edition


@usecase("rulebook.handbook.change")
def change_handbook(edition: HandbookVersion, *, changes: Iterable[Entry], act: Act) -> HandbookVersion:
    """Say otherwise about some clauses of a draft: on or off, with which numbers, why. A number left out is the catalogue's.

    BadInput with every slip, clause by clause; IllegalMove unless it is a draft.
    """
    if edition.state != DRAFT:
        raise IllegalMove([Reason(_("只有草稿可以修改；送审中的请先撤回。"))])
    changes = list(changes)
    before = adoption.entries_of(edition.pk)
    reasons = [reason for entry in changes for reason in _bad_entry(entry, before.get(entry.rule))]
    if reasons:
        raise BadInput(reasons)
    _write(edition, changes)
    edition.version += 1
    edition.save(update_fields=["version"])
    record(
        edition,
        facts.HandbookChanged(key=edition.handbook.key, nth=edition.nth, rules=[e.rule for e in changes]),
        act=act,
        about=(edition.handbook,),
    )
    return edition


@usecase("rulebook.handbook.submit")
def submit_handbook(edition: HandbookVersion, *, words: str, act: Act) -> HandbookVersion:
    """Ask for a draft to be published, with what was changed and why in words. Nobody publishes alone."""
    entries = adoption.entries_of(edition.pk)
    reasons = [] if words.strip() else [Reason(_("请写明修订了什么、为什么。"), field="words")]
    reasons += [Reason(clash) for clash in handbooks.clashes(rule for rule, entry in entries.items() if entry.on)]
    if reasons:
        raise BadInput(reasons)
    edition = EDITION.move(edition, "submit", act=act, words=words.strip()[:200], digest=digest_of(entries))
    request_approval(
        project=edition.company,
        about=edition,
        matter=MATTER,
        title=_("发布《%(name)s》第 %(nth)d 版") % {"name": edition.handbook, "nth": edition.nth},
        steps=(Step("service_manager"),),
        content={"handbook": edition.label, "digest": edition.digest, "words": edition.words, **_changes(edition, entries)},
        reason=edition.words,
        act=act,
    )
    record(
        edition,
        facts.HandbookSubmitted(key=edition.handbook.key, nth=edition.nth, words=edition.words),
        act=act,
        about=(edition.handbook,),
    )
    return edition


@usecase("rulebook.handbook.publish")
def publish_handbook(edition: HandbookVersion, *, digest: str, act: Act) -> HandbookVersion:
    """Publish what was approved: from now on it may be adopted, and never changes. IllegalMove if it says something else."""
    if not is_approved(edition, MATTER):
        raise IllegalMove([Reason(_("还没有批准。"))])
    if digest_of(adoption.entries_of(edition.pk)) != digest:
        raise IllegalMove([Reason(_("草稿与批准的内容不同，请重新送审。"))])
    edition = EDITION.move(edition, "publish", act=act, digest=digest, published_at=act.at)
    record(
        edition,
        facts.HandbookPublished(key=edition.handbook.key, nth=edition.nth, digest=digest, words=edition.words),
        act=act,
        about=(edition.handbook,),
    )
    return edition


@usecase("rulebook.handbook.send_back")
def send_back_handbook(edition: HandbookVersion, *, act: Act) -> HandbookVersion:
    """It was not approved, or taken back: it is a draft again."""
    edition = EDITION.move(edition, "send_back", act=act)
    record(edition, facts.HandbookSentBack(key=edition.handbook.key, nth=edition.nth), act=act, about=(edition.handbook,))
    return edition


@usecase("rulebook.handbook.import")
def import_handbook(*, project: Company, text: str, act: Act) -> HandbookVersion:
    """Read a handbook from its text into a draft: of a new handbook, or of the company's own under the same key.

    BadInput with everything that is wrong, each with its line; nothing is half imported.
    """
    page, problems = handbooks.read(text, included=handbooks.shipped())
    if page is None:
        raise BadInput([Reason(str(problem), field="file", rule=problem.clause) for problem in problems])
    handbook = Handbook.objects.unscoped("uniqueness").filter(company_id=project.pk, key=page.key).first()
    if page.key in handbooks.shipped() or (handbook is not None and handbook.origin == "shipped"):
        raise BadInput([Reason(_("「%(key)s」是随附手册的代号，请换一个。") % {"key": page.key}, field="file")])
    if page.kind == "foundation":
        raise BadInput([Reason(_("底座只有随附的一部；自有手册的「kind」须为 base 或 addon。"), field="file")])
    if handbook is None:
        handbook = Handbook.objects.create(company_id=project.pk, origin="own", created_at=act.at, **_about(page))
    newest = _newest(handbook)
    if newest is not None and newest.state not in (DRAFT, PUBLISHED):
        raise BadInput([Reason(_("这部手册有一版正在审批中，请等候结果或先撤回。"), field="file")])
    if newest is not None and newest.state == DRAFT:
        newest.entries.all().delete()
        edition = newest
        _write(edition, page.entries.values())
    else:
        edition = _edition(handbook, page.entries, words=page.words, state=DRAFT, act=act)
    record(handbook, facts.HandbookDrafted(key=page.key, nth=edition.nth, source=_("文件")), act=act, about=(edition,))
    return edition


# -- the same for all ------------------------------------------------------------------------------
def digest_of(entries: Mapping[str, Entry]) -> str:
    """The fingerprint of what an edition says, whatever the order in which it was written."""
    said = {rule: [dict(sorted(e.params.items())), e.on, e.unwaivable, e.why] for rule, e in sorted(entries.items())}
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


digest_of.not_a_usecase = "a fingerprint; writes nothing"


def _about(page: Page) -> dict[str, Any]:
    return {
        "key": page.key,
        "name": page.name,
        "name_en": page.name_en,
        "audience": page.audience,
        "audience_en": page.audience_en,
        "kind": page.kind,
    }


def _newest(handbook: Handbook) -> HandbookVersion | None:
    return HandbookVersion.objects.unscoped("uniqueness").filter(handbook=handbook).order_by("-nth").first()


def _edition(
    handbook: Handbook, entries: Mapping[str, Entry], *, words: str, state: str, digest: str = "", published_at: Any = None, act: Act
) -> HandbookVersion:
    newest = _newest(handbook)
    edition = HandbookVersion.objects.create(
        company_id=handbook.company_id,
        handbook=handbook,
        nth=newest.nth + 1 if newest else 1,
        state=state,
        words=words[:200],
        digest=digest,
        made_by_id=act.person_id,
        made_at=act.at,
        published_at=published_at,
        created_at=act.at,
    )
    _write(edition, entries.values())
    return edition


def _write(edition: HandbookVersion, entries: Iterable[Entry]) -> None:
    HandbookEntry.objects.bulk_create(
        [
            HandbookEntry(edition=edition, rule=e.rule, params=dict(e.params), on=e.on, unwaivable=e.unwaivable, why=e.why[:200])
            for e in in_order({e.rule: e for e in entries}).values()
        ],
        update_conflicts=True,
        unique_fields=["edition", "rule"],
        update_fields=["params", "on", "unwaivable", "why"],
    )


def _changes(edition: HandbookVersion, entries: Mapping[str, Entry]) -> dict[str, Any]:
    """What the draft says otherwise than the edition before it, or than the catalogue where there is none before."""
    editions = HandbookVersion.objects.unscoped("link").filter(handbook=edition.handbook, state=PUBLISHED)
    older = editions.select_related("handbook").order_by("-nth").first()
    before = adoption.entries_of(older.pk) if older else {rule: Entry(rule) for rule in entries}
    found = [one for one in library.compare(before, entries) if one.kind != "alike"]
    return {
        "against": older.label if older else "",
        "changes": [[one.clause.id, one.kind, [[n.key, n.before, n.after] for n in one.numbers]] for one in found],
    }


def _own(handbook: Handbook) -> None:
    if handbook.origin != "own":
        raise IllegalMove([Reason(_("随附手册不能修改，请先复制成自有手册。"))])


def _bad_names(company: Company, key: str, name: str) -> Iterable[Reason]:
    reasons = []
    if not KEY.fullmatch(key) or len(key) > 40:
        reasons.append(Reason(_("代号须为小写英文字母、数字和连字符，不超过 40 个。"), field="key"))
    elif key in handbooks.shipped() or Handbook.objects.unscoped("uniqueness").filter(company=company, key=key).exists():
        reasons.append(Reason(_("代号「%(key)s」已被使用，请换一个。") % {"key": key}, field="key"))
    if not name.strip() or len(name.strip()) > 60:
        reasons.append(Reason(_("请填写名称，不超过 60 字。"), field="name"))
    return reasons


def _bad_entry(entry: Entry, before: Entry | None) -> Iterable[Reason]:
    clause = load().get(entry.rule)
    if clause is None:
        yield Reason(_("没有这一条款：%(rule)s。") % {"rule": entry.rule[:20]}, rule=entry.rule[:20])
        return
    for key, value in entry.params.items():
        known = key in bounds.numbers(clause)
        for fault in bounds.faults(clause, key, value) if known else value_faults(clause, key, value):
            yield Reason(fault, rule=entry.rule, field=f"{entry.rule}.{key}", clause=clause.title)
    firm = before is not None and before.unwaivable
    if not entry.on and (firm or entry.rule in handbooks.foundation()):
        fault = _("%(rule)s 属于底座或法律要求，不能停用。") % {"rule": entry.rule}
        yield Reason(fault, rule=entry.rule, field=f"{entry.rule}.on", clause=clause.title)
    if firm and not entry.unwaivable and entry.on:
        yield Reason(_("%(rule)s 不可豁免，不能改为可豁免。") % {"rule": entry.rule}, rule=entry.rule, field=f"{entry.rule}.on")
