"""What customers does because something happened."""

from guanjia.kernel.journal import reacts_to
from guanjia.org.models import Company

from . import seed


@reacts_to("org.project.opened")
@reacts_to("rulebook.draw.drawn")
def the_lists_for_folders_are_there(entry, act):
    """CUS-020, CUS-039: the lists are there when a company opens its first project, or is first asked to bind its folders."""
    if entry.fact == "org.project.opened" or entry.payload["rule"] == "CUS-018":
        seed.plant(Company.objects.get(pk=entry.company_id), act)
