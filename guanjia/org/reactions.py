"""What the organisation does because something happened in it."""

from typing import Any

from guanjia.kernel.act import Act
from guanjia.kernel.journal import reacts_to

from .models import Company
from .services import install_cards


@reacts_to("org.project.opened")
def lay_out_the_cards(entry: Any, act: Act) -> None:
    """A company that opens a project finds the cards of duties there (ORG-001 … ORG-028)."""
    install_cards(project=Company.objects.get(pk=entry.company_id), act=act)
