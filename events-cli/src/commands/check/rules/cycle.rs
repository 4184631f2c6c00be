use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use crate::commands::check::report::{Found, Related};
use crate::model::{EventKey, EventRef, Handler, Program};

/// For each event, the events that its handlers emit, by index, with these handlers.
type Edges<'a> = Vec<BTreeMap<usize, Vec<&'a Handler>>>;

/// Finds cycles such that each emission that is part of a cycle is in one of them.
pub(super) fn find(program: &Program) -> Vec<Found> {
    let edges = on_cycles(edges(program));
    let mut seen = HashSet::new();
    let mut cycles = Vec::new();
    for (from, leads) in edges.iter().enumerate() {
        for &to in leads.keys() {
            if seen.contains(&(from, to)) {
                continue;
            }
            let Some(cycle) = cycle(&edges, from, to) else { continue };
            seen.extend(steps(&cycle));
            cycles.push(found(program, &edges, &cycle));
        }
    }
    cycles
}

fn edges(program: &Program) -> Edges<'_> {
    let events = program.events.iter().enumerate();
    let index: HashMap<EventKey<'_>, usize> = events.map(|(at, event)| (event.key(), at)).collect();
    let find = |named: &EventRef| index.get(&named.key()).copied();
    let of_event = program.events.iter().map(|event| {
        let mut leads: BTreeMap<usize, Vec<&Handler>> = BTreeMap::new();
        for handler in &event.handlers {
            for to in handler.emits.iter().filter_map(|emits| find(emits.event.as_ref()?)) {
                leads.entry(to).or_default().push(handler);
            }
        }
        leads
    });
    of_event.collect()
}

