"""A terminal that gives single keys, as they are pressed. POSIX only: it needs termios."""

from __future__ import annotations

import os
import select
import sys
import termios
import tty


class Screen:
    """Standard input and output, of which both are a terminal."""

    def say(self, text: str) -> None:
        print(text, flush=True)

    def key(self) -> str:
        """One key; empty at the end of input. What arrows and the like send comes as one key, which means nothing."""
        file = sys.stdin.fileno()
        before = termios.tcgetattr(file)
        try:
            tty.setcbreak(file, termios.TCSADRAIN)  # keys that were pressed early count too
            pressed = os.read(file, 1)
            while pressed[:1] == b"\x1b" and select.select([file], [], [], 0.02)[0]:
                pressed += os.read(file, 16)
        finally:
            termios.tcsetattr(file, termios.TCSADRAIN, before)
        return pressed.decode("utf-8", "replace")

    def line(self, prompt: str) -> str:
        """A line, edited as the terminal does."""
        print(prompt, end="", flush=True)
        return sys.stdin.readline()
