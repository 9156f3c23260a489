"""An operator's variables, read by kind, with every fault that was found in them. Pure; names none of them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

E = TypeVar("E", bound=StrEnum)


class Switch(StrEnum):
    """Something that is done, or not."""

    OFF = "off"
    ON = "on"


class Variables:
    """What is wrong reads as its default and is kept in `faults`: an operator is told of all at once."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self.given = given
        self.faults: list[str] = []

    def text(self, name: str) -> str:
        return self.given.get(name, "")

    def wrong(self, name: str, words: str) -> None:
        self.faults.append(f"{name}: {words}")

    def whole_number(self, name: str, default: int, lowest: int, highest: int) -> int:
        text = self.text(name)
        try:
            value = int(text) if text else default
        except ValueError:
            self.wrong(name, f"{text!r} is not a whole number.")
            return default
        if not lowest <= value <= highest:
            self.wrong(name, f"must be between {lowest} and {highest}.")
            return default
        return value

    def choice(self, name: str, default: E) -> E:
        """One word of an enumeration."""
        text = self.text(name) or default.value
        try:
            return type(default)(text)
        except ValueError:
            self.wrong(name, f"{text!r} is none of {', '.join(type(default))}.")
            return default

    def switch(self, name: str, default: Switch = Switch.OFF) -> bool:
        return self.choice(name, default) is Switch.ON
