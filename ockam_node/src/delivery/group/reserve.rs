//! Waiting for room at the members of a group.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use ockam_core::Message;

use super::endpoint::GroupEndpoint;
use super::member::Member;
use super::policy::{OnFull, Policy};
use crate::delivery::any_endpoint::{Aim, AnyEndpoint, AnyGroup, Candidates, MemberPermit};

/// The largest number of members at which a message for any one of them waits at once.
const MAX_WAITED_MEMBERS: usize = 16;

impl<M: Message> GroupEndpoint<M> {
    pub(super) fn may_get_it(&self, aim: Aim, id: u64) -> bool {
        let members = self.read();
        match (members.find(id), aim) {
            (Some(_), Aim::Key(key)) => members.owner(key).is_some_and(|owner| owner.id == id),
            (Some(member), _) => !member.is_leaving(),
            (None, _) => false,
        }
    }

    pub(super) fn candidates_for(&self, aim: Aim) -> Candidates {
        if self.is_closed() || self.on_full != OnFull::Wait || aim == Aim::Nobody {
            return Candidates::Nobody;
        }
        if let Aim::Key(key) = aim {
            self.write().assign(key);
        }
        let members = self.read();
        let endpoint = |member: &Member| member.endpoint.clone();
        let all = members.all();
        let stay = all.iter().filter(|member| !member.is_leaving());
        let candidates = match aim {
            Aim::Key(key) => match members.owner(key) {
                Some(owner) => vec![owner.clone()],
                None => return Candidates::Nobody,
            },
            _ => stay.cloned().collect::<Vec<Member>>(),
        };
        drop(members);
        if candidates.is_empty() {
            return Candidates::Nobody;
        }
        if aim == Aim::All {
            return Candidates::AllOf(candidates.iter().map(endpoint).collect());
        }
        let mut open: Vec<&Member> = candidates
            .iter()
            .filter(|it| it.endpoint.is_open())
            .collect();
        match self.policy {
            Policy::RoundRobin if !open.is_empty() => {
                let turn = self.next_turn(open.len());
                open = vec![open[turn]];
            }
            Policy::LeastLoaded => open.sort_by_key(|member| member.load()),
            _ => {}
        }
        let first = open.into_iter().take(MAX_WAITED_MEMBERS);
        Candidates::OneOf(first.map(endpoint).collect())
    }
}

/// Waits for room for a message. Returns the places that it may be pushed at. If there are none, a push without
/// a place says why.
///
/// # Cancel safety
///
/// If the future is dropped, the places are given back.
pub(crate) async fn reserve(group: &dyn AnyGroup, aim: Aim) -> Vec<MemberPermit> {
    let mut places: Vec<MemberPermit> = Vec::new();
    loop {
        // Created before the members are looked at, so that no change in between is missed.
        let mut changed = pin!(group.changed());
        // Those that wait for room keep their turn, as long as they may be sent to.
        places.retain(|place| group.may_get(aim, place.endpoint().registration().id));
        if places.is_empty() || aim == Aim::One {
            match group.candidates(aim) {
                Candidates::Nobody => return Vec::new(),
                Candidates::AllOf(members) => return reserve_all(members).await,
                Candidates::OneOf(members) => add(&mut places, members),
            }
        }
        let place = poll_fn(|cx| match poll_places(&mut places, cx) {
            Some(place) => Poll::Ready(Some(place)),
            None => changed.as_mut().poll(cx).map(|()| None),
        });
        if let Some(place) = place.await {
            return vec![place];
        }
    }
}

/// Adds further members to wait at.
fn add(places: &mut Vec<MemberPermit>, members: Vec<Arc<dyn AnyEndpoint>>) {
    let is_new = |id| move |place: &MemberPermit| place.endpoint().registration().id != id;
    for member in members {
        if places.len() < MAX_WAITED_MEMBERS && places.iter().all(is_new(member.registration().id))
        {
            places.push(MemberPermit::new(member));
        }
    }
}

/// Returns the first place that is free. Those of members that have ended are given up.
fn poll_places(places: &mut Vec<MemberPermit>, cx: &mut Context<'_>) -> Option<MemberPermit> {
    let mut position = 0;
    while position < places.len() {
        match places[position].poll(cx) {
            Poll::Ready(()) => {
                let place = places.swap_remove(position);
                if place.endpoint().is_open() {
                    return Some(place);
                }
            }
            Poll::Pending => position += 1,
        }
    }
    None
}

/// Waits for a place at each member. All senders do so in the order of the members' numbers, so that no two of
/// them wait for each other.
async fn reserve_all(members: Vec<Arc<dyn AnyEndpoint>>) -> Vec<MemberPermit> {
    let mut places = Vec::with_capacity(members.len());
    for member in members {
        let mut place = MemberPermit::new(member);
        poll_fn(|cx| place.poll(cx)).await;
        places.push(place);
    }
    places
}
