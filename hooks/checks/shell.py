"""Shell code of pages: parsed by the shell itself, its commands and options looked up in the list of software."""

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache

from calculators.problems import nearest
from hooks.checks.software import Command, Software

_BEFORE = ("sudo",)
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=")
_ENDS = re.compile(r"[;&|()]+")
_REDIRECTS = re.compile(r"[<>&]*[<>][<>&]*")


@cache
def syntax(shell: str, text: str) -> str:
    """What the shell says of code that it cannot parse. Nothing is run."""
    found = shutil.which(shell)
    if found is None:
        return f"{shell} is not installed, and nothing else can parse this"
    done = subprocess.run([found, "-n"], input=text, text=True, capture_output=True, check=False)
    return " ".join(done.stderr.replace(f"{found}: ", "").split())


def unknown(text: str, software: Software) -> Iterator[tuple[int, str]]:
    """Variables, commands and options that are not listed: the line of each, counted from one, and what is wrong."""
    number = 1
    try:
        for number, name in assigned(text):
            for said in software.unknown_variable(name):
                yield number, said
        for number, words in commands(text):
            for said in _unknown(words, software):
                yield number, said
    except ValueError:
        yield number, "a quotation has to end in the line that it begins in"


def commands(text: str) -> Iterator[tuple[int, list[str]]]:
    """The words of each simple command, its path left out, with the line it stands in, counted from one."""
    for number, line in _lines(text):
        for _, words in _commands(line):
            if words:
                yield number, [words[0].rpartition("/")[2], *words[1:]]  # ./build/bin/llama-server


def assigned(text: str) -> Iterator[tuple[int, str]]:
    """The variables that are set for a command, which therefore reads them, each with its line."""
    for number, line in _lines(text):
        yield from ((number, name) for names, words in _commands(line) if words for name in names)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines, with those joined that a backslash continues."""
    start, joined = 1, ""
    for number, line in enumerate(text.splitlines(), 1):
        start = start if joined else number
        if line.endswith("\\"):
            joined += line[:-1]
            continue
        yield start, joined + line
        joined = ""
    if joined:
        yield start, joined


def _commands(line: str) -> Iterator[tuple[list[str], list[str]]]:
    """The variables that are set for each simple command of a line, and its words, without redirections."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    names: list[str] = []
    words: list[str] = []
    skip = False
    for word in [*lexer, ";"]:
        if _ENDS.fullmatch(word):
            yield names, words
            names, words = [], []
        elif _REDIRECTS.fullmatch(word):
            skip = True  # the file that follows is no word of the command
        elif skip:
            skip = False
        elif not words and (found := _ASSIGNMENT.match(word)):
            names.append(found.group(1))
        elif words or word not in _BEFORE:
            words.append(word)


def _unknown(words: list[str], software: Software) -> Iterator[str]:
    command = software.command(words)
    if command is None:
        known = [" ".join(listed) for listed in software.commands]
        yield f"nothing is known of the command {words[0]!r}{nearest(words[0], known)}"
        return
    for word in words[len(command.words) :]:
        if word.startswith("-") and not _listed(word, command):
            name = " ".join(command.words)
            yield f"nothing is known of {word.partition('=')[0]!r} of {name}{nearest(word, command.options)}"


def _listed(word: str, command: Command) -> bool:
    """Whether an option is listed, with its value after = or without."""
    return word.partition("=")[0] in command.options
