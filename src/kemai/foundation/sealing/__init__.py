"""Values encrypted at rest with a keyed blind index for exact search."""

from kemai.foundation.sealing.seals import blind_index, seal, unseal

__all__ = ["blind_index", "seal", "unseal"]
