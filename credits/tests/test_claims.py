"""What a hold spares from a clawback is claimed: holds pay it before anything that they return can be spent."""

import threading
from datetime import timedelta
from functools import partial

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.utils import timezone

from credits import audit
from credits import services as ledger
from credits.claims import CreditClaim
from credits.exceptions import HoldClosed, IdempotencyConflict, InsufficientCredits
from credits.models import AiCreditLog, CreditHold
from credits.services import holds
from credits.signals import balance_low, claim_written_off
from credits.tests.grant_helpers import DAY, MINUTE, NOON, expiries, grant, hold, left, process_due, spend
from credits.tests.ledger_helpers import assert_ledger_consistent, at_once, balance, rolled_back
from credits.tests.test_clawbacks import OTHER, PAYMENT, clawback, consumptions

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(db, make_user):
    """A user with no credits but those that a test grants."""
    return make_user(credits=0)


@pytest.fixture
def written_off():
    """The references and amounts of the write-offs, as a receiver hears of them."""
    heard = []

    def receive(sender, user_id, reference, amount, **kwargs):
        heard.append((reference, amount))

    claim_written_off.connect(receive)
    yield heard
    claim_written_off.disconnect(receive)


def claims(user):
    """Of each claim: what is open, what was collected, what was written off."""
    rows = CreditClaim.objects.filter(user=user).order_by("id")
    return list(rows.values_list("open_amount", "collected_amount", "written_off_amount"))


def claimed(user):
    return get_user_model().objects.values_list("ai_credits_claimed", flat=True).get(pk=user.pk)


def collections(user):
    """The entries that claims posted."""
    return list(AiCreditLog.objects.of(user.pk).filter(idempotency_key__startswith="claim:").order_by("id"))


def capture(held, amount=None, at=NOON):
    with transaction.atomic():
        return holds.capture(hold=held, amount=amount, at=at)


def release(held, at=NOON):
    return holds.release(hold=held, at=at)


def assert_consistent(user):
    assert_ledger_consistent(user)
    assert audit.breaches(first=user.pk, last=user.pk) == []


class TestClaim:
    def test_claims_what_it_does_not_find_because_it_is_held(self, user):
        grant(user, 10, reference=PAYMENT)
        hold(user, 8)
        taken = clawback(user, -10)
        assert (taken.amount, taken.claimed) == (-2, 8)
        assert (claims(user), claimed(user), balance(user)) == ([(8, 0, 0)], 8, (0, 8))
        assert_consistent(user)

    def test_never_claims_what_was_spent(self, user):
        grant(user, 20, reference=PAYMENT)
        spend(user, 9)
        hold(user, 8)
        taken = clawback(user, -20)
        assert (taken.amount, taken.claimed) == (-3, 8)

    def test_claims_nothing_if_enough_is_available(self, user):
        grant(user, 20, reference=PAYMENT)
        hold(user, 8)
        assert clawback(user, -12).claimed == 0
        assert (claims(user), claimed(user)) == ([], 0)

    def test_several_claim_no_more_than_is_held(self, user):
        grant(user, 10, reference=PAYMENT)
        grant(user, 10, reference=OTHER)
        hold(user, 12)
        assert [clawback(user, -10).claimed, clawback(user, -10, of=OTHER).claimed] == [2, 10]
        assert clawback(user, -10, of=OTHER).claimed == 0
        assert claimed(user) == 12
        assert_consistent(user)

    def test_a_repeat_tells_the_same_and_claims_nothing(self, user):
        grant(user, 10, reference=PAYMENT)
        held = hold(user, 8)
        first = clawback(user, -10, key="once")
        assert clawback(user, -10, key="once").claimed == first.claimed == 8
        release(held)
        again = clawback(user, -10, key="once")
        assert (again.created, again.amount, again.claimed) == (False, -2, 8)
        assert claims(user) == [(0, 8, 0)]
        with pytest.raises(IdempotencyConflict):
            clawback(user, -9, key="once")

    def test_a_caller_cannot_tell_a_repeat_what_it_claimed(self, user):
        grant(user, 10, reference=PAYMENT)
        arguments = {"user_id": user.pk, "amount": -3, "action_type": "x", "key": "k", "reference": PAYMENT}
        for _ in range(2):
            assert ledger.clawback(**arguments, metadata={"claimed": 7, "requested": 9}, at=NOON).claimed == 0

    def test_in_a_transaction_that_fails_claims_nothing(self, user):
        grant(user, 10, reference=PAYMENT)
        hold(user, 8)
        with rolled_back():
            clawback(user, -10)
        assert (claims(user), claimed(user), balance(user)) == ([], 0, (2, 8))

    def test_claims_nothing_of_a_hold_that_has_expired(self, user):
        grant(user, 10, reference=PAYMENT)
        hold(user, 8)
        taken = clawback(user, -10, at=NOON + DAY)
        assert (taken.amount, taken.claimed) == (-10, 0)

    def test_leaves_another_user_alone(self, user, make_user):
        other = make_user(credits=0)
        for one in (user, other):
            grant(one, 10, reference=PAYMENT)
        held, theirs = hold(user, 8), hold(other, 8)
        clawback(user, -10)
        release(theirs)
        assert (balance(user), balance(other)) == ((0, 8), (10, 0))
        release(held)
        assert (balance(user), balance(other)) == ((0, 0), (10, 0))


