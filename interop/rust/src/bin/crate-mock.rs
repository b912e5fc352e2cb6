//! The crate's mock of a GitLab, driven by a line of JSON for each question on stdin, which a line
//! on stdout answers. The first line of all is `{"url", "token"}`.

use gitlab_runner_mock::{GitlabRunnerMock, MockJob, MockJobStepName, MockJobStepWhen};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Stdout, stdin, stdout};

struct Mock {
    server: GitlabRunnerMock,
}

impl Mock {
    fn answer(&self, question: &Value) -> Value {
        match question["do"].as_str() {
            Some("add") => self.add(question),
            Some("show") => self.show(&self.job(question)),
            Some("cancel") => {
                self.job(question).cancel();
                json!({})
            }
            Some("fail-downloads") => {
                self.server.set_inject_artifact_download_failures(number(&question["times"]) as u32);
                json!({})
            }
            other => panic!("no such question: {other:?}"),
        }
    }

    fn add(&self, question: &Value) -> Value {
        let mut job = self.server.job_builder(text(&question["name"]));
        let script = texts(&question["script"]);
        job.add_step(MockJobStepName::Script, script, 3600, MockJobStepWhen::OnSuccess, false);
        job.add_step(
            MockJobStepName::AfterScript,
            vec!["say afterwards".into()],
            3600,
            MockJobStepWhen::Always,
            false,
        );
        let paths = texts(&question["paths"]);
        if !paths.is_empty() {
            job.add_artifact_paths(paths);
        }
        for id in question["dependencies"].as_array().into_iter().flatten() {
            job.dependency(self.server.get_job(number(id)).expect("a job that exists"));
        }
        let job = job.build();
        let id = job.id();
        self.server.enqueue_job(job);
        json!({ "id": id })
    }

    fn show(&self, job: &MockJob) -> Value {
        let artifacts: Vec<Value> = job
            .uploaded_artifacts()
            .map(|it| json!({ "filename": it.filename, "bytes": it.data.as_slice() }))
            .collect();
        json!({
            "state": job.state().to_string(),
            "log": String::from_utf8_lossy(&job.log()),
            "artifacts": artifacts,
        })
    }

    fn job(&self, question: &Value) -> MockJob {
        self.server.get_job(number(&question["id"])).expect("a job that exists")
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").into()
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(text).collect()
}

fn number(value: &Value) -> u64 {
    value.as_u64().expect("a number")
}

async fn say(out: &mut Stdout, value: Value) {
    out.write_all(format!("{value}\n").as_bytes()).await.expect("someone who listens");
    out.flush().await.expect("someone who listens");
}

#[tokio::main]
async fn main() {
    let mock = Mock { server: GitlabRunnerMock::start().await };
    // As GitLab of a job that nobody watches.
    mock.server.set_update_interval(60);
    let mut out = stdout();
    let hello = json!({ "url": mock.server.uri().as_str(), "token": mock.server.runner_token() });
    say(&mut out, hello).await;
    let mut lines = BufReader::new(stdin()).lines();
    while let Some(line) = lines.next_line().await.expect("stdin") {
        let question = serde_json::from_str(&line).expect("a line of JSON");
        say(&mut out, mock.answer(&question)).await;
    }
}
