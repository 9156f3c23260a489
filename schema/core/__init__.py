"""Directives and root fields that know no area: who may call by account and role, and rows by their ids."""
