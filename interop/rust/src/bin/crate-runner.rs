//! A runner on the crate `gitlab-runner`: `crate-runner URL TOKEN LIMIT`.
//!
//! A job's script is words, not shell: `say TEXT`, `wait SECONDS`, `fail`, `write PATH TEXT`,
//! `read DEPENDENCY PATH`.

use std::borrow::Cow;
use std::io::Read;
use std::time::Duration;

use gitlab_runner::job::Job;
use gitlab_runner::{GitlabLayer, JobHandler, JobResult, Phase, RunnerBuilder, UploadableFile, outputln};
use tracing_subscriber::{EnvFilter, Layer, prelude::*};
use url::Url;

/// How often a job that waits says so: the crate notices a cancel by what it sends.
const TICK: Duration = Duration::from_secs(1);

#[derive(Clone)]
struct Written {
    path: String,
    text: String,
}

#[async_trait::async_trait]
impl UploadableFile for Written {
    type Data<'a> = &'a [u8];

    fn get_path(&self) -> Cow<'_, str> {
        self.path.as_str().into()
    }

    async fn get_data(&self) -> Result<&'_ [u8], ()> {
        Ok(self.text.as_bytes())
    }
}

struct Words {
    job: Job,
    written: Vec<Written>,
}

impl Words {
    async fn obey(&mut self, line: &str) -> JobResult {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "say" => outputln!("{rest}"),
            "wait" => {
                for _ in 0..rest.parse().map_err(|_| ())? {
                    outputln!("waiting");
                    tokio::time::sleep(TICK).await;
                }
            }
            "write" => {
                let (path, text) = rest.split_once(' ').ok_or(())?;
                self.written.push(Written { path: path.into(), text: text.into() });
            }
            "read" => {
                let (dependency, path) = rest.split_once(' ').ok_or(())?;
                outputln!("{}", self.read(dependency, path).await?);
            }
            _ => return Err(()),
        }
        Ok(())
    }

    async fn read(&self, name: &str, path: &str) -> Result<String, ()> {
        let dependency = self.job.dependencies().find(|it| it.name() == name).ok_or(())?;
        let mut artifact = dependency.download().await.map_err(|_| ())?.ok_or(())?;
        let mut text = String::new();
        artifact.file(path).ok_or(())?.read_to_string(&mut text).map_err(|_| ())?;
        Ok(text)
    }
}

#[async_trait::async_trait]
impl JobHandler<Written> for Words {
    async fn step(&mut self, script: &[String], phase: Phase) -> JobResult {
        if phase == Phase::Script {
            for line in script {
                self.obey(line).await?;
            }
        }
        Ok(())
    }

    async fn get_uploadable_files(&mut self) -> Result<Box<dyn Iterator<Item = Written> + Send>, ()> {
        Ok(Box::new(self.written.clone().into_iter()))
    }
}

#[tokio::main]
async fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [url, token, limit] = args.as_slice() else {
        panic!("usage: crate-runner URL TOKEN LIMIT");
    };
    let folder = tempfile::tempdir().expect("a folder for the jobs");
    let (job_log, jobs) = GitlabLayer::new();
    let warnings = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_filter(EnvFilter::new("warn"));
    tracing_subscriber::registry().with(warnings).with(job_log).init();

    let mut runner = RunnerBuilder::new(Url::parse(url).expect("a URL"), token, folder.path(), jobs)
        .version("0.3.2")
        .revision("interop")
        .platform("linux")
        .architecture("amd64")
        .build()
        .await;
    runner
        .run(|job| async move { Ok(Words { job, written: Vec::new() }) }, limit.parse().expect("a limit"))
        .await
        .expect("a runner that goes on");
}
