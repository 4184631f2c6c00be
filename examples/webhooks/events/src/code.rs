//! Events of the code: pushes, branches and tags, forks, pull requests.

use std::fmt;

use events::prelude::*;
use serde::Deserialize;

use crate::common::{Label, Repository, User, null_as_default};

/// Commits were pushed, or a branch or a tag came, moved or went.
#[event(name = "push")]
#[derive(Debug, Deserialize)]
pub struct Pushed {
    /// The branch or tag: `refs/heads/main`, `refs/tags/v1`.
    #[serde(rename = "ref")]
    pub git_ref: String,
    /// Whether the history was rewritten.
    pub forced: bool,
    /// Whether the branch or tag is gone. There is no head commit then.
    pub deleted: bool,
    /// The commits pushed, at most as many as GitHub sends.
    #[serde(default, deserialize_with = "null_as_default")]
    pub commits: Vec<Commit>,
    /// The newest commit.
    pub head_commit: Option<Commit>,
    /// Where.
    pub repository: Repository,
    /// Who. A deploy key has no account.
    pub sender: Option<User>,
}

/// A commit of a push.
#[derive(Debug, Deserialize)]
pub struct Commit {
    /// Its message, all lines of it.
    pub message: String,
}

/// What a branch or tag is.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RefKind {
    /// A branch.
    Branch,
    /// A tag.
    Tag,
    /// A whole repository, as old payloads have it.
    Repository,
}

impl fmt::Display for RefKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Branch => "branch",
            Self::Tag => "tag",
            Self::Repository => "repository",
        })
    }
}

/// A branch or a tag was created.
#[event(name = "create")]
#[derive(Debug, Deserialize)]
pub struct RefCreated {
    /// Its short name. A repository has none.
    #[serde(rename = "ref")]
    pub git_ref: Option<String>,
    /// What it is.
    pub ref_type: RefKind,
    /// Where.
    pub repository: Repository,
}

/// A branch or a tag was deleted.
#[event(name = "delete")]
#[derive(Debug, Deserialize)]
pub struct RefDeleted {
    /// Its short name.
    #[serde(rename = "ref")]
    pub git_ref: String,
    /// What it was.
    pub ref_type: RefKind,
    /// Where.
    pub repository: Repository,
    /// Who.
    pub sender: User,
}

/// A repository was forked.
#[event(name = "fork")]
#[derive(Debug, Deserialize)]
pub struct RepositoryForked {
    /// The new repository.
    pub forkee: Repository,
    /// The one it was made from.
    pub repository: Repository,
}

/// Something about a pull request changed.
#[event(name = "pull_request")]
#[derive(Debug, Deserialize)]
pub struct PullRequestChanged {
    /// What: `opened`, `closed`, `synchronize`, ...
    pub action: String,
    /// The pull request as it is now.
    pub pull_request: PullRequest,
    /// Where.
    pub repository: Repository,
    /// Who.
    pub sender: User,
}

/// A pull request.
#[derive(Debug, Deserialize)]
pub struct PullRequest {
    /// Its number in the repository.
    pub number: u64,
    /// Its title.
    pub title: String,
    /// Whether it is a draft. Repositories without drafts leave it out.
    #[serde(default)]
    pub draft: bool,
    /// Whether it was merged; unknown in some payloads.
    pub merged: Option<bool>,
    /// How many lines it adds.
    pub additions: u64,
    /// How many lines it takes away.
    pub deletions: u64,
    /// Its labels.
    #[serde(default, deserialize_with = "null_as_default")]
    pub labels: Vec<Label>,
}

/// A review was submitted, edited or dismissed.
#[event(name = "pull_request_review")]
#[derive(Debug, Deserialize)]
pub struct ReviewSubmitted {
    /// What happened to the review.
    pub action: String,
    /// The review.
    pub review: Review,
    /// What was reviewed.
    pub pull_request: Reviewed,
    /// Where.
    pub repository: Repository,
}

/// A review.
#[derive(Debug, Deserialize)]
pub struct Review {
    /// The verdict: `approved`, `commented`, `changes_requested`, ...
    pub state: String,
}

/// The pull request of a review, of which GitHub sends less than of one that changed.
#[derive(Debug, Deserialize)]
pub struct Reviewed {
    /// Its number in the repository.
    pub number: u64,
}
