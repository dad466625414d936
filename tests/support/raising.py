"""For tests of the Python package."""


def raises(kind, call, *words):
    """Asserts that the call raises an error of the kind, whose text has the words; gives it."""
    try:
        call()
    except kind as error:
        assert all(word in str(error) for word in words), f"{words} not in: {error}"
        return error
    raise AssertionError(f"no {kind.__name__}; one with {words} was expected")
