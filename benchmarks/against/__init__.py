"""What Copydesk is measured against: a corpus, tools that others use for such work, and the least that any must do.

``corpus`` makes the articles, ``environments`` installs each tool apart, ``contest`` says what is run, ``measure`` runs
it and counts what it cost, ``judge`` looks at what came out, ``stages`` says where Copydesk spends its time, ``report``
and ``plot`` write it down. ``drivers`` holds a program for each tool, run by that tool's own Python: what a careful
user of it would write.
"""
