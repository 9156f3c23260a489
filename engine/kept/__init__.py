"""Answers that are kept as text for as long as what they were read from is as it was. Names no noun of ours."""
