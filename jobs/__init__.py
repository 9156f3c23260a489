"""What runs by the clock, and what each job does. Never imported by schema or resolvers."""
