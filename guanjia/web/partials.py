"""One template, shown whole or in part.

`page(request, "desk/case.html#closure", case=case)` renders the whole page for a browser that navigates and
only the fragment `closure` for htmx. A fragment is a named stretch of the page's own template, so the two can
never drift apart. (Django 6 brings template partials; 5.2 has none.)
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import Context, RequestContext, TemplateDoesNotExist, loader
from django.template.base import Node, NodeList
from django.template.loader_tags import ExtendsNode


class FragmentNode(Node):
    """The stretch between {% fragment name %} and {% endfragment %}."""

    child_nodelists = ("nodelist",)

    def __init__(self, name: str, nodelist: NodeList):
        self.name, self.nodelist = name, nodelist

    def render(self, context: Context) -> str:
        return self.nodelist.render(context)


def page(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """The answer for this request: the whole template, or its fragment if htmx asked and the name has a `#`.

    A boosted link and a restored history entry ask for whole pages, though htmx carries them.
    """
    name, _, fragment = template.partition("#")
    if fragment and wants_fragment(request):
        html = render_fragment(request, name, fragment, context)
    else:
        html = loader.get_template(name).render(context, request)
    response = HttpResponse(html, status=status)
    if fragment:
        response.headers["Vary"] = "HX-Request"
    return response


def wants_fragment(request: HttpRequest) -> bool:
    headers = request.headers
    return (
        headers.get("HX-Request") == "true" and headers.get("HX-Boosted") != "true" and headers.get("HX-History-Restore-Request") != "true"
    )


def render_fragment(request: HttpRequest, template_name: str, fragment: str, context: dict[str, Any]) -> str:
    """Only the named fragment of a template, as text."""
    template = loader.get_template(template_name).template
    node = find_fragment(template, fragment)
    if node is None:
        raise TemplateDoesNotExist(f"{template_name}#{fragment}")
    bound = RequestContext(request, context)
    with bound.render_context.push_state(template), bound.bind_template(template):
        return node.render(bound)


def find_fragment(template: Any, name: str) -> FragmentNode | None:
    """The fragment of that name in a template or in what it extends; the nearer one wins."""
    for node in template.nodelist.get_nodes_by_type(FragmentNode):
        if node.name == name:
            return node
    for extends in template.nodelist.get_nodes_by_type(ExtendsNode):
        if isinstance(extends.parent_name.var, str):
            return find_fragment(loader.get_template(extends.parent_name.var).template, name)
    return None
