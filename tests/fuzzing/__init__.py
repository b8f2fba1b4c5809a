"""Fuzzing: inputs that nobody would write, made from those that somebody did, against what Copydesk promises of any.

A case is bytes. ``targets`` says what is done with them and which promises are held against the outcome; ``mutate``
makes the cases, each from its number alone, so that any can be made again; ``run`` counts, times and keeps what fails.
``make fuzz`` runs it for as long as it is let, the tests for a few seconds.
"""
