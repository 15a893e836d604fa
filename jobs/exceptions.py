"""Expected failures of jobs."""

import uuid

from common.exceptions import APIError


class JobsError(APIError):
    """The base of this app's expected failures."""

    code = "jobs_error"


class JobFinished(JobsError):
    """A job that has succeeded or failed cannot be cancelled."""

    status_code = 409
    code = "job_finished"
    fields = {"state": "`succeeded` or `failed`."}
    example = {"job_id": uuid.UUID(int=0), "state": "succeeded"}

    def __init__(self, *, job_id: uuid.UUID, state: str) -> None:
        self.job_id, self.state = job_id, state
        super().__init__(f"This job has {state}; it cannot be cancelled.", state=state)


class JobDeadlinePassed(JobsError):
    """The job did not finish before its deadline, which covers the wait in the queue and all attempts."""

    status_code = 504
    code = "job_deadline_passed"
    message = "The job did not finish in time. You have not been charged."


class JobGivenUp(JobsError):
    """The job was interrupted too often, for example because workers were killed while they ran it."""

    status_code = 503
    code = "job_given_up"
    message = "The job was interrupted too often. You have not been charged."


class UnknownAction(JobsError):
    """This worker's version does not have the job's action. A worker of another version may."""

    status_code = 503
    code = "unknown_action"
    example = {"action": "generate_from_source"}

    def __init__(self, *, action: str) -> None:
        self.action = action
        super().__init__(f"The action {action!r} is not available at the moment. You have not been charged.")
