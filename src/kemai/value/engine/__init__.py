"""Revalue a whole company: Parquet facts in, one wide Parquet table of every customer out.

Two steps keep a million customers quick: lines are added up by customer and materialised, then ranks and
classes are worked out on narrow tables. The same inputs give the same bytes.
"""

from kemai.value.engine.run import RevalueResult, revalue
from kemai.value.engine.settings import EngineSettings

__all__ = ["EngineSettings", "RevalueResult", "revalue"]
