//! Events of what people write: issues, comments, discussions, and how they are sorted.

use events::prelude::*;
use serde::Deserialize;

use crate::common::{Label, Repository, User, null_as_default};

/// Something about an issue changed.
#[event(name = "issues")]
#[derive(Debug, Deserialize)]
pub struct IssueChanged {
    /// What: `opened`, `labeled`, `closed`, ...
    pub action: String,
    /// The issue as it is now.
    pub issue: Issue,
    /// Where.
    pub repository: Repository,
    /// Who.
    pub sender: User,
}

/// An issue.
#[derive(Debug, Deserialize)]
pub struct Issue {
    /// Its number in the repository.
    pub number: u64,
    /// Its title.
    pub title: String,
    /// Its labels. Some actions leave them out.
    #[serde(default, deserialize_with = "null_as_default")]
    pub labels: Vec<Label>,
}

/// A comment on an issue or a pull request was written, edited or deleted.
#[event(name = "issue_comment")]
#[derive(Debug, Deserialize)]
pub struct IssueCommented {
    /// What happened to the comment.
    pub action: String,
    /// The issue as it is now.
    pub issue: Issue,
    /// The comment.
    pub comment: Comment,
    /// Where.
    pub repository: Repository,
    /// Who.
    pub sender: User,
}

/// A comment.
#[derive(Debug, Deserialize)]
pub struct Comment {
    /// What it says.
    pub body: String,
}

/// Something about a discussion changed. No handler wants to know, yet.
#[event(name = "discussion", unhandled = "allow")]
#[derive(Debug, Deserialize)]
pub struct DiscussionChanged {
    /// What: `created`, `answered`, ...
    pub action: String,
    /// The discussion as it is now.
    pub discussion: Discussion,
    /// Where.
    pub repository: Repository,
}

/// A discussion.
#[derive(Debug, Deserialize)]
pub struct Discussion {
    /// Its number in the repository.
    pub number: u64,
    /// Its title.
    pub title: String,
}

/// A label was created, edited or deleted.
#[event(name = "label")]
#[derive(Debug, Deserialize)]
pub struct LabelChanged {
    /// What happened to the label.
    pub action: String,
    /// The label.
    pub label: Label,
    /// Where.
    pub repository: Repository,
}

/// A milestone was created, closed, ... No handler wants to know, yet.
#[event(name = "milestone", unhandled = "allow")]
#[derive(Debug, Deserialize)]
pub struct MilestoneChanged {
    /// What happened to the milestone.
    pub action: String,
    /// The milestone.
    pub milestone: Milestone,
    /// Where.
    pub repository: Repository,
}

/// A milestone.
#[derive(Debug, Deserialize)]
pub struct Milestone {
    /// Its title.
    pub title: String,
}
