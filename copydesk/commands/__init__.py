"""The commands, a module for each family. Each has ``add_commands``, which tells the command line of its own.

Nothing that costs time is imported before a command is chosen.
"""
