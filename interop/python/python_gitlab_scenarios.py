"""What `python-gitlab` does on a GitLab: one function for each scenario, named on the command line."""

import os
import sys

import gitlab

URL = os.environ["GITLAB_URL"]
gl = gitlab.Gitlab(URL, private_token=os.environ["ADMIN_TOKEN"], retry_transient_errors=False)


def auth():
    gl.auth()
    assert gl.user.username
    assert gl.version()[0] == "19.4.0"
    raises(gitlab.exceptions.GitlabAuthenticationError, gitlab.Gitlab(URL, private_token="x").auth)


def make(**attributes):
    gl.auth()
    return gl.user.runners.create({"runner_type": "instance_type", **attributes})


def create():
    made = make(description="new", tag_list="a,b", run_untagged=False, maximum_timeout=900)
    assert made.id and made.token.startswith("glrt-")
    runner = gl.runners.get(made.id)
    assert runner.description == "new" and sorted(runner.tag_list) == ["a", "b"]
    assert runner.run_untagged is False and runner.maximum_timeout == 900


def create_for_places():
    gl.auth()
    group = gl.groups.get("team")
    project = gl.projects.get("team/app")
    user = gl.user.runners
    of_group = user.create({"runner_type": "group_type", "group_id": group.id})
    of_project = user.create({"runner_type": "project_type", "project_id": project.id})
    assert gl.runners.get(of_group.id).runner_type == "group_type"
    assert gl.runners.get(of_project.id).runner_type == "project_type"
    raises(gitlab.exceptions.GitlabCreateError, lambda: user.create({"runner_type": "none"}))


def lists():
    made = [make(description="r%d" % n, tag_list="many").id for n in range(45)]
    found = [runner.id for runner in gl.runners_all.list(tag_list="many", get_all=True)]
    assert sorted(found) == sorted(made), found
    page = gl.runners_all.list(tag_list="many", page=2, per_page=20)
    assert len(page) == 20
    assert len(list(gl.runners_all.list(tag_list="many", iterator=True))) == 45
    assert gl.runners_all.list(paused=True) == []
    raises(gitlab.exceptions.GitlabListError, lambda: gl.runners_all.list(type="no_type"))


def update():
    runner = gl.runners.get(make(description="before").id)
    runner.description = "after"
    runner.tag_list = ["x"]
    runner.save()
    again = gl.runners.get(runner.id)
    assert again.description == "after" and again.tag_list == ["x"]
    gl.runners.update(runner.id, {"active": False})
    assert gl.runners.get(runner.id).paused is True


def delete():
    made = make()
    gl.runners.delete(made.id)
    raises(gitlab.exceptions.GitlabGetError, lambda: gl.runners.get(made.id))
    by_token = make()
    gl.runners.delete(token=by_token.token)
    raises(gitlab.exceptions.GitlabVerifyError, lambda: gl.runners.verify(by_token.token))


def verify():
    gl.runners.verify(os.environ["RUNNER_TOKEN"])
    raises(gitlab.exceptions.GitlabVerifyError, lambda: gl.runners.verify("wrong"))


def register():
    made = gl.runners.create({"token": os.environ["REGISTRATION_TOKEN"], "description": "old way"})
    assert gl.runners.get(made.id).description == "old way"
    raises(gitlab.exceptions.GitlabCreateError, lambda: gl.runners.create({"token": "wrong"}))


def project_runners():
    gl.auth()
    project = gl.projects.get("team/app")
    other = gl.projects.get("team/other")
    made = gl.user.runners.create({"runner_type": "project_type", "project_id": project.id})
    other.runners.create({"runner_id": made.id})
    assert made.id in [runner.id for runner in other.runners.list(get_all=True)]
    other.runners.delete(made.id)
    assert made.id not in [runner.id for runner in other.runners.list(get_all=True)]
    raises(gitlab.exceptions.GitlabDeleteError, lambda: project.runners.delete(made.id))


def group_runners():
    gl.auth()
    group = gl.groups.get("team")
    made = gl.user.runners.create({"runner_type": "group_type", "group_id": group.id})
    assert made.id in [runner.id for runner in group.runners.list(get_all=True)]


def jobs_of_a_runner():
    runner = gl.runners.get(int(os.environ.get("RUNNER_ID", "1")))
    assert [job.name for job in runner.jobs.list(get_all=True)] == []
    assert runner.jobs.list(status="success", get_all=True) == []


def raises(kind, body):
    try:
        body()
    except kind:
        return
    raise AssertionError("%s was not raised" % kind.__name__)


if __name__ == "__main__":
    globals()[sys.argv[1]]()
