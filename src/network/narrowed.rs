//! Exposures narrowed by what stands behind a listener.

use super::exposure::Told;
use super::{Bounds, Exposure};
use crate::inventory::Gap;

impl Exposure {
    /// Only those of the internet within a set, such as that of a rule's `source-ip` condition; `gaps` are why the set is not known exactly.
    #[must_use]
    pub fn internet_within(&self, set: &Bounds, gaps: &[Gap]) -> Self {
        let internet = Told { bounds: self.internet.clone(), gaps: self.internet_gaps.clone() };
        let set = Told { bounds: set.clone(), gaps: gaps.to_vec() };
        Self::told(internet.and(&set), Told { bounds: self.inside.clone(), gaps: self.gaps.clone() })
    }

    /// The same where it is not known whether any of it holds; `gaps` are why.
    #[must_use]
    pub fn perhaps(&self, gaps: &[Gap]) -> Self {
        let open = |bounds: &Bounds, own: &[Gap]| Told { bounds: bounds.clone().at_best(), gaps: [own, gaps].concat() };
        Self::told(open(&self.internet, &self.internet_gaps), open(&self.inside, &self.gaps))
    }

    /// Only those of the internet.
    #[must_use]
    pub fn only_internet(&self) -> Self {
        let internet = Told { bounds: self.internet.clone(), gaps: self.internet_gaps.clone() };
        Self::told(internet, Told::default())
    }
}