/// Removes edges of events that nothing leads to or that lead to nothing, until there are none. They are on no cycle,
/// and a search from each of them would take quadratic time.
fn on_cycles(mut edges: Edges<'_>) -> Edges<'_> {
    let mut from: Vec<Vec<usize>> = vec![Vec::new(); edges.len()];
    for (at, leads) in edges.iter().enumerate() {
        leads.keys().for_each(|&to| from[to].push(at));
    }
    let mut comes: Vec<usize> = from.iter().map(Vec::len).collect();
    let mut goes: Vec<usize> = edges.iter().map(BTreeMap::len).collect();
    let mut removed = vec![false; edges.len()];
    let mut next: Vec<usize> = (0..edges.len()).filter(|&at| comes[at] == 0 || goes[at] == 0).collect();
    while let Some(at) = next.pop() {
        if std::mem::replace(&mut removed[at], true) {
            continue;
        }
        for &to in edges[at].keys() {
            comes[to] -= 1;
            next.extend((comes[to] == 0).then_some(to));
        }
        for &before in &from[at] {
            goes[before] -= 1;
            next.extend((goes[before] == 0).then_some(before));
        }
    }
    for (at, leads) in edges.iter_mut().enumerate() {
        if removed[at] { leads.clear() } else { leads.retain(|&to, _| !removed[to]) }
    }
    edges
}

/// The shortest cycle that begins with this edge, if there is one.
fn cycle(edges: &Edges<'_>, from: usize, to: usize) -> Option<Vec<usize>> {
    let mut reached_by = HashMap::from([(to, to)]);
    let mut next = VecDeque::from([to]);
    while let Some(at) = next.pop_front() {
        if at == from {
            let back = std::iter::successors(Some(at), |at| Some(reached_by[at]).filter(|_| *at != to));
            let mut cycle: Vec<usize> = back.collect();
            // The path was followed from its end, so it is reversed.
            cycle.reverse();
            cycle.rotate_right(1);
            return Some(cycle);
        }
        for &ahead in edges[at].keys() {
            reached_by.entry(ahead).or_insert_with(|| {
                next.push_back(ahead);
                at
            });
        }
    }
    None
}

/// Each event of a cycle with the next one.
fn steps(cycle: &[usize]) -> impl Iterator<Item = (usize, usize)> {
    cycle.iter().copied().zip(cycle.iter().copied().cycle().skip(1))
}

fn found(program: &Program, edges: &Edges<'_>, cycle: &[usize]) -> Found {
    let path = |at: usize| program.events[at].path.as_str();
    let emissions =
        steps(cycle).flat_map(|(from, to)| edges[from][&to].iter().map(move |handler| (handler, to)));
    let related: Vec<Related> = emissions.map(|(handler, to)| emission(handler, path(to))).collect();
    let names: Vec<&str> = cycle.iter().chain(cycle.first()).map(|&at| path(at)).collect();
    Found {
        message: format!("events that lead back to themselves: {}", names.join(" -> ")),
        help: "remove one of these emissions; if a condition ends the cycle, give `--allow cycle`".into(),
        location: related[0].location.clone(),
        related,
    }
}

fn emission(handler: &Handler, emitted: &str) -> Related {
    let when = handler.condition.as_ref().map_or_else(String::new, |condition| format!(", when {condition}"));
    Related::new(format!("`{}` emits `{emitted}`{when}", handler.path), &handler.location)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Emits, Event};

    /// A program of events `0`, `1`, .., each with a handler for each event that it leads to.
    fn program(leads: &[&[usize]]) -> Program {
        let event = |at: usize| Event { path: at.to_string(), ..Event::default() };
        let events = leads.iter().enumerate().map(|(at, to)| {
            let handlers = to.iter().map(|&to| Handler {
                path: format!("{at} to {to}"),
                emits: vec![Emits { written: to.to_string(), event: Some(event(to).reference()) }],
                ..Handler::default()
            });
            Event { handlers: handlers.collect(), ..event(at) }
        });
        Program { events: events.collect(), ..Program::default() }
    }

    fn cycles(leads: &[&[usize]]) -> Vec<String> {
        let found = find(&program(leads));
        found.into_iter().map(|found| found.message.rsplit(": ").next().unwrap().to_owned()).collect()
    }

    #[test]
    fn a_path_that_ends_is_no_cycle() {
        assert!(cycles(&[&[1, 2], &[3], &[3], &[]]).is_empty());
    }

    #[test]
    fn a_long_path_takes_linear_time() {
        let mut leads: Vec<[usize; 1]> = (1..=20_000).map(|to| [to]).collect();
        let ring = leads.len() + 1;
        leads.extend([[ring], [ring - 1]]);
        let leads: Vec<&[usize]> = leads.iter().map(|leads| &leads[..]).collect();
        assert_eq!(cycles(&leads), ["20000 -> 20001 -> 20000"]);
    }

    #[test]
    fn each_cycle_is_reported_once() {
        assert_eq!(cycles(&[&[0]]), ["0 -> 0"]);
        assert_eq!(cycles(&[&[1], &[2], &[0]]), ["0 -> 1 -> 2 -> 0"]);
        // Edges that lead into the cycle or out of it are not part of it.
        assert_eq!(cycles(&[&[1], &[2], &[1, 3], &[]]), ["1 -> 2 -> 1"]);
        assert_eq!(cycles(&[&[1, 2], &[0], &[0], &[3]]), ["0 -> 1 -> 0", "0 -> 2 -> 0", "3 -> 3"]);
    }

    #[test]
    fn a_short_cycle_does_not_hide_a_long_one() {
        assert_eq!(cycles(&[&[1], &[0, 2], &[0]]), ["0 -> 1 -> 0", "1 -> 2 -> 0 -> 1"]);
    }

    #[test]
    fn every_emission_of_a_cycle_is_reported() {
        let mut program = program(&[&[1], &[0]]);
        let mut twin = program.events[0].handlers[0].clone();
        twin.path = "twin".into();
        twin.condition = Some("|_| false".into());
        program.events[0].handlers.push(twin);
        let related: Vec<_> = find(&program).remove(0).related.into_iter().map(|one| one.message).collect();
        assert_eq!(related, ["`0 to 1` emits `1`", "`twin` emits `1`, when |_| false", "`1 to 0` emits `0`"]);
    }
}
