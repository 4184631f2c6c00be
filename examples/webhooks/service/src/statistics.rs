//! Statistics per repository: the handlers are methods of the state they change.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use events::prelude::*;
use webhooks_events::{
    CheckRunChanged, IssueChanged, IssueCommented, Notes, PullRequestChanged, Pushed, RefCreated, Repository,
    RepositoryForked, ReviewSubmitted, StarChanged, WorkflowRunChanged,
};

/// What happened, by repository.
#[derive(Debug, Default)]
pub(crate) struct Statistics {
    repositories: Mutex<BTreeMap<String, Counts>>,
}

/// What happened in one repository.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counts {
    /// Pushes.
    pub(crate) pushes: u64,
    /// Branches and tags created.
    pub(crate) refs: u64,
    /// Changes of pull requests, and their reviews.
    pub(crate) pull_requests: u64,
    /// Changes of issues.
    pub(crate) issues: u64,
    /// Comments written.
    pub(crate) comments: u64,
    /// Changes of workflow runs and checks.
    pub(crate) builds: u64,
    /// Stars, when last told.
    pub(crate) stars: u64,
    /// Forks.
    pub(crate) forks: u64,
}

impl Counts {
    /// All that happened. Stars are a level, not something that happened.
    pub(crate) fn total(&self) -> u64 {
        let Self { pushes, refs, pull_requests, issues, comments, forks, builds, stars: _ } = self;
        pushes + refs + pull_requests + issues + comments + forks + builds
    }
}

#[handlers]
impl Statistics {
    /// The repositories in which most happened, and how many there are in all.
    pub(crate) fn top(&self, count: usize) -> (Vec<(String, Counts)>, usize) {
        let repositories = self.repositories.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<_> =
            repositories.iter().map(|(name, counts)| (name.clone(), counts.clone())).collect();
        // Stable, so that repositories of equal counts stay in the order of their names.
        all.sort_by_key(|(_, counts)| std::cmp::Reverse(counts.total()));
        all.truncate(count);
        (all, repositories.len())
    }

    #[handler]
    fn pushed(&self, event: &Pushed, notes: Notes<'_>) {
        self.count(&event.repository, |counts| counts.pushes += 1);
        let head = event.head_commit.as_ref().and_then(|commit| commit.message.lines().next());
        notes.add(match head {
            Some(head) => format!("{} commits to {}: {head}", event.commits.len(), event.git_ref),
            None if event.deleted => format!("{} is gone", event.git_ref),
            None => format!("{} commits to {}", event.commits.len(), event.git_ref),
        });
    }

    #[handler]
    fn ref_created(&self, event: &RefCreated, notes: Notes<'_>) {
        self.count(&event.repository, |counts| counts.refs += 1);
        notes.add(format!("{} {}", event.ref_type, event.git_ref.as_deref().unwrap_or("(unnamed)")));
    }

    #[handler]
    fn pull_request(&self, event: &PullRequestChanged, notes: Notes<'_>) {
        self.count(&event.repository, |counts| counts.pull_requests += 1);
        let merged = event.action == "closed" && event.pull_request.merged == Some(true);
        let action = if merged { "merged" } else { event.action.as_str() };
        notes.add(format!("#{} {action}", event.pull_request.number));
    }

    #[handler]
    fn reviewed(&self, event: &ReviewSubmitted, notes: Notes<'_>) {
        self.count(&event.repository, |counts| counts.pull_requests += 1);
        notes.add(format!("#{} {}: {}", event.pull_request.number, event.action, event.review.state));
    }

    #[handler]
    fn issue(&self, event: &IssueChanged, notes: Notes<'_>) {
        self.count(&event.repository, |counts| counts.issues += 1);
        notes.add(format!("#{} {}", event.issue.number, event.action));
    }

    #[handler(when = |event| event.action == "created")]
    fn commented(&self, event: &IssueCommented, notes: Notes<'_>) {
        self.count(&event.repository, |counts| counts.comments += 1);
        let words = event.comment.body.split_whitespace().count();
        notes.add(format!("#{} {words} words", event.issue.number));
    }

    #[handler]
    fn starred(&self, event: &StarChanged, notes: Notes<'_>) {
        let stars = event.repository.stargazers_count;
        self.count(&event.repository, |counts| counts.stars = stars);
        notes.add(format!("{} has {stars}", event.repository.full_name));
    }

    #[handler]
    fn forked(&self, event: &RepositoryForked, notes: Notes<'_>) {
        self.count(&event.repository, |counts| counts.forks += 1);
        notes.add(format!("to {}", event.forkee.full_name));
    }

    #[handler]
    fn workflow(&self, event: &WorkflowRunChanged, notes: Notes<'_>) {
        self.count(&event.repository, |counts| counts.builds += 1);
        notes.add(format!("run {} {}", event.workflow_run.run_number, event.action));
    }

    #[handler]
    fn check(&self, event: &CheckRunChanged, notes: Notes<'_>) {
        self.count(&event.repository, |counts| counts.builds += 1);
        notes.add(format!("{} {}", event.check_run.name, event.action));
    }

    fn count(&self, repository: &Repository, change: impl FnOnce(&mut Counts)) {
        let mut repositories = self.repositories.lock().unwrap_or_else(PoisonError::into_inner);
        change(repositories.entry(repository.full_name.clone()).or_default());
    }
}
