//! GitHub's webhooks as events.
//!
//! One type for each kind of webhook, with those fields only that some handler reads. The name of the event is GitHub's
//! name of the kind, so the program that decodes them needs no second list of names. A field is optional where GitHub
//! leaves it out or sends `null`.
//!
//! The events have a crate of their own because handlers in several crates need them.

#![forbid(unsafe_code)]

mod code;
mod common;
mod delivery;
mod journal;
mod people;
mod talk;

pub use code::{
    Commit, PullRequest, PullRequestChanged, Pushed, RefCreated, RefDeleted, RefKind, RepositoryForked,
    Review, ReviewSubmitted, Reviewed,
};
pub use common::{Label, Repository, User};
pub use delivery::{
    CheckRun, CheckRunChanged, DeploymentReported, DeploymentStatus, Release, ReleaseChanged, WorkflowJob,
    WorkflowJobChanged, WorkflowRun, WorkflowRunChanged,
};
pub use journal::{Journal, Note, Notes, Page};
pub use people::{Advisory, AdvisoryChanged, MemberChanged, RepositoryChanged, StarChanged};
pub use talk::{
    Comment, Discussion, DiscussionChanged, Issue, IssueChanged, IssueCommented, LabelChanged, Milestone,
    MilestoneChanged,
};
