//! The rate budget: AWS's published quotas as token buckets, of which a scan takes a share.
//!
//! A quota belongs to the account and region, and people and pipelines draw on it too. Pure logic: time is a value.

use std::time::Duration;

use serde::Serialize;

/// A quota of an account in a region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bucket {
    /// Everything of API Gateway, V1 and V2 together.
    ApiGateway,
    /// `GetResources`, which draws on API Gateway's quota as well.
    GetResources,
    /// ELB v2's reading actions.
    ElbV2,
    /// EC2's reading actions. AWS counts each action by itself; one bucket for all stays well below.
    Ec2,
    /// ECS: clusters.
    EcsCluster,
    /// ECS: services.
    EcsService,
    /// ECS: tasks.
    EcsTask,
    /// ECS: task definitions.
    EcsTaskDefinition,
    /// ACM.
    Acm,
    /// WAF v2.
    WafV2,
    /// Cloud Map.
    CloudMap,
    /// CloudFormation.
    CloudFormation,
    /// STS.
    Sts,
}

impl Bucket {
    /// Every bucket.
    pub const ALL: [Self; 13] = [
        Self::ApiGateway,
        Self::GetResources,
        Self::ElbV2,
        Self::Ec2,
        Self::EcsCluster,
        Self::EcsService,
        Self::EcsTask,
        Self::EcsTaskDefinition,
        Self::Acm,
        Self::WafV2,
        Self::CloudMap,
        Self::CloudFormation,
        Self::Sts,
    ];

    /// What AWS allows: calls a second, and the burst above it. Where AWS publishes nothing, a small guess.
    pub fn quota(self) -> (f64, f64) {
        match self {
            Self::ApiGateway | Self::ElbV2 => (10.0, 40.0),
            Self::GetResources => (2.5, 5.0),
            Self::Ec2 | Self::EcsService | Self::EcsTask => (20.0, 100.0),
            Self::EcsCluster | Self::EcsTaskDefinition => (20.0, 50.0),
            Self::Acm | Self::WafV2 | Self::CloudMap | Self::CloudFormation => (5.0, 10.0),
            Self::Sts => (50.0, 100.0),
        }
    }

    /// The wider quota a call draws on as well.
    pub fn wider(self) -> Option<Self> {
        (self == Self::GetResources).then_some(Self::ApiGateway)
    }
}

/// The smallest and the largest share of the quotas a scan can take.
pub const SHARES: (f64, f64) = (0.05, 1.0);

/// One token bucket. It may go into debt: whoever drew the last token waits for the next, in order.
#[derive(Debug, Clone, Copy)]
struct Tokens {
    rate: f64,
    burst: f64,
    left: f64,
    at: Duration,
}

impl Tokens {
    fn new(rate: f64, burst: f64) -> Self {
        Self { rate, burst, left: burst, at: Duration::ZERO }
    }

    /// Draws a token at `now`, and says how long to wait before using it.
    fn draw(&mut self, now: Duration) -> Duration {
        let passed = now.saturating_sub(self.at).as_secs_f64();
        self.left = (self.left + passed * self.rate).min(self.burst);
        self.at = self.at.max(now);
        self.left -= 1.0;
        if self.left >= 0.0 { Duration::ZERO } else { Duration::from_secs_f64(-self.left / self.rate) }
    }
}

/// The buckets of one account in one region.
#[derive(Debug, Clone)]
pub struct Budget {
    buckets: Vec<Tokens>,
}

impl Budget {
    /// Full buckets of a share of each quota; a share out of range is brought into it.
    pub fn new(share: f64) -> Self {
        let share = if share.is_nan() { SHARES.1 } else { share.clamp(SHARES.0, SHARES.1) };
        let tokens = |bucket: &Bucket| {
            let (rate, burst) = bucket.quota();
            Tokens::new(rate * share, (burst * share).max(1.0))
        };
        Self { buckets: Bucket::ALL.iter().map(tokens).collect() }
    }

