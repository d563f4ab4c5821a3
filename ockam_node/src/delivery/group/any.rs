use std::any::{Any as StdAny, type_name};
use std::sync::Arc;

use ockam_core::headers::Headers;
use ockam_core::{Any, Down, Message, Result, Routed};
use tokio::sync::futures::Notified;

use super::copies::discard;
use super::endpoint::GroupEndpoint;
use crate::delivery::any_endpoint::{Aim, AnyEndpoint, AnyGroup, Candidates, MemberPermit};
use crate::delivery::endpoint::decode;
use crate::delivery::incoming::{DeliveredBatch, Incoming};
use crate::delivery::registration::Registration;
use crate::mailbox::{Capacity, Glance, Permit, Signal, Wakeup};
use crate::send_error::SendError;

impl<M: Message> AnyEndpoint for GroupEndpoint<M> {
    fn registration(&self) -> &Registration {
        self.owner.registration()
    }

    fn takes(&self) -> &'static str {
        type_name::<M>()
    }

    fn close(&self) {
        GroupEndpoint::close(self);
        self.owner.close();
    }

    fn begin_stop(&self) {
        self.owner.begin_stop();
    }

    fn stop(&self) {
        GroupEndpoint::close(self);
        self.owner.stop();
    }

    fn is_stopping(&self) -> bool {
        self.owner.is_stopping()
    }

    fn has_signals(&self) -> bool {
        self.owner.has_signals()
    }

    fn look_closely(&self) {
        self.owner.look_closely();
    }

    fn set_has_owned(&self, has_owned: bool) {
        self.owner.set_has_owned(has_owned);
    }

    fn owns_this_task(&self) -> bool {
        self.owner.owns_this_task()
    }

    fn down_behind(&self, number: u64) -> Option<(u64, Down)> {
        self.owner.down_behind(number)
    }

    fn generation(&self) -> u32 {
        self.owner.generation()
    }

    fn renew(&self) {
        self.owner.renew();
    }

    fn queued(&self) -> usize {
        let members = self.read().all().clone();
        members.iter().map(|member| member.endpoint.queued()).sum()
    }

    fn take_down(&self, number: u64) -> bool {
        self.owner.take_down(number)
    }

    fn take_monitor(&self, monitor: u64) -> bool {
        self.owner.take_monitor(monitor)
    }

    fn glance(&self) -> Glance {
        self.owner.glance()
    }

    fn is_open(&self) -> bool {
        !self.is_closed()
    }

    fn begun(&self) -> usize {
        self.owner.begun()
    }

    fn capacity(&self) -> &dyn Capacity {
        // Nobody waits for it: messages wait at the members.
        self.owner.capacity()
    }

    fn push_any(
        &self,
        permit: Option<Permit>,
        message: Routed<Any>,
    ) -> Result<Wakeup, SendError<Routed<Any>>> {
        debug_assert!(permit.is_none(), "a place is reserved at a member");
        self.push(self.typed(message)?)
            .map_err(|refused| refused.map(|message| message.map(Any::new)))
    }

    fn push_incoming(
        &self,
        permit: Option<Permit>,
        message: &Incoming<'_>,
    ) -> Result<(), SendError<()>> {
        debug_assert!(permit.is_none(), "a place is reserved at a member");
        let decoded = decode::<M>(self.registration(), message);
        let message = decoded.map_err(|error| SendError::Failed((), error))?;
        self.push(message)
            .map(Wakeup::wake)
            .map_err(|refused| refused.map(|message| discard([message])))
    }

    fn push_all_incoming(
        &self,
        message: &Incoming<'_>,
        bodies: &mut dyn Iterator<Item = &[u8]>,
    ) -> DeliveredBatch {
        let mut batch = DeliveredBatch {
            delivered: 0,
            failure: None,
            weighed_bytes: 0,
        };
        for body in bodies {
            let weight = message.weigh(&[body]);
            let headers = message.shared_headers(weight.clone());
            let extended = headers.extended.as_ref();
            let pushed = self.push_incoming(None, &message.with_body(body).with_headers(extended));
            if let (Some(weight), Err(_)) = (&weight, &pushed) {
                weight.undelivered(1, body.len());
            }
            if let Err(refused) = pushed {
                batch.failure = Some(refused);
                break;
            }
            batch.delivered += 1;
            batch.weighed_bytes += weight.map_or(0, |_| body.len());
        }
        batch
    }

    fn signal(&self, signal: Signal, times: u64) -> Result<(), Signal> {
        self.owner.signal(signal, times)
    }

    fn as_group(&self) -> Option<&dyn AnyGroup> {
        Some(self)
    }
}

impl<M: Message> GroupEndpoint<M> {
    /// Returns a message as one of the type of the group.
    fn typed(&self, message: Routed<Any>) -> Result<Routed<M>, SendError<Routed<Any>>> {
        let (any, return_route, headers) = Headers::detach(message);
        match any.downcast::<M>() {
            Ok(body) => Ok(headers.attach(body, return_route)),
            Err(any) => Err(SendError::WrongType(headers.attach(any, return_route))),
        }
    }
}

impl<M: Message> AnyGroup for GroupEndpoint<M> {
    fn aim(&self, body: &dyn StdAny) -> Aim {
        let any = body.downcast_ref::<Any>();
        let own = body.downcast_ref().or_else(|| any?.downcast_ref());
        own.map_or(Aim::Nobody, |body| self.aim_of(body))
    }

    fn candidates(&self, aim: Aim) -> Candidates {
        self.candidates_for(aim)
    }

    fn may_get(&self, aim: Aim, member: u64) -> bool {
        self.may_get_it(aim, member)
    }

    fn changed(&self) -> Notified<'_> {
        self.changed.notified()
    }

    fn push_reserved(
        &self,
        places: Vec<MemberPermit>,
        message: Routed<Any>,
    ) -> Result<(), SendError<Routed<Any>>> {
        self.push_at(places, self.typed(message)?)
            .map_err(|refused| refused.map(|message| message.map(Any::new)))
    }

    fn decode(&self, message: &Incoming<'_>) -> Result<Routed<Any>> {
        let decoded = decode::<M>(self.registration(), message)?;
        Ok(decoded.map(Any::new))
    }

    fn join(&self, member: &Arc<dyn AnyEndpoint>) -> Result<()> {
        self.add(member, false)
    }

    fn leave(&self, member: u64) -> bool {
        self.remove(member)
    }
}