class TestRelease:
    def test_pays_the_claim_and_frees_the_rest(self, user):
        own, other = grant(user, 10, reference=PAYMENT), grant(user, 10)
        held = hold(user, 16)
        clawback(user, -10)
        assert (left(own, other), claims(user)) == ([(10, 10), (6, 6)], [(6, 0, 0)])
        release(held)
        assert (left(own, other), claims(user)) == ([(4, 0), (6, 0)], [(0, 6, 0)])
        assert (balance(user), claimed(user)) == ((10, 0), 0)
        assert_consistent(user)

    def test_posts_a_clawback_of_the_payment(self, user):
        own = grant(user, 10, reference=PAYMENT)
        held = hold(user, 8)
        first = clawback(user, -10)
        release(held)
        (entry,) = collections(user)
        assert (entry.kind, entry.action_type, entry.amount) == ("clawback", "payment_returned", -8)
        assert (entry.reference_type, entry.reference_id) == (PAYMENT.type, PAYMENT.id)
        assert entry.metadata == {"clawback": first.entry_id, "hold": str(held.id)}
        assert list(entry.consumptions.values_list("grant_id", "amount")) == [(own.pk, 8)]

    def test_takes_from_the_payments_own_grants_first(self, user):
        soon, own = grant(user, 10, expires=DAY), grant(user, 10, reference=PAYMENT)
        held = hold(user, 20)
        clawback(user, -7)
        release(held)
        assert left(soon, own) == [(10, 0), (3, 0)]
        assert_consistent(user)

    def test_takes_what_the_own_grants_lack_in_consumption_order(self, user):
        never, own = grant(user, 10), grant(user, 10, expires=2 * DAY, reference=PAYMENT)
        soon = grant(user, 10, expires=DAY)
        spend(user, 14)  # all of soon, four of own
        held = hold(user, 16)
        clawback(user, -10)
        release(held)
        assert left(never, own, soon) == [(6, 0), (0, 0), (0, 0)]

    def test_pays_the_oldest_claim_first(self, user):
        grant(user, 10, reference=PAYMENT)
        grant(user, 10, reference=OTHER)
        first, second = hold(user, 12), hold(user, 8)
        clawback(user, -9, of=OTHER)
        clawback(user, -9)
        release(first)
        assert claims(user) == [(0, 9, 0), (6, 3, 0)]
        release(second)
        assert claims(user) == [(0, 9, 0), (0, 9, 0)]
        assert balance(user) == (2, 0)
        assert [entry.reference_id for entry in collections(user)] == [OTHER.id, PAYMENT.id, PAYMENT.id]
        assert_consistent(user)

    def test_of_two_holds_pays_one_claim_in_two_parts(self, user):
        grant(user, 10, reference=PAYMENT)
        held = [hold(user, 4), hold(user, 6)]
        clawback(user, -10)
        for one in held:
            release(one)
            assert_consistent(user)
        assert [entry.amount for entry in collections(user)] == [-4, -6]
        assert len({entry.idempotency_key for entry in collections(user)}) == 2

    def test_once(self, user):
        grant(user, 10, reference=PAYMENT)
        held = hold(user, 8)
        clawback(user, -10)
        assert [release(held), release(held)] == [True, False]
        assert len(collections(user)) == 1

    def test_leaves_credits_that_came_later_alone(self, user):
        grant(user, 10, reference=PAYMENT)
        held = hold(user, 8)
        clawback(user, -10)
        later = grant(user, 50)
        release(held)
        assert (left(later), balance(user)) == ([(50, 0)], (50, 0))

    def test_spends_in_between_keep_their_grants(self, user):
        own = grant(user, 10, reference=PAYMENT)
        held = hold(user, 8)
        clawback(user, -10)
        later = grant(user, 50)
        spend(user, 20)  # not yet taken from its grant
        release(held)
        assert process_due(user) == 30
        assert left(own, later) == [(0, 0), (30, 0)]
        assert_consistent(user)

    def test_in_a_transaction_that_fails_collects_later(self, user):
        own = grant(user, 10, reference=PAYMENT)
        held = hold(user, 8)
        clawback(user, -10)
        with rolled_back():
            release(held)
        assert (claims(user), left(own), balance(user)) == ([(8, 0, 0)], [(8, 8)], (0, 8))
        release(held)
        assert claims(user) == [(0, 8, 0)]

    def test_after_the_grants_expiry_pays_before_they_expire(self, user):
        own = grant(user, 10, expires=5 * MINUTE, reference=PAYMENT)
        held = hold(user, 10)
        clawback(user, -6)
        release(held, at=NOON + 10 * MINUTE)
        assert (claims(user), expiries(user), left(own)) == ([(0, 6, 0)], [-4], [(0, 0)])
        assert_consistent(user)

    def test_announces_a_balance_that_becomes_low(self, user, settings, django_capture_on_commit_callbacks):
        settings.CREDIT_LOW_BALANCE = 10
        grant(user, 20, reference=PAYMENT)
        held = hold(user, 20)
        clawback(user, -15)
        heard = []
        receive = lambda balance, **kwargs: heard.append(balance)  # noqa: E731  (one line, kept alive)
        balance_low.connect(receive)
        try:
            with django_capture_on_commit_callbacks(execute=True):
                release(held)
        finally:
            balance_low.disconnect(receive)
        assert heard == [5]


