"""Whether the tests of rules and guards would tell if these were wrong: faults are planted, one at a time."""
