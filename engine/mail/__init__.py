"""How mail leaves: a bounded queue in memory and a server that takes it. What is written, and to whom, is not said."""