class TestExpiry:
    def test_of_a_hold_pays_the_claim(self, user):
        own, other = grant(user, 10, reference=PAYMENT), grant(user, 10)
        hold(user, 16)
        clawback(user, -10)
        assert process_due(user, at=NOON + DAY) == 10
        assert (left(own, other), claims(user)) == ([(4, 0), (6, 0)], [(0, 6, 0)])
        assert_consistent(user)

    def test_of_several_holds_pays_once(self, user):
        grant(user, 10, reference=PAYMENT)
        for _ in range(3):
            hold(user, 3)
        clawback(user, -10)
        assert process_due(user, at=NOON + DAY) == 0
        assert [entry.amount for entry in collections(user)] == [-9]
        assert_consistent(user)

    def test_is_paid_before_a_hold_finds_the_credits(self, user):
        grant(user, 10, reference=PAYMENT)
        hold(user, 10)
        clawback(user, -8)
        with pytest.raises(InsufficientCredits) as refusal:
            hold(user, 3, at=NOON + DAY)
        assert (refusal.value.available, claims(user)) == (2, [(0, 8, 0)])

    def test_is_paid_before_a_spend_finds_the_credits(self, user):
        grant(user, 10, reference=PAYMENT)
        hold(user, 10)
        clawback(user, -10)
        with pytest.raises(InsufficientCredits):
            spend(user, 1, at=NOON + DAY)

    def test_leaves_nothing_for_a_late_capture(self, user):
        grant(user, 10, reference=PAYMENT)
        held = hold(user, 10)
        clawback(user, -8)
        process_due(user, at=NOON + DAY)
        with pytest.raises(HoldClosed):
            capture(held, at=NOON + DAY)
        assert capture(held, 2, at=NOON + DAY).amount == 2
        assert (balance(user), claims(user)) == ((0, 0), [(0, 8, 0)])
        assert_consistent(user)

    def test_a_hold_that_is_reserved_again_can_be_claimed_again(self, user):
        grant(user, 20, reference=PAYMENT)
        held = hold(user, 10)
        clawback(user, -14)
        process_due(user, at=NOON + DAY)
        assert claims(user) == [(0, 4, 0)]
        captured = capture(held, 4, at=NOON + DAY)
        assert (captured.amount, balance(user)) == (4, (2, 0))
        assert_consistent(user)


