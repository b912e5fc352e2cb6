"""The smallest runner there is: does one job by saying its script, and reports success."""

import json
import sys
import time
import urllib.request

url, token = sys.argv[1:]


def send(method, path, body, headers):
    request = urllib.request.Request(f"{url}/api/v4/{path}", body, headers, method=method)
    with urllib.request.urlopen(request) as answer:
        return answer.status, answer.read()


def send_json(method, path, body):
    return send(method, path, json.dumps(body).encode(), {"Content-Type": "application/json"})


_, answer = send_json("POST", "jobs/request", {"token": token})
job = json.loads(answer)
script = next(step["script"] for step in job["steps"] if step["name"] == "script")
log = "".join(f"doing {line}\n" for line in script).encode()
path = f"jobs/{job['id']}"
headers = {
    "JOB-TOKEN": job["token"],
    "Content-Type": "text/plain",
    "Content-Range": f"0-{len(log) - 1}",
}
send("PATCH", f"{path}/trace", log, headers)
# 202: GitLab has yet to keep the log.
while send_json("PUT", path, {"token": job["token"], "state": "success"})[0] == 202:
    time.sleep(0.2)
