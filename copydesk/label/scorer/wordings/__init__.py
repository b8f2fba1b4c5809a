"""What furniture speaks of, one file a language: whole words, and stems with an asterisk, by concept.

``common`` are words that tell the language; ``polite`` speak to the reader where they have a capital inside a sentence;
``prefixes`` are written together with the word behind them; ``pairs`` marks scripts that do not part words.
"""
