"""Pure rules: what every other area stands on."""
