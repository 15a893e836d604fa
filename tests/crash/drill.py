"""Kill workers and the database in the middle of paid work, then audit the ledger."""

import contextlib
import io
import json
import os
import random
import select
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import Error, connection, connections
from django.utils import timezone

from accounts.services import issue_tokens
from accounts.tests.factories import UserFactory
from ai.models import AnswerEvaluation, QuestionSet
from config.embedded_postgres.server import EmbeddedServer
from credits import services as ledger
from credits.models import AiCreditLog, CreditHold, HoldState
from jobs import due_work
from jobs.models import OPEN_STATES, Job, JobState
from tests.crash import worker
from tests.crash.worker import Customer
from tests.properties import ledger_audit

PROJECT = Path(__file__).resolve().parents[2]
WORKERS = 3
CUSTOMERS = 4
FIRST_GUESS = 0.03  # seconds that a piece of work takes; then it is measured
PATIENCE = 60  # seconds for a worker to get anything done
JOB_WORKERS = 2
DOCUMENTED = {200, 201, 202, 402, 409, 503}
ENDED = {
    JobState.SUCCEEDED: {HoldState.CAPTURED},
    JobState.FAILED: {HoldState.RELEASED, HoldState.EXPIRED},
    JobState.CANCELLED: {HoldState.RELEASED, HoldState.CAPTURED},  # captured if it had shown finished units
}


@dataclass
class Asked:
    """What a worker asked for, and what it was told before it died, if anything."""

    verb: str
    user_id: int
    told: dict[str, Any] | None = None


@dataclass
class Process:
    """A forked worker and our end of its pipe."""

    number: int
    pipe: int
    unread: bytes = b""
    began: float | None = None  # when it began what it is doing now
    done: int = 0


