"""How much a file may cost before it is refused."""

from dataclasses import asdict, dataclass
from typing import Any

MIB = 1024 * 1024


@dataclass(frozen=True)
class ReadLimits:
    """Limits of one reading; the defaults are the promise (512 MiB watched, hostile refused in 10 s).

    `stall_seconds` is how long the child may go without a new row or shared string, waiting for its turn on
    a busy machine not counted; honest large files keep coming and are bounded by `wall_seconds` and `cpu_seconds` only.
    """

    watched_bytes: int = 512 * MIB
    address_bytes: int = 1024 * MIB
    stall_seconds: float = 8.0
    wall_seconds: float = 900.0
    cpu_seconds: int = 600
    file_bytes: int = 2048 * MIB
    unpacked_bytes: int = 4096 * MIB
    unpack_ratio: int = 250  # looked at once a part has grown past `ratio_free_bytes`
    ratio_free_bytes: int = 64 * MIB
    rows: int = 20_000_000
    columns: int = 500
    cell_characters: int = 131_072
    shared_strings_in_memory: int = 1_000_000
    batch_rows: int = 50_000
    batch_bytes: int = 16 * MIB

    def as_json(self) -> dict[str, Any]:
        """The limits as a plain dictionary, to be handed to the child."""
        return asdict(self)
