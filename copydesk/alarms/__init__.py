"""Alarms: what is unlike the versions before, for a run that nobody watches.

Every version keeps a ``profile`` of itself, counts only. ``checks`` holds the newest against those before it, with the
statistics of ``usual`` and the limits of ``thresholds``. A gate stops a version; an alarm lets it pass and is told.
"""