@dataclass
class Drill:
    """One run. `lost` and `minted` say what went wrong, in words."""

    seed: int
    customers: list[Customer] = field(default_factory=list)
    asked: dict[str, Asked] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    minted: list[str] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    interrupted: Counter[str] = field(default_factory=Counter)
    jobs: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.processes: list[Process] = []
        self.job_workers: list[subprocess.Popen[bytes]] = []
        self.born = 0
        self.pace = FIRST_GUESS
        self.server = EmbeddedServer(settings.DATABASES["default"]["DATA_DIR"])

    # The scene

    def prepare(self) -> None:
        """Customers with credits and a question each."""
        for number in range(CUSTOMERS):
            user = UserFactory(credits=1_000_000)
            customer = Customer(user.pk, issue_tokens(user=user).access)
            self.customers.append(customer)
            self.asked[key := f"first-{number}"] = Asked("generate", user.pk)
            answer = customer.post(
                "/api/ai/generate-from-source", {"sourceText": worker.TEXT[:3500], "questionCount": 2}, key
            )
            customer.question_id = answer.json()["questions"][0]["id"]

    def start(self) -> None:
        connections.close_all()  # a connection belongs to one process
        ours, theirs = os.pipe()
        self.born += 1
        number = os.fork()
        if number == 0:
            try:
                os.close(ours)
                worker.run(self.customers, theirs, f"{self.seed}-{self.born}")
            finally:
                os._exit(1)
        os.close(theirs)
        self.processes.append(Process(number, ours))

    def start_job_worker(self) -> None:
        """Start a real worker, as production runs it."""
        self.job_workers.append(
            subprocess.Popen(
                [sys.executable, "manage.py", "run_worker"],
                cwd=PROJECT,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )

    # The accidents

    def kill_a_job_worker(self) -> None:
        """Anywhere in the middle of its jobs. Take every worker for dead then: some jobs run twice."""
        self.listen(self.chance.uniform(0, 1))
        victim = self.chance.choice(self.job_workers)
        victim.kill()
        victim.wait()
        self.job_workers.remove(victim)
        self.start_job_worker()
        with contextlib.suppress(Error):
            self.take_workers_for_dead()
        connections.close_all()

    def take_workers_for_dead(self) -> None:
        """Do at once what takes a minute otherwise: the sweep that follows a missing heartbeat."""
        with connection.cursor() as cursor:
            cursor.execute("update procrastinate_workers set last_heartbeat = 'epoch'")
        due_work.process_due()

    def kill_a_worker(self) -> None:
        """Once it has done something, and anywhere in the middle of the next."""
        victim = self.chance.choice(self.processes)
        wanted = victim.done + self.chance.randint(1, 4)
        deadline = time.monotonic() + PATIENCE
        while victim.done < wanted or victim.began is None:
            self.listen(0.001)
            if time.monotonic() > deadline:
                raise TimeoutError("A worker gets nothing done.")
        time.sleep(self.chance.uniform(0, 1.5 * self.pace))
        os.kill(victim.number, signal.SIGKILL)
        self.bury(victim)
        self.start()

    def kill_the_server(self) -> None:
        """While all work; the next connection of any process starts it again."""
        self.listen(self.chance.uniform(0, self.pace))
        self.server.wait_until_ready()
        assert self.server.kill() is not None

    def listen(self, seconds: float) -> None:
        ready, _, _ = select.select([process.pipe for process in self.processes], [], [], seconds)
        for process in self.processes:
            if process.pipe in ready:
                self.read(process)

    def read(self, process: Process) -> bool:
        data = os.read(process.pipe, 1 << 16)
        *lines, process.unread = (process.unread + data).split(b"\n")
        for line in map(json.loads, lines):
            if "begin" in line:
                self.asked[line["begin"]] = Asked(line["verb"], line["user"])
                process.began = time.monotonic()
            else:
                if process.began and line["status"] < 500:
                    self.pace += 0.1 * (time.monotonic() - process.began - self.pace)
                process.began, process.done = None, process.done + 1
                self.asked[line.pop("end")].told = line
                self.answers[f"{line['status']} {line.get('code') or ''}".strip()] += 1
        return bool(data)

    def bury(self, process: Process) -> None:
        os.waitpid(process.number, 0)
        while self.read(process):
            pass
        os.close(process.pipe)
        self.processes.remove(process)

    def end(self) -> None:
        for worker_process in self.job_workers:
            worker_process.kill()
            worker_process.wait()
        self.job_workers.clear()
        for process in list(self.processes):
            os.kill(process.number, signal.SIGKILL)
            self.bury(process)

    # What must be true afterwards

    def finish_jobs(self) -> None:
        """Let a worker that nobody kills finish every job, and stop it: it exits by itself."""
        deadline = time.monotonic() + 2 * PATIENCE
        self.start_job_worker()
        self.take_workers_for_dead()
        while Job.objects.filter(state__in=OPEN_STATES).exists():
            if time.monotonic() > deadline:
                self.lost.append(f"{Job.objects.filter(state__in=OPEN_STATES).count()} jobs that never end")
                break
            time.sleep(0.1)
        time.sleep(2)  # the worker has its handlers
        (last,) = self.job_workers
        last.terminate()
        if last.wait(PATIENCE) != 0:
            self.lost.append(f"a worker that stopped with {last.returncode}")
        self.job_workers.clear()

    def ask_again(self) -> None:
        """Every client that missed its answer asks once more, after the holds' time: each gets it."""
        connection.close()
        self.finish_jobs()
        unanswered = [
            key for key, asked in self.asked.items() if asked.told is None or asked.told["status"] >= 500
        ]
        states = dict(
            CreditHold.objects.filter(idempotency_key__in=unanswered).values_list("idempotency_key", "state")
        )
        self.interrupted = Counter(states.get(key, "nothing held") for key in unanswered)
        later = timezone.now() + timedelta(seconds=settings.CREDIT_HOLD_SECONDS)
        for customer in self.customers:
            ledger.process_due(user_id=customer.user_id, at=later)
        open_holds = CreditHold.objects.filter(state=HoldState.HELD).count()
        self.lost += [f"{open_holds} holds that never come back"] * bool(open_holds)
        by_id = {customer.user_id: customer for customer in self.customers}
        for key in unanswered:
            asked = self.asked[key]
            asked.told = worker.act(by_id[asked.user_id], asked.verb, key)
        self.finish_jobs()
        for key in unanswered:
            asked = self.asked[key]
            if asked.told["status"] == 202 and "cancelled" not in asked.told:
                asked.told = worker.act(by_id[asked.user_id], asked.verb, key)
            if asked.told["status"] not in {200, 201} and "cancelled" not in asked.told:
                self.lost.append(f"the answer to {key}: {asked.told}")
            if states.get(key) == HoldState.CAPTURED and asked.told.get("charged"):
                self.lost.append(f"{key} was charged again for an answer that had been paid for")

    def audit_jobs(self) -> None:
        """Every job has ended, its hold agrees, and it was paid for once if it has a result, or else never."""
        holds = dict(CreditHold.objects.values_list("id", "state"))
        spends = Counter(AiCreditLog.objects.spends().values_list("idempotency_key", flat=True))
        for job in Job.objects.all():
            self.jobs[f"{job.state} {(job.error or {}).get('code', '')}".strip()] += 1
            self.jobs["of them with more than one attempt"] += job.attempts > 1
            if holds[job.hold_id] not in ENDED.get(job.state, set()):
                self.lost.append(f"job {job.id}, which is {job.state}: its hold is {holds[job.hold_id]}")
            paid = spends[f"hold:{job.hold_id}"]
            if paid != (job.response_status is not None):
                self.lost.append(f"job {job.id}, which is {job.state}, was paid for {paid} times")
        kept = {str(pk) for pk in Job.objects.values_list("pk", flat=True)}
        told = {asked.told["job"] for asked in self.asked.values() if asked.told and "job" in asked.told}
        self.lost += [f"job {job}, which was acknowledged" for job in told - kept]

    def audit(self) -> None:
        """Every credit, every result and every answer, against each other."""
        self.audit_jobs()
        later = timezone.now() + timedelta(days=1)
        for customer in self.customers:
            ledger.process_due(user_id=customer.user_id, at=later)
        self.lost += [
            f"{rule}: not for user {user_id}" for rule, user_id in ledger_audit.breaches(due_processed=True)
        ]

        try:
            call_command("verify_ledger", stdout=io.StringIO())
        except (CommandError, SystemExit) as error:
            self.lost.append(f"verify_ledger: {error}")

        results = {
            str(pk)
            for model in (AnswerEvaluation, QuestionSet)
            for pk in model.objects.values_list("pk", flat=True)
        }
        paid = Counter(
            AiCreditLog.objects.exclude(reference_id="").spends().values_list("reference_id", flat=True)
        )
        self.minted += [f"result {result} that was not paid for" for result in results - set(paid)]
        self.lost += [f"the price of {result}, which was not stored" for result in set(paid) - results]
        self.lost += [f"{result} was paid for {times} times" for result, times in paid.items() if times > 1]

        prices = dict(AiCreditLog.objects.exclude(reference_id="").values_list("reference_id", "amount"))
        granted = set(AiCreditLog.objects.filter(kind="grant").values_list("idempotency_key", flat=True))
        requests = Counter(
            CreditHold.objects.filter(state=HoldState.CAPTURED).values_list("idempotency_key", flat=True)
        )
        for key, asked in self.asked.items():
            told = asked.told or {}
            if told.get("status") not in DOCUMENTED - {503}:
                continue
            if asked.verb == "top_up":
                self.lost += [f"grant {key}"] * (key not in granted)
            elif told.get("charged"):
                if prices.get(told["result"]) != -told["charged"]:
                    self.lost.append(f"{key}: told {told}, the ledger says {prices.get(told['result'])}")
                if requests[key] != 1:
                    self.lost.append(f"{key} was charged {requests[key]} times")
        self.lost += [
            f"an undocumented answer: {answer}"
            for answer in self.answers
            if int(answer[:3]) not in DOCUMENTED
        ]


def run(*, kills: int, server_kills: int, seed: int) -> Drill:
    """Prepare, kill that many workers and servers in random order, and audit. A third are workers of jobs."""
    drill = Drill(seed)
    drill.prepare()
    try:
        for _ in range(WORKERS):
            drill.start()
        for _ in range(JOB_WORKERS):
            drill.start_job_worker()
        job_workers = (kills - server_kills) // 3
        accidents = [
            *[drill.kill_a_worker] * (kills - server_kills - job_workers),
            *[drill.kill_a_job_worker] * job_workers,
            *[drill.kill_the_server] * server_kills,
        ]
        drill.chance.shuffle(accidents)
        for accident in accidents:
            accident()
    finally:
        drill.end()
    drill.ask_again()
    drill.audit()
    return drill
