"""What a Word template may say: its fields, a list of persons row by row, and "if"; everything else is refused by name.

The sandbox of Jinja forbids what is known to be dangerous. We go the other way: a template is read as a tree, and only
the few things below are let through, so that a hostile one can neither reach an object behind a field nor compute.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from .letters import Field, Letter

FILTERS = ("default", "upper", "lower")
LOOP = ("index", "first", "last")
_PLAIN = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.Const, nodes.Compare, nodes.Operand, nodes.Not,
    nodes.And, nodes.Or,
)  # fmt: skip


class Unusable(ValueError):
    """The template cannot be used; the message says why."""


class Wording(ImmutableSandboxedEnvironment):
    """The environment in which a kind of letter is written."""

    def __init__(self, letter: Letter) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined)
        self.fields = {field.name: field for field in letter.fields}
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in FILTERS}
        self.tests = {}

    def from_string(self, source: Any, *args: Any, **options: Any) -> Template:
        """Each part of the document comes through here. Raises Unusable."""
        try:
            tree = self.parse(source)
        except TemplateSyntaxError as error:
            raise Unusable(_("The template is not well-formed: %(error)s.") % {"error": error.message}) from None
        _Reading(self.fields).read(tree, {})
        return super().from_string(source, *args, **options)


class _Reading:
    """One walk through a template; `lists` are the names that a loop gave to a row, with its field."""

    def __init__(self, fields: dict[str, Field]) -> None:
        self.fields = fields

    def read(self, node: nodes.Node, lists: dict[str, Field]) -> None:
        if isinstance(node, nodes.For):
            return self._loop(node, lists)
        if isinstance(node, nodes.Getattr):
            return self._part(node, lists)
        if isinstance(node, nodes.Name):
            return self._name(node)
        if not isinstance(node, _PLAIN) and not (isinstance(node, nodes.Filter) and node.name in FILTERS):
            raise Unusable(_("Only fields can stand in a template, not: %(what)s.") % {"what": _called(node)})
        for child in node.iter_child_nodes():
            self.read(child, lists)
        return None

    def _name(self, node: nodes.Name) -> None:
        field = self.fields.get(node.name)
        if field is None:
            raise Unusable(_("There is no field “%(name)s”.") % {"name": node.name})
        if field.parts is not None:
            raise Unusable(
                _("“%(name)s” is a list: write {%%tr for row in %(name)s %%} around a row of a table.")
                % {"name": node.name}
            )

    def _part(self, node: nodes.Getattr, lists: dict[str, Field]) -> None:
        base = node.node.name if isinstance(node.node, nodes.Name) else ""
        known = LOOP if base == "loop" and lists else lists[base].parts or () if base in lists else ()
        if node.attr not in known:
            raise Unusable(_("There is no field “%(name)s”.") % {"name": f"{base}.{node.attr}"})

    def _loop(self, node: nodes.For, lists: dict[str, Field]) -> None:
        named = node.iter.name if isinstance(node.iter, nodes.Name) else ""
        field = self.fields.get(named)
        plain = isinstance(node.target, nodes.Name) and node.target.name not in (*self.fields, "loop")
        if lists or field is None or field.parts is None or node.test or node.else_ or node.recursive or not plain:
            raise Unusable(_("A loop goes over one list of the letter: {%tr for row in persons %}."))
        for child in node.body:
            self.read(child, {node.target.name: field})


def _called(node: nodes.Node) -> str:
    return getattr(node, "name", None) or type(node).__name__.lower()
