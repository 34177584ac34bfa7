//! When renewals come, up to the end of the calendar.

use proptest::prelude::*;

use super::*;

fn time(text: &str) -> Timestamp {
    time::parse_time(text).unwrap()
}

fn validity(not_before: &str, not_after: &str) -> Validity {
    Validity { not_before: time(not_before), not_after: time(not_after) }
}

/// Issued at noon for 100 days.
fn hundred_days() -> Validity {
    validity("2026-01-01T11:55:00Z", "2026-04-11T11:59:59Z")
}

fn renew_at(early: &str, validity: &Validity) -> String {
    let renewal = Renewal::new(early.parse().unwrap());
    match renewal.renew_at(validity) {
        Ok(at) => at.map_or("never".to_owned(), |at| at.to_string()),
        Err(error) => error.to_string(),
    }
}

#[test]
fn counts_back_from_the_end() {
    let hundred = hundred_days();
    assert_eq!(renew_at("30d", &hundred), "2026-03-12T12:00:00Z");
    assert_eq!(renew_at("720h", &hundred), "2026-03-12T12:00:00Z");
    assert_eq!(renew_at("1s", &hundred), "2026-04-11T11:59:59Z");
    // A third of 100 days and 5 minutes is 33 days and 99 seconds.
    assert_eq!(renew_at("33%", &hundred), "2026-03-09T11:58:21Z");
    assert_eq!(renew_at("2026-02-01T00:00:00Z", &hundred), "2026-02-01T00:00:00Z");
}

#[test]
fn a_set_time_does_not_affect_later_certificates() {
    assert_eq!(renew_at("2026-01-01T00:00:00Z", &hundred_days()), "never");
    assert_eq!(renew_at("2026-01-01T12:00:00Z", &hundred_days()), "never");
    assert_eq!(renew_at("2026-01-01T12:00:01Z", &hundred_days()), "2026-01-01T12:00:01Z");
}

#[test]
fn what_never_expires_is_renewed_at_a_set_time_only() {
    let forever = validity("2026-01-01T00:00:00Z", "9999-12-31T23:59:59Z");
    assert_eq!(renew_at("30d", &forever), "never");
    assert_eq!(renew_at("33%", &forever), "never");
    assert_eq!(renew_at("2030-01-01T00:00:00Z", &forever), "2030-01-01T00:00:00Z");
}

#[test]
fn what_makes_no_sense_is_refused() {
    let hundred = hundred_days();
    let at_once = |early: &str| {
        format!(
            "a renewal {early} before the end of a validity of 2400h5m would come as soon as the certificate is issued"
        )
    };
    assert_eq!(renew_at("100d", &hundred), at_once("2400h"));
    assert_eq!(renew_at("8000y", &hundred), at_once("70080000h"));
    assert_eq!(
        renew_at("2026-04-12T00:00:00Z", &hundred),
        "the renewal at 2026-04-12T00:00:00Z would come after the end of the certificate at 2026-04-11T11:59:59Z"
    );
    let short = validity("2026-01-01T00:00:00Z", "2026-01-01T00:09:59Z");
    assert_eq!(
        renew_at("50%", &short),
        "a renewal 50% before the end of a validity of 10m would come as soon as the certificate is issued"
    );
}

#[test]
fn refuses_texts_in_plain_words() {
    for (text, message) in [
        ("0%", "`0%` is not a whole percentage from 1% to 99% of the validity"),
        ("33.3%", "`33.3%` is not a whole percentage from 1% to 99% of the validity"),
        ("+5%", "`+5%` is not a whole percentage from 1% to 99% of the validity"),
        ("256%", "`256%` is not a whole percentage from 1% to 99% of the validity"),
        (
            "30",
            "the duration `30` lacks a unit; write for example `30h`; a percentage of the validity (`33%`) or a time \
             (`2027-01-01T00:00:00Z`) is also possible",
        ),
        ("2027-01-01", "`2027-01-01` is not a time of RFC 3339; write for example `2027-01-01T00:00:00Z`"),
    ] {
        assert_eq!(text.parse::<EarlyRenewal>().unwrap_err().to_string(), message);
    }
}

