import pytest

# pytest says what an assertion compared only where it has rewritten it: by itself, in test modules.
pytest.register_assert_rewrite(
    *(f"{__name__}.{name}" for name in ("customers", "unreliable_delivery", "random_spender"))
)
