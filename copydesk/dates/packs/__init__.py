"""Date vocabulary as data: one TOML file a language, each with its own version, and what stamps need beside them."""