class TestCapture:
    def test_of_everything_writes_the_claim_off(self, user, written_off):
        grant(user, 10, reference=PAYMENT)
        held = hold(user, 8)
        clawback(user, -10)
        assert capture(held).amount == 8
        assert (claims(user), claimed(user), balance(user)) == ([(0, 0, 8)], 0, (0, 0))
        assert written_off == [(PAYMENT, 8)]
        assert_consistent(user)

    def test_of_a_part_collects_the_rest_and_writes_off_what_was_spent(self, user, written_off):
        own = grant(user, 10, reference=PAYMENT)
        held = hold(user, 8)
        clawback(user, -10)
        captured = capture(held, 5)
        assert (captured.amount, captured.available) == (5, 0)
        assert (claims(user), left(own), written_off) == ([(0, 3, 5)], [(0, 0)], [(PAYMENT, 5)])
        assert_consistent(user)

    def test_of_a_part_that_covers_the_claim_frees_the_rest(self, user, written_off):
        grant(user, 10, reference=PAYMENT)
        held = hold(user, 10)
        clawback(user, -3)
        assert capture(held, 5).available == 2
        assert (claims(user), written_off) == ([(0, 3, 0)], [])
        assert_consistent(user)

    def test_of_nothing_is_a_release(self, user, written_off):
        grant(user, 10, reference=PAYMENT)
        held = hold(user, 8)
        clawback(user, -10)
        assert capture(held, 0).available == 0
        assert (claims(user), written_off) == ([(0, 8, 0)], [])
        assert_consistent(user)

    def test_leaves_the_claim_to_other_holds_that_cover_it(self, user, written_off):
        grant(user, 10, reference=PAYMENT)
        first, second = hold(user, 4), hold(user, 6)
        clawback(user, -6)
        capture(first)
        assert (claims(user), written_off) == ([(6, 0, 0)], [])
        release(second)
        assert (claims(user), balance(user)) == ([(0, 6, 0)], (0, 0))
        assert_consistent(user)

    def test_writes_the_newest_claim_off_first(self, user, written_off):
        grant(user, 10, reference=PAYMENT)
        grant(user, 10, reference=OTHER)
        first, second = hold(user, 14), hold(user, 6)
        clawback(user, -9)
        clawback(user, -9, of=OTHER)
        capture(first)
        assert claims(user) == [(6, 0, 3), (0, 0, 9)]
        assert written_off == [(OTHER, 9), (PAYMENT, 3)]
        release(second)
        assert claims(user) == [(6 - 6, 6, 3), (0, 0, 9)]
        assert_consistent(user)

    def test_takes_the_rest_from_the_payments_own_grants_first(self, user):
        soon, own = grant(user, 10, expires=DAY), grant(user, 10, reference=PAYMENT)
        held = hold(user, 20)
        clawback(user, -6)
        capture(held, 5)
        assert left(soon, own) == [(5, 0), (4, 0)]
        assert_consistent(user)

    def test_posts_the_spend_and_the_collection(self, user):
        grant(user, 10, reference=PAYMENT)
        held = hold(user, 10)
        clawback(user, -4)
        captured = capture(held, 5)
        entry = AiCreditLog.objects.get(pk=captured.entry_id)
        assert (entry.kind, entry.amount, entry.balance_after) == ("spend", -5, 1)
        assert [entry.amount for entry in collections(user)] == [-4]

    def test_that_fails_writes_nothing_off(self, user):
        grant(user, 10, reference=PAYMENT)
        held = hold(user, 8)
        clawback(user, -10)
        with rolled_back():
            capture(held)
        assert (claims(user), balance(user)) == ([(8, 0, 0)], (0, 8))

    def test_fails_with_a_receiver_that_cannot_record_the_write_off(self, user):
        def receive(**kwargs):
            raise RuntimeError("no")

        grant(user, 10, reference=PAYMENT)
        held = hold(user, 8)
        clawback(user, -10)
        claim_written_off.connect(receive)
        try:
            with pytest.raises(RuntimeError):
                capture(held)
        finally:
            claim_written_off.disconnect(receive)
        assert (claims(user), balance(user)) == ([(8, 0, 0)], (0, 8))
        assert CreditHold.objects.get(pk=held.id).state == "held"


