"""What `gitlab_runner_api` does on a GitLab: one function for each scenario, named on the command line."""

import os
import sys

from gitlab_runner_api import Job, Runner, failure_reasons
from gitlab_runner_api.exceptions import (
    AlreadyFinishedExcpetion,
    AuthException,
)

URL = os.environ["GITLAB_URL"]


def register():
    runner = Runner.register(
        URL,
        os.environ["REGISTRATION_TOKEN"],
        description="by gitlab_runner_api",
        locked=False,
        run_untagged=True,
        tags=["python", "old"],
        maximum_timeout=3600,
        name="interop",
        version="1.0.4",
        platform="linux",
        executor="none",
    )
    assert runner.id > 0 and runner.token
    assert runner.tags == {"python", "old"}
    return runner


def registration_refused():
    raises(AuthException, lambda: Runner.register(URL, "wrong"))


def verify():
    runner = register()
    runner.check_auth()
    assert Runner.loads(runner.dumps()) == runner
    raises(AuthException, lambda: Runner(URL, 1, "wrong", {"info": {}}))


def the_job():
    job = register().request_job()
    assert job is not None
    return job


def request():
    runner = register()
    job = runner.request_job()
    assert job.name == "first" and job.stage == "test"
    assert job.script == ["make", "make test"] and job.after_script == ["make clean"]
    assert job.ref == "main" and job.is_branch
    values = {variable.key: variable.value for variable in job.variables}
    assert values["COLOUR"] == "green" and values["CI_JOB_ID"] == str(job.id)
    assert job.project_path and job.repo_url and job.job_url and job.username
    assert runner.request_job() is not None
    assert runner.request_job() is None


def success():
    job = the_job()
    job.set_success()
    raises(AlreadyFinishedExcpetion, job.set_success)


def failed():
    job = the_job()
    job.set_failed(failure_reasons.ScriptFailure())


def failed_without_reason():
    the_job().set_failed()


def dump_and_load():
    job = the_job()
    loaded = Job.loads(job.dumps())
    assert loaded.id == job.id and loaded.token == job.token
    loaded.set_success()


def finished_elsewhere():
    job = the_job()
    other = Job.loads(job.dumps())
    other.set_success()
    raises(AuthException, job.set_failed)


def first_piece_of_log():
    job = the_job()
    job.log += "hello\n"
    job.set_success()


def second_piece_of_log():
    job = the_job()
    job.log += "one\n"

    def more():
        job.log += "two\n"

    raises(NotImplementedError, more)


def keep_alive():
    raises(NotImplementedError, the_job().auth)


def raises(kind, body):
    try:
        body()
    except kind:
        return
    raise AssertionError("%s was not raised" % kind.__name__)


if __name__ == "__main__":
    globals()[sys.argv[1]]()
