//! Which frames a message is, by the DBC and by the profile.

use super::Compiler;
use crate::dbc::Message;
use crate::filter::IdFilter;
use crate::frame::FrameId;
use crate::vehicle::VehicleError;
use crate::vehicle::file::MessageTable;
use crate::vehicle::message::MessagePlan;
use crate::vehicle::sender::Sender;

/// The highest address that a control unit can have (SAE J1939-81): 254 means none, 255 all.
const LAST_ADDRESS: u8 = 253;

/// The highest id of 29 bits.
const LAST_ID: u32 = 0x1FFF_FFFF;

impl Compiler<'_> {
    /// Whether it is a parameter group of J1939, whose values are divided as J1939-71 does. The profile has the last word.
    pub(super) fn is_j1939(&self, message: &Message) -> bool {
        let said = self.table(message).and_then(|table| match table.source_address {
            Some(_) => Some(true),
            None => table.j1939,
        });
        said.unwrap_or_else(|| message.filter().group().is_some())
    }

    /// The place of a message among those that are read, with a new one where it was not read before.
    pub(super) fn plan_of(&mut self, message: &Message) -> Result<usize, VehicleError> {
        let filter = self.filter(message)?;
        if let Some(known) = self.messages.iter().position(|plan| plan.filter == filter) {
            let other = self.messages[known].message.name();
            if filter.group().is_some() && other != message.name() {
                let name = message.name();
                let sentence = format!(
                    "{other} and {name} are both {filter}, and no frame says which of them it is: give one of them a \
                     source address, [messages.{name}] source_address = 0x00"
                );
                return Err(self.fault(&format!("messages.{name}"), sentence));
            }
            return Ok(known);
        }
        let mut plan = MessagePlan::new(message.clone(), filter);
        plan.of_units = filter.ends().is_some();
        if plan.of_units || matches!(filter.group(), Some((_, None))) {
            plan.sender = Some(Sender::new(self.late_after(message)?));
        }
        self.messages.push(plan);
        Ok(self.messages.len() - 1)
    }

    /// The same message with other ids, where the profile says so. It reads into the same places, and has senders of its own.
    pub(super) fn also(
        &self,
        name: &str,
        table: &MessageTable,
        plan: usize,
    ) -> Result<Option<MessagePlan>, VehicleError> {
        let Some((first, last)) = table.also_ids else { return Ok(None) };
        let id = u32::try_from(first).ok().filter(|id| *id <= LAST_ID).map(FrameId::Extended);
        let filter = id.and_then(|id| IdFilter::block(id, u32::try_from(last).ok()?));
        let Some(filter) = filter.filter(|_| self.messages[plan].of_units) else {
            let sentence = format!(
                "[messages.{name}] also_ids = [{first:#X}, {last:#X}]: beside last_id the first and the last of 2, 4, 8 and so on ids of \
                 29 bits that differ in their last bits alone, as 0x18DAF100 and 0x18DAF1FF do"
            );
            return Err(self.fault(&format!("messages.{name}.also_ids"), sentence));
        };
        Ok(Some(MessagePlan { filter, ..self.messages[plan].clone() }))
    }

    /// Which frames it is.
    fn filter(&self, message: &Message) -> Result<IdFilter, VehicleError> {
        let (name, id) = (message.name(), message.id());
        let Some(table) = self.table(message) else { return Ok(message.filter()) };
        let fault = |key: &str, sentence: String| {
            Err(self.fault(&format!("messages.{name}.{key}"), format!("[messages.{name}] {sentence}")))
        };
        if let Some(last) = table.last_id {
            if table.source_address.is_some() || table.j1939.is_some() {
                return fault(
                    "last_id",
                    format!("last_id = {last:#X}: leave source_address and j1939 out beside it"),
                );
            }
            let block = u32::try_from(last).ok().and_then(|last| IdFilter::block(id, last));
            return block.map_or_else(
                || {
                    let sentence = format!(
                        "last_id = {last:#X}: from {id} on there must be 2, 4, 8 and so on ids that differ in their last bits alone, as \
                         0x7E8 to 0x7EF do"
                    );
                    fault("last_id", sentence)
                },
                Ok,
            );
        }
        match (table.source_address, table.j1939, id.pgn()) {
            (Some(address), _, None) => {
                let sentence =
                    format!("source_address = {address}: {id} has 11 bits, and J1939 has 29; leave it out");
                fault("source_address", sentence)
            }
            (Some(address), Some(false), _) => {
                let sentence = format!(
                    "source_address = {address}: with j1939 = false it is the id {id} alone; leave one out"
                );
                fault("source_address", sentence)
            }
            (Some(address), _, Some(pgn)) => match u8::try_from(address) {
                Ok(address) if address <= LAST_ADDRESS => Ok(IdFilter::pgn(pgn, Some(address))),
                _ => {
                    let sentence = format!(
                        "source_address = {address}: it must be from 0 to {LAST_ADDRESS} (0xFD); leave it out for any"
                    );
                    fault("source_address", sentence)
                }
            },
            (None, Some(true), Some(pgn)) => Ok(IdFilter::pgn(pgn, None)),
            // Of 11 bits only the ranges of J1939-71 count.
            (None, Some(_), _) => Ok(IdFilter::exact(id)),
            (None, None, _) => Ok(message.filter()),
        }
    }
}