class TestWinningBack:
    def test_cancels_the_claim_before_it_returns_what_was_taken(self, user):
        own = grant(user, 10, reference=PAYMENT)
        held = hold(user, 8)
        clawback(user, -10)
        won = clawback(user, 9)
        assert (won.amount, won.claimed, balance(user)) == (1, -8, (1, 8))
        assert (claims(user), claimed(user)) == ([(0, 0, 0)], 0)
        assert clawback(user, 1).amount == 1
        release(held)
        assert (left(own), balance(user)) == ([(10, 0)], (10, 0))
        assert_consistent(user)

    def test_cancels_the_newest_claim_first(self, user):
        grant(user, 10, reference=PAYMENT)
        hold(user, 10)
        clawback(user, -4)
        clawback(user, -4)
        clawback(user, 5)
        assert claims(user) == [(3, 0, 0), (0, 0, 0)]

    def test_leaves_another_payments_claim_open(self, user):
        grant(user, 10, reference=PAYMENT)
        grant(user, 10, reference=OTHER)
        hold(user, 20)
        clawback(user, -4)
        clawback(user, -4, of=OTHER)
        clawback(user, 4)
        assert claims(user) == [(0, 0, 0), (4, 0, 0)]

    def test_returns_what_claims_collected_to_the_grants_that_paid(self, user):
        other, own = grant(user, 10, expires=DAY), grant(user, 4, reference=PAYMENT)
        held = hold(user, 14)
        clawback(user, -6)
        release(held)
        assert left(other, own) == [(8, 0), (0, 0)]
        won = clawback(user, 6)
        assert (left(other, own), sorted(consumptions(won))) == (
            [(10, 0), (4, 0)],
            [(other.pk, 2), (own.pk, 4)],
        )
        assert_consistent(user)

    def test_returns_nothing_that_was_written_off(self, user):
        grant(user, 10, reference=PAYMENT)
        held = hold(user, 8)
        clawback(user, -10)
        capture(held)
        with pytest.raises(ValueError, match="2 credits"):
            clawback(user, 3)
        assert clawback(user, 2).amount == 2

    def test_a_repeat_cancels_nothing_more(self, user):
        grant(user, 10, reference=PAYMENT)
        hold(user, 10)
        clawback(user, -8)
        first, again = clawback(user, 5, key="won"), clawback(user, 5, key="won")
        assert (first.claimed, again.claimed, again.created) == (-5, -5, False)
        assert claims(user) == [(3, 0, 0)]

    def test_more_than_was_taken_and_is_claimed_is_refused(self, user):
        grant(user, 10, reference=PAYMENT)
        hold(user, 8)
        clawback(user, -10)
        with pytest.raises(ValueError, match="2 credits"):
            clawback(user, 11)
        assert claims(user) == [(8, 0, 0)]


