"""What comes before the first run and between runs: a new project, and whether everything a run needs is in order."""
