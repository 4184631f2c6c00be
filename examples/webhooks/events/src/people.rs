//! Events of repositories as such, and of those who may use them.

use events::prelude::*;
use serde::Deserialize;

use crate::common::{Repository, User};

/// A star was given, or taken back.
#[event(name = "star")]
#[derive(Debug, Deserialize)]
pub struct StarChanged {
    /// `created` or `deleted`.
    pub action: String,
    /// Which repository.
    pub repository: Repository,
}

/// A repository was created, renamed, made public, ...
#[event(name = "repository")]
#[derive(Debug, Deserialize)]
pub struct RepositoryChanged {
    /// What: `created`, `publicized`, `transferred`, ...
    pub action: String,
    /// The repository as it is now.
    pub repository: Repository,
    /// Who.
    pub sender: User,
}

/// Someone was made a member of a repository, or is none any more.
#[event(name = "member")]
#[derive(Debug, Deserialize)]
pub struct MemberChanged {
    /// What: `added`, `edited`, `removed`.
    pub action: String,
    /// The member. The account may be gone.
    pub member: Option<User>,
    /// Where.
    pub repository: Repository,
    /// Who did it.
    pub sender: User,
}

/// A security advisory was published, updated or withdrawn. It belongs to no repository, and nobody sends it.
#[event(name = "security_advisory")]
#[derive(Debug, Deserialize)]
pub struct AdvisoryChanged {
    /// What happened to the advisory.
    pub action: String,
    /// The advisory as it is now.
    pub security_advisory: Advisory,
}

/// A security advisory.
#[derive(Debug, Deserialize)]
pub struct Advisory {
    /// Its id at GitHub.
    pub ghsa_id: String,
    /// One line about it.
    pub summary: String,
    /// `low`, `moderate`, `high` or `critical`.
    pub severity: String,
}
