"""What this face tells the floors below: that it makes the links of messages, and that no log may hold one."""

from guanjia.kernel import messaging

from . import links, logs

messaging.install_links("desk.case", links.link_to)
logs.keep_keys_out()
