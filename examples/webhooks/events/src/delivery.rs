//! Events on the way from code to users: builds, releases, deployments.

use events::prelude::*;
use serde::Deserialize;

use crate::common::{Repository, User};

/// Something about a release changed.
#[event(name = "release")]
#[derive(Debug, Deserialize)]
pub struct ReleaseChanged {
    /// What: `published`, `edited`, `deleted`, ...
    pub action: String,
    /// The release as it is now.
    pub release: Release,
    /// Where.
    pub repository: Repository,
    /// Who.
    pub sender: User,
}

/// A release.
#[derive(Debug, Deserialize)]
pub struct Release {
    /// The tag it is made from.
    pub tag_name: String,
    /// Its title, often left empty.
    pub name: Option<String>,
    /// Whether it is for those who like to try.
    pub prerelease: bool,
}

/// A deployment told how it goes.
#[event(name = "deployment_status")]
#[derive(Debug, Deserialize)]
pub struct DeploymentReported {
    /// What it told.
    pub deployment_status: DeploymentStatus,
    /// Where.
    pub repository: Repository,
}

/// What a deployment tells.
#[derive(Debug, Deserialize)]
pub struct DeploymentStatus {
    /// `pending`, `success`, `failure`, ...
    pub state: String,
    /// Where to it is deployed.
    pub environment: String,
}

/// A run of a workflow was requested, began or ended.
#[event(name = "workflow_run")]
#[derive(Debug, Deserialize)]
pub struct WorkflowRunChanged {
    /// What: `requested`, `in_progress`, `completed`.
    pub action: String,
    /// The run as it is now.
    pub workflow_run: WorkflowRun,
    /// Where.
    pub repository: Repository,
}

/// A run of a workflow.
#[derive(Debug, Deserialize)]
pub struct WorkflowRun {
    /// The workflow's name.
    pub name: Option<String>,
    /// How many runs it has had, this one included.
    pub run_number: u64,
    /// How it ended, if it has.
    pub conclusion: Option<String>,
}

/// A job of a run was queued, began or ended.
#[event(name = "workflow_job")]
#[derive(Debug, Deserialize)]
pub struct WorkflowJobChanged {
    /// What: `queued`, `in_progress`, `completed`.
    pub action: String,
    /// The job as it is now.
    pub workflow_job: WorkflowJob,
    /// Where.
    pub repository: Repository,
    /// Who.
    pub sender: User,
}

/// A job of a run.
#[derive(Debug, Deserialize)]
pub struct WorkflowJob {
    /// Its name.
    pub name: String,
    /// How it ended, if it has.
    pub conclusion: Option<String>,
}

/// A check of a commit was created, asked for again, or ended.
#[event(name = "check_run")]
#[derive(Debug, Deserialize)]
pub struct CheckRunChanged {
    /// What: `created`, `rerequested`, `completed`, ...
    pub action: String,
    /// The check as it is now.
    pub check_run: CheckRun,
    /// Where.
    pub repository: Repository,
}

/// A check of a commit.
#[derive(Debug, Deserialize)]
pub struct CheckRun {
    /// Its name.
    pub name: String,
    /// The commit.
    pub head_sha: String,
    /// How it ended, if it has.
    pub conclusion: Option<String>,
}