    /// AWS throttled a request at `now`: its bucket is empty, so ours is.
    pub fn empty(&mut self, bucket: Bucket, now: Duration) {
        for tokens in self.of(bucket) {
            tokens.at = tokens.at.max(now);
            tokens.left = tokens.left.min(0.0);
        }
    }

    /// The bucket, and the wider one it draws on as well.
    fn of(&mut self, bucket: Bucket) -> impl Iterator<Item = &mut Tokens> {
        let wanted = move |known: &Bucket| *known == bucket || Some(*known) == bucket.wider();
        Bucket::ALL.iter().zip(&mut self.buckets).filter(move |(known, _)| wanted(known)).map(|(_, tokens)| tokens)
    }

    /// Draws a token for one request at `now` (since any fixed moment), and says how long to wait before making it.
    pub fn draw(&mut self, bucket: Bucket, now: Duration) -> Duration {
        self.of(bucket).map(|tokens| tokens.draw(now)).max().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How long `calls` calls take when each is made as soon as it may.
    fn finish(budget: &mut Budget, bucket: Bucket, calls: u32) -> f64 {
        let mut now = Duration::ZERO;
        for _ in 0..calls {
            now += budget.draw(bucket, now);
        }
        now.as_secs_f64()
    }

    #[test]
    fn a_burst_is_free_and_the_rest_keeps_the_rate() {
        assert!(finish(&mut Budget::new(1.0), Bucket::ElbV2, 40) < 0.001);
        let spent = finish(&mut Budget::new(1.0), Bucket::ElbV2, 140);
        assert!((spent - 10.0).abs() < 0.01, "{spent}");
        let half = finish(&mut Budget::new(0.5), Bucket::ElbV2, 120);
        assert!((half - 20.0).abs() < 0.01, "{half}");
    }

    #[test]
    fn get_resources_draws_on_both_of_its_quotas() {
        let mut budget = Budget::new(1.0);
        let spent = finish(&mut budget, Bucket::GetResources, 30);
        assert!((spent - 10.0).abs() < 0.01, "{spent}");
        let mut budget = Budget::new(1.0);
        for _ in 0..40 {
            assert_eq!(budget.draw(Bucket::ApiGateway, Duration::ZERO), Duration::ZERO);
        }
        assert!(budget.draw(Bucket::GetResources, Duration::ZERO) > Duration::ZERO);
        assert_eq!(budget.draw(Bucket::Ec2, Duration::ZERO), Duration::ZERO);
    }

    #[test]
    fn those_who_wait_together_wait_in_order() {
        let mut budget = Budget::new(1.0);
        for _ in 0..40 {
            budget.draw(Bucket::ElbV2, Duration::ZERO);
        }
        let waits: Vec<_> = (0..3).map(|_| budget.draw(Bucket::ElbV2, Duration::ZERO).as_millis()).collect();
        assert_eq!(waits, [100, 200, 300]);
    }

    #[test]
    fn tokens_come_back_up_to_the_burst() {
        let mut budget = Budget::new(1.0);
        for _ in 0..40 {
            budget.draw(Bucket::ElbV2, Duration::ZERO);
        }
        let later = Duration::from_hours(1);
        let free = (0..41).filter(|_| budget.draw(Bucket::ElbV2, later).is_zero()).count();
        assert_eq!(free, 40);
    }

    #[test]
    fn a_throttle_empties_the_bucket() {
        let mut budget = Budget::new(1.0);
        budget.empty(Bucket::ElbV2, Duration::ZERO);
        assert_eq!(budget.draw(Bucket::ElbV2, Duration::ZERO), Duration::from_millis(100));
        assert_eq!(budget.draw(Bucket::Ec2, Duration::ZERO), Duration::ZERO);
    }

    #[test]
    fn a_strange_share_is_brought_into_range() {
        for share in [0.0, -1.0, 7.0, f64::NAN, f64::INFINITY] {
            assert!(finish(&mut Budget::new(share), Bucket::CloudMap, 3).is_finite());
        }
    }
}
