"""What the command line does, by kind of work. Wires settings to models, jobs and the application; decides nothing."""
