"""What templates need beyond Django: moments, spans, clocks, areas, badges, form rows, the operation's id."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django import template
from django.forms.utils import flatatt
from django.utils.formats import date_format
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from muster.kernel import clock, ids
from muster.web import area_names
from muster.web.words import CAMERA
from muster.web.words import words as page_words

register = template.Library()

# A tone always has an icon besides its colour: colour is never the only signal.
TONES = {
    "ok": "check-circle-fill",
    "info": "info-circle-fill",
    "wait": "hourglass-split",
    "warn": "exclamation-diamond-fill",
    "late": "exclamation-triangle-fill",
    "off": "dash-circle",
}


@register.simple_tag
def op() -> SafeString:
    """The hidden field that makes a form count once, however often it is sent."""
    return format_html('<input type="hidden" name="op" value="{}">', ids.uuid7())


class _Keep(template.Node):
    def __init__(self, nodelist: template.NodeList, name: str) -> None:
        self.nodelist, self.name = nodelist, name

    def render(self, context: template.Context) -> str:
        context[self.name] = self.nodelist.render(context).strip()
        return ""


@register.tag
def keep(parser: Any, token: Any) -> _Keep:
    """`{% keep "name" %}…{% endkeep %}`: render once, show in several places (a page's title and its heading)."""
    nodelist = parser.parse(("endkeep",))
    parser.delete_first_token()
    return _Keep(nodelist, token.split_contents()[1].strip('"'))


@register.simple_tag
def words() -> SafeString:
    """The texts of the browser's modules, as data."""
    return json_script(page_words(), "words")


@register.inclusion_tag("web/parts/camera.html")
def camera() -> dict[str, Any]:
    """At the end of a public page: the camera for its fields with `data_camera`. Other pages have it from page.js."""
    return {"texts": page_words(CAMERA)}


@register.simple_tag
def icon(name: str) -> SafeString:
    """A decorative icon (Bootstrap Icons); the word beside it carries the meaning."""
    return format_html('<i class="bi bi-{}" aria-hidden="true"></i>', name)


@register.filter
def moment(value: datetime | None) -> str:
    """A moment on the installation's clock: day, month, hour, minute; the year only when it is another one."""
    if value is None:
        return ""
    local = value.astimezone(clock.zone())
    # Translators: date formats of Django, see https://docs.djangoproject.com/en/5.2/ref/templates/builtins/#date
    text = date_format(local, _("j M H:i") if local.year == clock.today().year else _("j M Y H:i"))
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', value.isoformat(), f"{local:%Y-%m-%d %H:%M:%S %z}", text
    )


@register.filter
def day(value: date | None) -> str:
    """A day: day and month; the year only when it is another one."""
    if value is None:
        return ""
    text = date_format(value, _("j M") if value.year == clock.today().year else _("j M Y"))
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), text)


@register.filter
def span(minutes: int | float | None) -> str:
    """A length of time from minutes: `1 h 20 min`; from two days on, `3 d 4 h`."""
    if minutes is None:
        return ""
    whole = int(abs(minutes))
    days, hours, rest = whole // 1440, whole // 60, whole % 60
    if days >= 2:
        text = _("{days} d {hours} h") if hours % 24 else _("{days} d")
        return text.format(days=days, hours=hours % 24)
    if not hours:
        return _("{minutes} min").format(minutes=rest)
    return (_("{hours} h {minutes} min") if rest else _("{hours} h")).format(hours=hours, minutes=rest)


@register.simple_tag
def due(at: datetime | None) -> str:
    """A deadline that counts in the browser: how long is left, or by how much it is late."""
    if at is None:
        return ""
    left = int((at - clock.now()).total_seconds() // 60)
    phrase, tone = (_("{span} left"), "wait") if left >= 0 else (_("late by {span}"), "late")
    return _counting("due", at, phrase.format(span=span(left)), f"due due-{tone}", TONES[tone])


@register.simple_tag
def since(at: datetime | None) -> str:
    """A clock that counts up from a moment in the browser."""
    if at is None:
        return ""
    return _counting("since", at, span((clock.now() - at).total_seconds() // 60), "due", "stopwatch")


def _counting(attribute: str, at: datetime, text: str, classes: str, sign: str) -> SafeString:
    iso, local = at.isoformat(), f"{at.astimezone(clock.zone()):%Y-%m-%d %H:%M}"
    shape = '<time class="{}" datetime="{}" data-{}="{}" title="{}">{}<span>{}</span></time>'
    return format_html(shape, classes, iso, attribute, iso, local, icon(sign), text)


@register.filter
def area_name(code: str | None) -> str:
    """The name of an area."""
    return "" if code is None else area_names.area_name(code)


@register.filter
def area_path(code: str | None) -> str:
    """The name of an area after those of the two above it."""
    return "" if code is None else area_names.area_path(code)


@register.simple_tag
def state_badge(label: Any, tone: str = "info") -> SafeString:
    """A state as word, icon and colour. Tones: ok, info, wait, warn, late, off."""
    return format_html('<span class="state state-{}">{}{}</span>', tone, icon(TONES[tone]), label)


@register.inclusion_tag("web/parts/field.html", takes_context=True)
def field(
    context: dict[str, Any],
    name: str,
    label: str = "",
    type: str = "text",
    *,
    value: Any = None,
    options: Any = (),
    help: str = "",
    required: bool = False,
    id: str = "",
    empty: str = "",
    **attributes: Any,
) -> dict[str, Any]:
    """A form row: label, control, help, and the error of `errors[name]` beside it.

    Types: those of HTML's input, and `textarea`, `select`, `radio`; `options` are pairs of value and label.
    The value is that of `values[name]`, where the page gives such a mapping (what was typed before a refusal, or what
    is known already), else `value`; passwords and files are never shown again. `empty` names a select's no choice.
    """
    if type not in ("password", "file"):
        value = (context.get("values") or {}).get(name, value)
    error = (context.get("errors") or {}).get(name, "")
    key = id or f"field-{name}"
    described = " ".join(f"{key}-{part}" for part, text in (("help", help), ("error", error)) if text)
    extra = {key.rstrip("_").replace("_", "-"): text for key, text in attributes.items()}
    extra |= {"required": bool(required), "aria-invalid": "true" if error else False}
    if described:
        extra["aria-describedby"] = described
    return {
        "name": name, "label": label or name, "type": type, "value": _plain(value), "help": help, "error": error,
        "required": required, "id": key, "attributes": flatatt({k: v for k, v in extra.items() if v is not False}),
        "empty": empty, "options": [(_plain(option), text) for option, text in options],
    }  # fmt: skip


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone(clock.zone()):%Y-%m-%dT%H:%M}"
    if isinstance(value, date | UUID):
        return str(value)
    return "" if value is None else str(value)
