"""今日: one line to log, the work of the day, the month, and what moved."""

from kemai.doors.web.pages.today.adding import add
from kemai.doors.web.pages.today.doing import done, hand_over, move, reopen, take_back, task
from kemai.doors.web.pages.today.log import read, save
from kemai.doors.web.pages.today.movement import moved
from kemai.doors.web.pages.today.show import show

__all__ = ["add", "done", "hand_over", "move", "moved", "read", "reopen", "save", "show", "take_back", "task"]
