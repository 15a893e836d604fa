import pytest

# pytest rewrites the assertions of test modules only, unless told otherwise.
pytest.register_assert_rewrite(
    *(f"{__name__}.{name}" for name in ("customers", "unreliable_delivery", "random_spender"))
)
