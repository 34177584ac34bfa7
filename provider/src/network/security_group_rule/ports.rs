//! Which ports go with which protocol.

use tfplugin::prelude::*;

use super::protocol::Protocol;

/// The two ports of a rule, by the names of their arguments.
pub(in crate::network) const NAMES: [&str; 2] = ["from_port", "to_port"];

/// What is wrong with the ports of a protocol: at which of the arguments, a summary, and why.
pub(in crate::network) fn problems(
    protocol: &Protocol,
    ports: [&Attr<i32>; 2],
) -> Vec<(&'static str, &'static str, String)> {
    let (what, range) = match protocol.as_str() {
        "tcp" | "udp" => ("port", 0..=65535),
        "icmp" | "icmpv6" => ("ICMP type or code", -1..=255),
        _ => return Vec::new(),
    };
    let mut problems = Vec::new();
    for (name, port) in NAMES.into_iter().zip(ports) {
        match port {
            Attr::Null => {
                problems.push((name, "Missing Argument", format!("`{name}` is required with {protocol}.")));
            }
            Attr::Known(port) if !range.contains(port) => {
                let (low, high) = (range.start(), range.end());
                let detail = format!("{port} is no {what}; these go from {low} to {high}.");
                problems.push((name, "Invalid Attribute Value", detail));
            }
            _ => {}
        }
    }
    let (Some(from), Some(to)) = (ports[0].known(), ports[1].known()) else { return problems };
    if what == "port" && from > to {
        let detail = format!("The last port, {to}, comes before the first one, {from}.");
        problems.push(("to_port", "Invalid Attribute Value", detail));
    }
    if what != "port" && *from == -1 && *to != -1 {
        let detail = format!("All ICMP types have all codes: with `from_port = -1`, {to} has to be -1 too.");
        problems.push(("to_port", "Invalid Attribute Value", detail));
    }
    problems
}
