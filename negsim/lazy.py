"""A property that is worked out once, when it is first asked for, without a lock.

``functools.cached_property`` of Python 3.11 holds one lock for all the objects of a class, so that
two threads that solve two batches wait for one another. Here they do not; two threads that ask the
same object at the same time may both work the value out, which is the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

Value = TypeVar("Value")


class Lazy(Generic[Value]):
    """A property whose value is kept in the object's dictionary.

    >>> class Circle:
    ...     radius = 2
    ...     @lazy
    ...     def area(self):
    ...         print("worked out")
    ...         return 3 * self.radius**2
    >>> circle = Circle()
    >>> circle.area, circle.area
    worked out
    (12, 12)
    """

    def __init__(self, compute: Callable[[Any], Value]) -> None:
        self.compute = compute
        self.name = compute.__name__
        self.__doc__ = compute.__doc__

    @overload
    def __get__(self, instance: None, owner: type | None = None) -> Self: ...

    @overload
    def __get__(self, instance: object, owner: type | None = None) -> Value: ...

    def __get__(self, instance: object | None, owner: type | None = None) -> Self | Value:
        """Return the value, worked out if it is not there yet."""
        if instance is None:
            return self
        value = self.compute(instance)
        instance.__dict__[self.name] = value
        return value


lazy = Lazy
"""The decorator's name."""
