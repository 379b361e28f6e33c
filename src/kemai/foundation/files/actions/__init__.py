"""What can be done with files: put in, told apart, taken out of use, put back."""

from kemai.foundation.files.actions.adding import add_file
from kemai.foundation.files.actions.changing import change_file
from kemai.foundation.files.actions.retiring import restore_file, retire_file

__all__ = ["add_file", "change_file", "restore_file", "retire_file"]