#[test]
fn is_due_from_its_time_on_and_after_the_end() {
    let renewal = Renewal::new("30d".parse().unwrap());
    let due = |now| renewal.is_due(&hundred_days(), time(now));
    assert!(!due("2026-03-12T11:59:59Z") && due("2026-03-12T12:00:00Z") && due("2027-01-01T00:00:00Z"));
    let impossible = Renewal::new("8000y".parse().unwrap());
    assert!(!impossible.is_due(&hundred_days(), time("2026-03-12T12:00:00Z")));
    assert!(impossible.is_due(&hundred_days(), time("2026-04-11T12:00:00Z")));
}

#[test]
fn jitter_follows_from_the_seed() {
    let jitter = |seed: &str| Jitter { within: Period::days(1), seed: seed.into() };
    let at = |seed: &str| {
        let renewal = Renewal { jitter: Some(jitter(seed)), ..Renewal::new("30d".parse().unwrap()) };
        renewal.renew_at(&hundred_days()).unwrap().unwrap().to_string()
    };
    assert_eq!(jitter("cluster/admin").offset(), jitter("cluster/admin").offset());
    assert_eq!(at("cluster/admin"), "2026-03-12T01:29:30Z");
    assert_eq!(at("cluster/kubelet"), "2026-03-12T03:05:44Z");
    assert_eq!(Jitter { within: Period::ZERO, seed: vec![] }.offset(), Period::ZERO);
}

#[test]
fn tells_when_the_issuer_ends_first() {
    let renewal = Renewal::new("30d".parse().unwrap());
    let finding = |end| {
        let issuer = validity("2026-01-01T00:00:00Z", end);
        renewal.issuer_finding(&hundred_days(), Period::days(100), &issuer).map(|finding| finding.to_string())
    };
    // Renewed on 12 March for 100 days, it ends on 20 June before noon.
    assert_eq!(finding("2026-06-20T11:59:59Z"), None);
    assert_eq!(
        finding("2026-06-20T11:59:58Z").unwrap(),
        "the certificate is to be renewed at 2026-03-12T12:00:00Z for 2400h, but its issuer ends at \
         2026-06-20T11:59:58Z: renew the issuer before"
    );
    assert_eq!(finding("9999-12-31T23:59:59Z"), None);
}

/// The last second that the calendar of certificates has, but for "no expiry".
const LAST: i64 = 253_402_207_199;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_renewal_is_within_the_validity(start in 0..LAST, length in 0..LAST, early in 0..u64::MAX, percent in 1..=99_u8) {
        let end = start.saturating_add(length).min(LAST);
        let validity = Validity {
            not_before: Timestamp::from_second(start).unwrap(),
            not_after: Timestamp::from_second(end).unwrap(),
        };
        let percentage = Percentage::new(percent).unwrap();
        for early in [EarlyRenewal::Before(Period::seconds(early)), EarlyRenewal::Remaining(percentage)] {
            let renewal = Renewal { backdate: Period::ZERO, ..Renewal::new(early) };
            if let Ok(due) = renewal.renew_at(&validity) {
                let due = due.unwrap();
                prop_assert!(validity.not_before < due && due.as_second() <= end + 1);
                prop_assert!(renewal.is_due(&validity, due));
            }
        }
    }

    #[test]
    fn a_percentage_is_exact(start in 0..LAST / 2, length in 1..LAST / 2, percent in 1..=99_u8) {
        let validity = Validity {
            not_before: Timestamp::from_second(start).unwrap(),
            not_after: Timestamp::from_second(start + length - 1).unwrap(),
        };
        let early = EarlyRenewal::Remaining(Percentage::new(percent).unwrap());
        let renewal = Renewal { backdate: Period::ZERO, ..Renewal::new(early) };
        let due = renewal.renew_at(&validity).unwrap().unwrap().as_second();
        prop_assert_eq!(i128::from(start + length - due), i128::from(length) * i128::from(percent) / 100);
    }

    #[test]
    fn what_is_printed_is_read(seconds in 0..8000 * 365 * 86400_i64, percent in 1..=99_u8) {
        for early in [
            EarlyRenewal::Before(Period::seconds(seconds.unsigned_abs())),
            EarlyRenewal::Remaining(Percentage::new(percent).unwrap()),
            EarlyRenewal::At(Timestamp::from_second(seconds).unwrap()),
        ] {
            prop_assert_eq!(early.to_string().parse::<EarlyRenewal>(), Ok(early));
        }
    }

    #[test]
    fn never_panics(text in any::<String>()) {
        let _ = text.parse::<EarlyRenewal>();
    }
}