class TestVerification:
    def test_finds_a_claim_that_the_users_row_does_not_know(self, user):
        grant(user, 10, reference=PAYMENT)
        hold(user, 8, at=timezone.now())
        clawback(user, -10, at=timezone.now())
        get_user_model().objects.filter(pk=user.pk).update(ai_credits_claimed=3)
        assert {breach.rule for breach in audit.breaches(first=user.pk, last=user.pk)} == {
            "claimed_is_not_what_claims_claim"
        }
        assert audit.repair(user_id=user.pk)
        assert claimed(user) == 8
        assert_consistent(user)

    def test_finds_a_claim_that_collected_another_amount(self, user):
        grant(user, 10, reference=PAYMENT)
        release_later = hold(user, 8)
        clawback(user, -10)
        release(release_later)
        CreditClaim.objects.filter(user=user).update(collected_amount=7)
        assert {breach.rule for breach in audit.breaches(first=user.pk, last=user.pk)} == {
            "claim_did_not_post_what_it_collected"
        }

    def test_a_repair_that_finds_no_holds_writes_the_claims_off(self, user, written_off):
        now = timezone.now()
        grant(user, 10, reference=PAYMENT)
        held = hold(user, 8, at=now)
        clawback(user, -10, at=now)
        CreditHold.objects.filter(pk=held.id).delete()
        assert audit.repair(user_id=user.pk)
        assert (claims(user), written_off, balance(user)) == ([(0, 0, 8)], [(PAYMENT, 8)], (8, 0))
        assert_consistent(user)


