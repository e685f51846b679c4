"""Ring: messages from one process to another through shared memory, newest first, without locks and without pickle.

One writer, one reader. A message has a sequence number, a time stamp of the monotonic clock and a checksum. The writer makes a
slot's number odd while it writes (a seqlock). A reader that meets an odd number, another number after copying than before it, or a
checksum that does not fit (on processors that reorder stores, or when the writer was killed half-way) has met a torn message and
does not hand it out.
"""

import struct
import zlib
from dataclasses import dataclass

__all__ = ["Message", "Ring"]

_WORDS = 8
"""Of the head: the number of messages written; the rest keeps it on a cache line of its own."""
_SLOT = 4
"""Words before a slot's payload: sequence, stamp, length, checksum."""
_STAMP = struct.Struct("=d")


@dataclass(frozen=True, slots=True)
class Message:
    """One message.

    Attributes:
        number: 1 for the first that was written.
        stamp: When it was written, seconds of ``time.monotonic``.
        payload: Its bytes.
    """

    number: int
    stamp: float
    payload: bytes


class Ring:
    """A ring over a piece of memory.

    Args:
        memory: ``Ring.bytes_needed(slots, size)`` bytes, all zero when the ring is new.
        slots: How many messages are kept; a reader is torn only by a writer that is that many messages faster.
        size: Bytes of the longest message.
    """

    def __init__(self, memory: memoryview, slots: int, size: int) -> None:
        self._slots, self._size = slots, size
        self._stride = _SLOT + -(-size // 8)
        # Eight bytes at a time, aligned: processors write such a word whole.
        self._words = memory[: self.bytes_needed(slots, size)].cast("B").cast("Q")
        self._bytes = memory[: self.bytes_needed(slots, size)].cast("B")
        self._read = 0
        self.torn = 0

    @staticmethod
    def bytes_needed(slots: int, size: int) -> int:
        """Bytes that a ring takes."""
        return 8 * (_WORDS + slots * (_SLOT + -(-size // 8)))

    @property
    def written(self) -> int:
        """How many messages were written so far."""
        return self._words[0]

    def write(self, payload: bytes | bytearray | memoryview, stamp: float) -> int:
        """Write a message over the oldest one.

        Args:
            payload: At most as long as the ring was made for.
            stamp: Seconds of ``time.monotonic``.

        Returns:
            Its number.

        Raises:
            ValueError: It is too long.
        """
        if len(payload) > self._size:
            raise ValueError(f"a message of {len(payload)} bytes does not fit a ring made for {self._size}")
        number = self._words[0] + 1
        slot = _WORDS + (number % self._slots) * self._stride
        words, start = self._words, 8 * (slot + _SLOT)
        words[slot] = 2 * number - 1
        self._bytes[8 * (slot + 1) : 8 * (slot + 2)] = _STAMP.pack(stamp)
        words[slot + 2] = len(payload)
        words[slot + 3] = zlib.crc32(payload)
        self._bytes[start : start + len(payload)] = payload
        words[slot] = 2 * number
        words[0] = number
        return number

    def newest(self) -> Message | None:
        """The newest message; None before the first, and when it is torn (``torn`` then counts one more)."""
        for _ in range(3):
            number = self._words[0]
            if number == 0:
                return None
            message = self._copy(number)
            if message is not None:
                return message
            self.torn += 1
        return None

    def news(self) -> Message | None:
        """The newest message if it was not handed out by this method before; else None."""
        if self._words[0] == self._read:
            return None
        message = self.newest()
        if message is None or message.number == self._read:
            return None
        self._read = message.number
        return message

    def _copy(self, number: int) -> Message | None:
        words, slot = self._words, _WORDS + (number % self._slots) * self._stride
        start, length = 8 * (slot + _SLOT), words[slot + 2]
        if words[slot] != 2 * number or length > self._size:
            return None
        checksum = words[slot + 3]
        stamp = _STAMP.unpack(self._bytes[8 * (slot + 1) : 8 * (slot + 2)])[0]
        payload = bytes(self._bytes[start : start + length])
        if words[slot] != 2 * number or zlib.crc32(payload) != checksum:
            return None
        return Message(number, stamp, payload)

    def release(self) -> None:
        """Let go of the memory."""
        self._words.release()
        self._bytes.release()
