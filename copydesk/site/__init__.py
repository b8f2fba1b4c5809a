"""Pages for people: one for each version and one for the dataset, as static HTML that needs no server.

``copydesk.site.version.version_page`` and ``copydesk.site.dataset.dataset_page`` make them. A page is one file: its
style and its few lines of script stand in it, and its policy lets nothing else act or load, from this host or another.
Without the script everything can be read; with it the preview can be searched, lines can be copied, and they name the
place that the page was opened from. What was scraped is text and only text, and no address in it becomes a link.
"""

PAGE = "index.html"
"""The name of a version's page below the version's folder, and of the dataset's below the dataset's."""

UP = f"../../{PAGE}"
"""The dataset's page as a version's page names it."""