class TestWorkInAnotherProcess:
    """A hold that one process reserves and another charges for, or keeps."""

    @pytest.fixture
    def job(self, make_user, settings):
        settings.CREDIT_PRICES = {"work": {"base": 10}}
        user = make_user(credits=0)
        grant(user, 10, reference=PAYMENT, at=timezone.now())
        with transaction.atomic():
            hold_id = ledger.reserve(user=user, action="work")
        clawback(user, -10, at=timezone.now())
        return user, hold_id

    def test_that_keeps_its_hold_keeps_the_claim_open(self, job):
        user, hold_id = job
        with ledger.charge(hold=hold_id) as charge:
            charge.keep()
        assert (claims(user), balance(user)) == ([(10, 0, 0)], (0, 10))
        with ledger.charge(hold=hold_id):
            pass
        assert (claims(user), balance(user)) == ([(0, 10, 0)], (0, 0))
        assert_consistent(user)

    def test_that_is_cancelled_pays_the_claim(self, job):
        user, hold_id = job
        assert ledger.release(hold=hold_id)
        assert (claims(user), balance(user)) == ([(0, 10, 0)], (0, 0))

    def test_that_succeeds_spends_what_was_claimed(self, job, written_off):
        user, hold_id = job
        with ledger.charge(hold=hold_id) as charge, transaction.atomic():
            charge.capture()
        assert (claims(user), balance(user), written_off) == ([(0, 0, 10)], (0, 0), [(PAYMENT, 10)])
        assert_consistent(user)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_a_spend_at_the_moment_of_release_never_gets_claimed_credits(self, user):
        grant(user, 10, reference=PAYMENT, at=timezone.now())
        now = timezone.now()
        for round_ in range(5):
            held = hold(user, 10, at=now)
            clawback(user, -10, key=f"back:{round_}", at=now)
            done = threading.Event()

            def spend_until_done(number, round_=round_, done=done):
                refused = 0
                while not done.is_set():
                    try:
                        spend(user, 1, key=f"spend:{round_}:{number}", at=now)
                    except InsufficientCredits:
                        refused += 1
                return refused

            def release_then_stop(held=held, done=done):
                try:
                    return release(held, at=now)
                finally:
                    done.wait(timeout=0.2)
                    done.set()

            answers = at_once(release_then_stop, *[partial(spend_until_done, n) for n in range(3)])
            assert answers[0] is True
            assert all(isinstance(refused, int) and refused for refused in answers[1:])
            assert (balance(user), claims(user)[-1]) == ((0, 0), (0, 10, 0))
            assert not AiCreditLog.objects.of(user.pk).spends().exists()
            clawback(user, 10, key=f"won:{round_}", at=now)
            assert_consistent(user)

    def test_a_spend_waits_for_a_release_whose_transaction_is_open(self, user):
        now = timezone.now()
        grant(user, 10, reference=PAYMENT, at=now)
        held = hold(user, 10, at=now)
        clawback(user, -7, at=now)
        released = threading.Event()

        def release_slowly():
            with transaction.atomic():
                release(held, at=now)
                released.set()
                threading.Event().wait(0.3)

        def spend_all():
            released.wait(timeout=30)
            return spend(user, 4, at=now)

        assert isinstance(at_once(release_slowly, spend_all)[1], InsufficientCredits)
        assert balance(user) == (3, 0)

    def test_two_releases_of_one_hold_collect_once(self, user):
        now = timezone.now()
        grant(user, 10, reference=PAYMENT, at=now)
        held = hold(user, 10, at=now)
        clawback(user, -7, at=now)
        assert sorted(at_once(*[partial(release, held, at=now)] * 6)) == [False] * 5 + [True]
        assert (claims(user), balance(user)) == ([(0, 7, 0)], (3, 0))
        assert_consistent(user)

    def test_releases_of_several_holds_collect_the_claim_together(self, user):
        now = timezone.now()
        grant(user, 40, reference=PAYMENT, at=now)
        held = [hold(user, 5, at=now) for _ in range(8)]
        clawback(user, -32, at=now)
        assert at_once(*[partial(release, one, at=now) for one in held]) == [True] * 8
        assert (claims(user), balance(user)) == ([(0, 32, 0)], (8, 0))
        assert_consistent(user)

    def test_a_clawback_and_a_capture_lose_and_mint_nothing(self, user):
        now = timezone.now()
        for round_ in range(6):
            grant(user, 10, reference=PAYMENT, at=now)
            held = hold(user, 8, at=now)
            answers = at_once(
                partial(clawback, user, -10, key=f"back:{round_}", at=now), partial(capture, held, 5, at=now)
            )
            assert not [answer for answer in answers if isinstance(answer, Exception)]
            # First the clawback: two taken, three collected. First the capture: five taken.
            assert (balance(user), claimed(user)) == ((0, 0), 0)
            assert (answers[0].amount, answers[0].claimed) in {(-2, 8), (-5, 0)}
            assert_consistent(user)

    def test_clawbacks_and_everything_that_closes_holds(self, user, make_user):
        now = timezone.now()
        grant(user, 90, reference=PAYMENT, at=now)
        held = [hold(user, 10, at=now) for _ in range(8)]
        answers = at_once(
            *[partial(clawback, user, -15, key=f"back:{n}", at=now) for n in range(4)],
            *[partial(release, one, at=now) for one in held[:4]],
            *[partial(capture, one, n, at=now) for n, one in enumerate(held[4:6])],
            partial(process_due, user, at=now + timedelta(hours=1)),
            partial(process_due, user, at=now + timedelta(hours=1)),
        )
        assert not [
            answer
            for answer in answers
            if isinstance(answer, Exception) and not isinstance(answer, HoldClosed)
        ]
        assert (balance(user)[1], claimed(user)) == (0, 0)
        assert_consistent(user)
        connection.close()
