"""Versions of the levy-year task, for bench/levy_year.py; the engine comes first, as it says where code is cached."""

import inminban.engine as _engine  # noqa: F401
