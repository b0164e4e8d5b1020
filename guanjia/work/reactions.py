"""What work does because something happened: the technician is told of his order."""

from guanjia.kernel import messaging
from guanjia.kernel.journal import reacts_to

from .models import WorkOrder


@reacts_to("work.order.assigned")
def tell_the_technician(entry, act):
    """A short message with number, place and content; nothing if he left no telephone number."""
    order = WorkOrder.objects.visible_to(act).with_names().select_related("project").get(pk=entry.subject_id)
    if order.technician and order.technician.phone:
        messaging.post(
            project=order.project,
            channel="sms",
            to=order.technician.phone,
            template="order_assigned",
            about=order,
            key=f"order_assigned:{entry.id}",
            act=act,
            context={"project": order.project.name, "number": order.number, "place": order.where, "content": order.content[:60]},
        )
