"""What `ideabank` can do: one module per group of commands, loaded when one of them is used."""

from __future__ import annotations

from importlib import import_module

import click

COMMANDS = {
    "up": "portal.commands.run:up",
    "web": "portal.commands.run:web",
    "worker": "portal.commands.run:worker",
    "scheduler": "portal.commands.run:scheduler",
    "migrate": "portal.commands.database:migrate",
    "backup": "portal.commands.database:backup",
    "restore": "portal.commands.database:restore",
    "check": "portal.commands.check:check",
    "push-key": "portal.commands.push:push_key",
    "doctor": "portal.commands.doctor:doctor",
    "member": "portal.commands.members:member",
    "token": "portal.commands.members:token",
    "seed": "portal.commands.members:seed",
    "import": "portal.commands.ideas:import_",
    "export": "portal.commands.ideas:export",
    "triage": "portal.commands.triage:triage",
    "demo": "portal.commands.demo:demo",
    "fill": "portal.commands.fill:fill",
    "bounces": "portal.commands.bounces:bounces_",
    "letters": "portal.commands.letters:letters",
    "sms": "portal.commands.sms:sms",
}


class Commands(click.Group):
    """A group that imports a command's module only when it is asked for: `ideabank up` stays small."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*COMMANDS, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command
