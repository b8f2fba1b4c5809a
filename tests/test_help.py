"""What the command line says of itself."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator

import pytest
from conftest import ROOT

from copydesk import cli, errors


def commands(parser: argparse.ArgumentParser, *words: str) -> Iterator[tuple[tuple[str, ...], argparse.ArgumentParser]]:
    below = [action.choices for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not below:
        yield words, parser
    for name, command in below[0].items() if below else ():
        yield from commands(command, *words, name)


COMMANDS = dict(commands(cli._parser()))


def test_the_readme_has_every_command_and_no_other() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = [line for block in text.split("```")[1::2] for line in block.splitlines()]
    said = [line.split()[1:3] for line in lines if re.match(r"copydesk [a-z]", line)]
    told = {(first, word) if first == "names" else (first,) for first, *rest in said for word in rest[0].split("|")}
    assert told == set(COMMANDS)


def test_the_readme_names_options_that_there_are() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = [line for block in text.split("```")[1::2] for line in block.splitlines()]
    named, words = 0, ()
    for line in lines:
        if found := re.match(r"copydesk ([a-z]+)(?: ([a-z]+))?", line):
            first, second = found[1], found[2] or ""
            words = (first, second) if (first, second) in COMMANDS else (first,)
        elif not line.startswith(" "):
            words = ()
        if words in COMMANDS:
            options = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", line))
            assert options <= set(COMMANDS[words]._option_string_actions), line
            named += len(options)
    assert named > 20


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_command_says_what_it_takes_and_how_it_ends(words: tuple[str, ...]) -> None:
    text = COMMANDS[words].format_help()
    last = text.rstrip().rpartition("\n\n")[2]
    assert last.startswith("exit codes") and max(map(len, last.splitlines())) <= 120
    for action in COMMANDS[words]._actions:
        assert action.help or action.dest in ("version", "article_ids"), action.dest


def test_every_exit_code_is_told_in_both_places() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8").partition("Exit codes:")[2]
    in_help, in_readme = (
        {int(code) for code in re.findall(r"\b(\d) [a-z]", " ".join(text.split())[:700])}
        for text in (cli._EXIT_CODES, readme.partition("\n\n")[0])
    )
    assert in_help == in_readme
    assert in_help >= {0, *(kind.exit_code for kind in vars(errors).values() if isinstance(kind, type))}
