"""What may be attached."""

from portal.errors import N_
from portal.rules import TextRule

MEGABYTE = 1024 * 1024
LARGEST = 10 * MEGABYTE
HEARD = 3 * LARGEST
"""Of a body that brings a file too large, so much is read: what was said of the file goes back into the form."""
TOO_LARGE = N_("“%(name)s” nặng %(size)s MB. Mỗi tệp tối đa 10 MB.")
SMALL = 800
"""Pixels across a picture's copy for telephones."""
MOST = 5
NAME_MAX = 80
ALT = TextRule(
    min=3,
    max=200,
    missing=N_("Tả ảnh trong một câu, cho người không nhìn thấy ảnh"),
    short=N_("Tả ảnh rõ hơn một chút (cần ít nhất %(min)s ký tự)"),
)
