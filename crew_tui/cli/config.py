"""`config`: the settings, where they come from, and changing one."""

from __future__ import annotations

import sys

import orjson

from crew_core.config.layers import Layer, Origin, Setting
from crew_core.config.values import to_text
from crew_core.ops import settings as ops
from crew_tui.cli.call import Call
from crew_tui.cli.json_form import document
from crew_tui.cli.printing import Heading, Row, note, screen_for
from crew_tui.lines import Tone
from crew_tui.text import clean

_HEADINGS = (Heading("KEY"), Heading("VALUE"), Heading("FROM"))


def config(call: Call) -> int:
    """Carry out the one action."""
    match call.options.action:
        case "list":
            return _list(call)
        case "get":
            return _get(call)
        case "set":
            return _change(call, call.options.value)
        case "unset":
            return _change(call, None)
        case "path":
            return _path(call)
        case "schema":
            return _schema(call)
        case unknown:
            raise AssertionError(f"config {unknown} is parsed and not carried out")


def _list(call: Call) -> int:
    loaded = ops.settings_at(call.start)
    settings = loaded.by_path.values()
    if call.json:
        document({"settings": [_record(setting) for setting in settings], "notices": loaded.notices})
        return 0
    screen_for(plain=call.plain).table(_HEADINGS, [_row(setting) for setting in settings])
    for notice in loaded.notices:
        note(notice)
    return 0


def _get(call: Call) -> int:
    key = ops.setting_called(call.options.key)
    loaded = ops.settings_at(call.start)
    setting = loaded.at(key)
    if call.json:
        document({"setting": _record(setting)})
    else:
        print(to_text(setting.value), flush=True)
    return 0


def _change(call: Call, value: str | None) -> int:
    call.will_write()
    done = ops.change(call.start, call.options.key, value, in_project=call.options.project)
    if call.json:
        setting = _record(done.effective) if done.effective else None
        document({"setting": setting, "file": done.file, "wrote": done.wrote, "trustLost": done.trust_lost})
    else:
        _tell_change(call, done)
    if done.trust_lost:
        project = done.file.parent.parent
        note(f"{project} is changed since it was trusted; crew-tui trust {project} accepts it as it is now")
    if done.problem:
        note(f"what counts is not known: {done.problem}")
    return 0


def _tell_change(call: Call, done: ops.Changed) -> None:
    """What was written, and what counts now if that is something else."""
    key, file = call.options.key, clean(str(done.file))
    if done.value is not None:
        said = f"{key} = {to_text(done.value)}"
        unchanged = f"{said} already"
    else:
        said, unchanged = f"{key} is not set any more", f"{key} is not set"
    print(f"{file}: {said if done.wrote else unchanged}", flush=True)
    setting = done.effective
    if setting is None:
        return
    for refused in setting.refused:
        note(f"{refused.origin.place}: {to_text(refused.value)} is not taken: {refused.why}")
    if not setting.origin.place.startswith(f"{done.file}:"):
        note(f"{key} is {to_text(setting.value)}: {_where(setting.origin)}")


def _path(call: Call) -> int:
    files = ops.settings_files(call.start)
    if call.json:
        document({"files": files})
        return 0
    screen = screen_for(plain=call.plain)
    for file in files:
        screen.line(
            (file.layer.value.ljust(9), Tone.DIM), clean(str(file.path)), "" if file.exists else "  (not there)"
        )
    return 0


def _schema(call: Call) -> int:
    if call.json:
        document({"schema": ops.json_schema()})
    else:
        sys.stdout.write(orjson.dumps(ops.json_schema(), option=orjson.OPT_INDENT_2).decode() + "\n")
    return 0


def _row(setting: Setting) -> Row:
    tone = Tone.DIM if setting.origin.layer is Layer.BUILTIN else Tone.TEXT
    return Row((setting.key.path, (clean(to_text(setting.value)), tone), (_where(setting.origin), Tone.DIM)))


def _where(origin: Origin) -> str:
    """The layer, and where in it."""
    return clean(f"{origin.layer} {origin.place}" if origin.place else origin.layer)


def _record(setting: Setting) -> dict[str, object]:
    key = setting.key
    return {
        "key": key.path,
        "value": setting.value,
        "default": key.default,
        "layer": setting.origin.layer,
        "place": setting.origin.place,
        "below": [_said(each.value, each.origin) for each in setting.below],
        "refused": [{**_said(each.value, each.origin), "why": each.why} for each in setting.refused],
        "variable": key.variable,
        "expects": key.form,
        "says": key.says,
    }


def _said(value: object, origin: Origin) -> dict[str, object]:
    return {"value": value, "layer": origin.layer, "place": origin.place}
