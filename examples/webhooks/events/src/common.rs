//! What many webhooks carry.

use serde::{Deserialize, Deserializer};

/// A repository.
#[derive(Clone, Debug, Deserialize)]
pub struct Repository {
    /// `owner/name`.
    pub full_name: String,
    /// How many accounts have starred it. Not every kind of webhook says.
    #[serde(default)]
    pub stargazers_count: u64,
}

/// An account: of a person, an organization or a program.
#[derive(Clone, Debug, Deserialize)]
pub struct User {
    /// Its name.
    pub login: String,
    /// `User`, `Organization` or `Bot`; absent in old payloads.
    #[serde(rename = "type", default)]
    pub kind: Option<String>,
}

impl User {
    /// Whether it is the account of a program.
    pub fn is_bot(&self) -> bool {
        self.kind.as_deref() == Some("Bot") || self.login.ends_with("[bot]")
    }
}

/// A label of an issue or a pull request.
#[derive(Clone, Debug, Deserialize)]
pub struct Label {
    /// What it says.
    pub name: String,
}

/// Reads `null` as nothing: of some lists GitHub sends the one or the other.
pub(crate) fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}
