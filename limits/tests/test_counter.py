"""The counters: exact under concurrency, and no client can reset them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from hypothesis import given, strategies

from limits import counter, leases
from limits.addresses import address_block
from limits.models import KnownAddress, RequestCount
from limits.rates import Limit

LIMIT = Limit(name="test", quota=5, seconds=60)


@pytest.fixture(autouse=True)
def no_leases():
    leases.clear()
    yield
    leases.clear()


def in_threads(work, times, threads=8):
    def run(number):
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, range(times)))


@pytest.mark.django_db(transaction=True)
class TestConcurrency:
    def test_exactly_the_quota_is_granted_to_parallel_requests(self):
        granted = in_threads(lambda _: counter.count(limit=LIMIT, subject="ada").granted, 40)
        assert sum(granted) == LIMIT.quota

    def test_batches_of_parallel_threads_never_grant_more_than_the_quota(self):
        limit = Limit(name="test", quota=100, seconds=60)
        granted = in_threads(lambda _: leases.count(limit=limit, subject="ada").granted, 150)
        assert sum(granted) == limit.quota

    def test_batches_of_several_processes_never_grant_more_than_the_quota(self):
        limit = Limit(name="test", quota=100, seconds=60)

        def call_as_another_process(number):
            if number % 7 == 0:
                leases.clear()  # what a process knows that starts now
            return leases.count(limit=limit, subject="ada").granted

        granted = sum(in_threads(call_as_another_process, 300))
        # A new process loses the rest of its batch, and each batch grants at least the call that counted it.
        assert leases.BATCHES <= granted <= limit.quota

    def test_the_table_is_unlogged(self):
        with connection.cursor() as cursor:
            cursor.execute("select relpersistence from pg_class where relname = 'limits_requestcount'")
            assert cursor.fetchone() == ("u",)


@pytest.mark.django_db
class TestWindow:
    def test_the_count_starts_again_when_the_window_ends(self):
        start = timezone.now()
        for number in range(7):
            usage = counter.count(limit=LIMIT, subject="ada", at=start + timedelta(seconds=number))
        assert (usage.granted, usage.remaining, usage.wait(start + timedelta(seconds=6))) == (0, 0, 54)
        later = counter.count(limit=LIMIT, subject="ada", at=start + timedelta(seconds=60))
        assert (later.granted, later.remaining) == (1, 4)

    def test_a_batch_does_not_outlive_its_window(self):
        limit, start = Limit(name="test", quota=100, seconds=60), timezone.now()
        assert leases.count(limit=limit, subject="ada", at=start).remaining == 99
        assert leases.count(limit=limit, subject="ada", at=start).remaining == 98
        assert leases.count(limit=limit, subject="ada", at=start + timedelta(seconds=61)).remaining == 99

    def test_others_cannot_flush_a_counter(self):
        for _ in range(LIMIT.quota):
            counter.count(limit=LIMIT, subject="ada")
        for number in range(1_000):
            counter.count(limit=LIMIT, subject=f"other {number}")
        assert counter.count(limit=LIMIT, subject="ada").granted == 0

    def test_others_cannot_make_a_process_drop_a_batch(self, monkeypatch):
        """A dropped batch would count as used."""
        monkeypatch.setattr(leases, "MAX_LEASES", 3)
        limit = Limit(name="test", quota=100, seconds=60)
        leases.count(limit=limit, subject="ada")
        for number in range(10):
            assert leases.count(limit=limit, subject=f"other {number}").granted == 1
        assert leases.count(limit=limit, subject="ada").remaining == 98

    def test_what_is_no_longer_needed_is_deleted(self):
        now = timezone.now()
        counter.count(limit=LIMIT, subject="old", at=now - timedelta(hours=1))
        counter.count(limit=LIMIT, subject="ada", at=now)
        counter.remember_address(account="ada", block="::", at=now - timedelta(days=181))
        counter.remember_address(account="bob", block="::", at=now)
        call_command("delete_expired", quiet=True)
        assert (RequestCount.objects.count(), KnownAddress.objects.count()) == (1, 1)
        assert counter.is_known_address(account="bob", block="::")

    def test_the_tables_contain_no_address_and_no_email(self):
        counter.count(limit=LIMIT, subject="ada@example.com 203.0.113.1")
        counter.remember_address(account="ada@example.com", block="203.0.113.1")
        known = KnownAddress.objects.get()
        keys = [RequestCount.objects.get().key, known.key, known.account]
        assert [len(key) for key in keys] == [64, 64, 64]
        assert not any("ada" in key or "203" in key for key in keys)

    @pytest.mark.parametrize("subject", ["nul\0", "\ud800", "ä" * 10_000])
    def test_any_text_is_a_subject(self, subject):
        assert counter.count(limit=LIMIT, subject=subject).granted == 1


class TestRates:
    def test_a_rate_is_read(self):
        assert Limit.from_rate("x", "30/min") == Limit(name="x", quota=30, seconds=60)
        assert Limit.from_rate("x", "7/d") == Limit(name="x", quota=7, seconds=86_400)
        assert Limit.from_rate("x", "") is None

    @pytest.mark.parametrize("rate", ["30", "0/min", "-1/min", "30/fortnight", "30 /min", "many", "1e3/s"])
    def test_another_rate_stops_the_start(self, rate, settings):
        config = apps.get_app_config("limits")
        config.ready()
        settings.AUTH_THROTTLE_RATE = rate
        with pytest.raises(ImproperlyConfigured, match=r"AUTH_THROTTLE_RATE: .* is not a rate such as"):
            config.ready()


class TestAddressBlock:
    @pytest.mark.parametrize(
        ("text", "block"),
        [
            ("203.0.113.7", "203.0.113.7"),
            ("::ffff:203.0.113.7", "203.0.113.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("fe80::1%eth0", "fe80::/64"),
            ("", "unknown"),
            ("203.0.113.7:80", "unknown"),
            ("127.1", "unknown"),
        ],
    )
    def test_an_ipv4_address_is_itself_and_an_ipv6_address_its_network(self, text, block):
        assert address_block(text) == block

    @given(strategies.text())
    def test_any_text_has_a_block(self, text):
        assert address_block(text)
