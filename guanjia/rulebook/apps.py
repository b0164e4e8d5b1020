from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps
from django.utils.translation import gettext_lazy as _


class RulebookConfig(AppConfig):
    """Finds what the rooms declare (facts, gates, rules, reactions, jobs) and answers for their gates."""

    name = "guanjia.rulebook"
    label = "rulebook"
    verbose_name = _("规则")

    def ready(self) -> None:
        from guanjia.kernel import journal, usecase

        from . import (  # noqa: F401  (checks registers itself)
            checks,
            engine,
            gates,
            offers,
            penalties,
            registry,
            selectors,
            tallying,
        )

        for app in apps.get_app_configs():
            if app.name.startswith("guanjia."):
                for part in ("facts", "gates", "services", "matters", "rules", "offers", "reactions", "jobs"):
                    if find_spec(f"{app.name}.{part}"):
                        import_module(f"{app.name}.{part}")
        registry.freeze()
        offers.offer_lateness(selectors.rule_titles)
        penalties.install()
        journal.listen(engine.hear)
        journal.listen(tallying.hear)
        usecase.install_guard(gates.unmet_by_each)
        usecase.install_witness(gates.passed)
