"""What deploy/ ships, tried with the programs that it is for."""
