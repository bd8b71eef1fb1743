//! What belongs to a frame, by filter.

use std::collections::HashMap;

use super::{IdFilter, key};
use crate::frame::FrameId;

/// A map by filter that is asked by id: of several that mean the frame the narrowest counts.
#[derive(Clone, Debug)]
pub struct FilterMap<V> {
    /// Those that occur, the narrowest first: two or three.
    masks: Vec<u32>,
    values: HashMap<IdFilter, V>,
}

impl<V> FilterMap<V> {
    /// What belongs to a frame with this id.
    pub fn get(&self, id: FrameId) -> Option<&V> {
        self.filters(id).find_map(|filter| self.values.get(&filter))
    }

    /// The same, to change.
    pub fn get_mut(&mut self, id: FrameId) -> Option<&mut V> {
        let found = self.filters(id).find(|filter| self.values.contains_key(filter))?;
        self.values.get_mut(&found)
    }

    /// Replaces what belongs to a filter; gives what did before.
    pub fn insert(&mut self, filter: IdFilter, value: V) -> Option<V> {
        self.know(filter);
        self.values.insert(filter, value)
    }

    /// What belongs to a filter, at first the default.
    pub fn entry(&mut self, filter: IdFilter) -> &mut V
    where
        V: Default,
    {
        self.know(filter);
        self.values.entry(filter).or_default()
    }

    /// The filters, in no order.
    pub fn keys(&self) -> impl Iterator<Item = IdFilter> {
        self.values.keys().copied()
    }

    /// What belongs to them, in no order.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.values.values()
    }

    /// The filters that would mean this id.
    fn filters(&self, id: FrameId) -> impl Iterator<Item = IdFilter> {
        self.masks.iter().map(move |mask| IdFilter { value: key(id) & mask, mask: *mask })
    }

    fn know(&mut self, filter: IdFilter) {
        let breadth = |mask: &u32| (std::cmp::Reverse(mask.count_ones()), *mask);
        if let Err(place) = self.masks.binary_search_by_key(&breadth(&filter.mask), breadth) {
            self.masks.insert(place, filter.mask);
        }
    }
}

impl<V> Default for FilterMap<V> {
    fn default() -> Self {
        Self { masks: Vec::new(), values: HashMap::new() }
    }
}
