"""The bundled lessons: how to get at the notebooks, and the checks of their exercises.

>>> from notebook_ad.lessons import lesson01 as lesson
>>> lesson.predict(dict(a=-6, w=-4, b=-2, y_true=2)).passed
True
"""

from notebook_ad.lessons.bundled.notebooks import Lesson, find, lessons

__all__ = ["Lesson", "find", "lessons"]
