"""``copydesk diff``: two published versions side by side, the largest changes first, for the terminal and as a page.

``changed`` finds what differs, ``words`` which words of a text, ``show`` writes it.
"""

from copydesk.compare.changed import Comparison, compare, find
from copydesk.compare.show import page, terminal

__all__ = ["Comparison", "compare", "find", "page", "terminal"]
