use crate::condition::Condition;

/// Counts parts of an item, some of which are compiled on a condition only.
pub(crate) struct Count {
    /// The condition for each count. The last one is for this count or more.
    conditions: Vec<Condition>,
}

impl Count {
    /// Creates a count of zero. It doesn't tell counts above the limit apart.
    pub(crate) fn up_to(limit: usize) -> Self {
        let mut conditions = vec![Condition::Never; limit + 1];
        conditions[0] = Condition::Always;
        Self { conditions }
    }

    /// Counts one more part, which is compiled on a condition.
    pub(crate) fn add(&mut self, present: &Condition) {
        let limit = self.conditions.len() - 1;
        let before = self.conditions.clone();
        let at = |count: usize| before[count].clone();
        for (count, condition) in self.conditions.iter_mut().enumerate() {
            let stays = if count == limit {
                at(count)
            } else {
                at(count).and(present.clone().negated())
            };
            let rises = match count.checked_sub(1) {
                Some(less) => at(less).and(present.clone()),
                None => Condition::Never,
            };
            *condition = stays.or(rises);
        }
    }

    /// Returns the condition for a count; for the limit, the condition for this count or more.
    pub(crate) fn is(&self, count: usize) -> Condition {
        self.conditions[count].clone()
    }

    /// Returns the condition for a count below the limit.
    pub(crate) fn is_below_limit(&self) -> Condition {
        let (_, below) = self
            .conditions
            .split_last()
            .unwrap_or((&Condition::Never, &[]));
        below.iter().cloned().fold(Condition::Never, Condition::or)
    }
}

#[cfg(test)]
mod tests {
    use quote::{ToTokens, quote};

    use super::Count;
    use crate::condition::Condition;

    #[test]
    fn without_a_cfg_a_number_is_known() {
        let mut count = Count::up_to(2);
        assert!(count.is(0).is_always() && count.is_below_limit().is_always());
        count.add(&Condition::Always);
        assert!(count.is(0).is_never() && count.is(1).is_always());
        for _ in 0..2 {
            count.add(&Condition::Always);
            assert!(count.is(2).is_always() && count.is_below_limit().is_never());
        }
    }

    #[test]
    fn with_a_cfg_it_depends() {
        let mut count = Count::up_to(2);
        count.add(&Condition::Always);
        count.add(&Condition::If(quote!(a)));
        let shown = |condition: Condition| condition.to_token_stream().to_string();
        assert!(count.is(0).is_never());
        assert_eq!(shown(count.is(1)), quote!(#[cfg(not(a))]).to_string());
        assert_eq!(shown(count.is(2)), quote!(#[cfg(a)]).to_string());
    }
}
