//! What carries a connection.

/// What carries a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transport {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
}

impl Transport {
    /// Its name in security groups.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
        }
    }

    /// Whether a protocol as rules spell it, by name or number, carries it. None where the word means nothing.
    pub(super) fn is_meant_by(self, protocol: &str) -> Option<bool> {
        let number = match self {
            Self::Tcp => 6,
            Self::Udp => 17,
        };
        match protocol {
            "-1" | "all" => Some(true),
            _ => match protocol.parse::<u8>() {
                Ok(spelled) => Some(spelled == number),
                Err(_) if protocol.eq_ignore_ascii_case(self.as_str()) => Some(true),
                Err(_) => ["tcp", "udp", "icmp", "icmpv6"].iter().any(|known| protocol.eq_ignore_ascii_case(known)).then_some(false),
            },
        }
    }
}

/// What the protocol of a listener or target group travels on. What names none, and a word that is new, is held to be TCP.
pub fn transports(protocol: Option<&str>) -> &'static [Transport] {
    protocol.and_then(spoken).unwrap_or(&[Transport::Tcp])
}

/// The same, and none for a word that this apiaudit does not know.
pub(super) fn spoken(protocol: &str) -> Option<&'static [Transport]> {
    match protocol {
        "HTTP" | "HTTPS" | "TCP" | "TLS" => Some(&[Transport::Tcp]),
        "UDP" | "QUIC" => Some(&[Transport::Udp]),
        "TCP_UDP" | "TCP_QUIC" => Some(&[Transport::Tcp, Transport::Udp]),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_mean_the_same() {
        for (protocol, tcp, udp) in [
            ("-1", Some(true), Some(true)),
            ("tcp", Some(true), Some(false)),
            ("6", Some(true), Some(false)),
            ("UDP", Some(false), Some(true)),
            ("17", Some(false), Some(true)),
            ("icmp", Some(false), Some(false)),
            ("1", Some(false), Some(false)),
            ("carrier-pigeon", None, None),
        ] {
            assert_eq!((Transport::Tcp.is_meant_by(protocol), Transport::Udp.is_meant_by(protocol)), (tcp, udp), "{protocol}");
        }
    }
}
