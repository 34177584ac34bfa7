//! Times (RFC 5280 §4.1.2.5, §5.1.2.4).

use der::asn1::AnyRef;
use der::{Tag, Tagged};
use jiff::civil;

use super::raw::Fields;
use super::report::Report;
use crate::finding::{FindingCode, Place};

/// Checks both ends of a validity; gives them if they can be read.
pub(super) fn validity(
    validity: AnyRef<'_>,
    report: &mut Report,
) -> der::Result<Option<[civil::DateTime; 2]>> {
    let mut fields = Fields::of(validity)?;
    let (first, last) = (fields.next()?, fields.next()?);
    fields.finish()?;
    let place = Place::Validity;
    let (Some(first), Some(last)) =
        (time(first, "the beginning", place, report), time(last, "the end", place, report))
    else {
        return Ok(None);
    };
    report.add_if(last < first, FindingCode::ValidityReversed, place, || {
        format!("the certificate ends at {last}, before it begins at {first}")
    });
    report.add_if(last == NEVER, FindingCode::NoExpiry, place, || "the certificate never expires".to_owned());
    Ok(Some([first, last]))
}

/// Checks one time; gives it if it can be read.
pub(super) fn time(
    value: AnyRef<'_>,
    name: &str,
    place: Place,
    report: &mut Report,
) -> Option<civil::DateTime> {
    let digits = value.value();
    let (year, rest) = match value.tag() {
        Tag::UtcTime => (number(digits.get(..2)).map(century), digits.get(2..)),
        Tag::GeneralizedTime => (number(digits.get(..4)), digits.get(4..)),
        _ => (None, None),
    };
    let read = year.zip(rest.and_then(in_year)).and_then(|(year, [month, day, hour, minute, second])| {
        let [month, day, hour, minute, second] =
            [month, day, hour, minute, second].map(|part| part.try_into().ok());
        civil::DateTime::new(year, month?, day?, hour?, minute?, second?, 0).ok()
    });
    let Some(read) = read else {
        let text = String::from_utf8_lossy(digits).into_owned();
        let wanted = "YYMMDDHHMMSSZ as UTCTime or YYYYMMDDHHMMSSZ as GeneralizedTime";
        report.add(
            FindingCode::TimeFormat,
            place,
            format!("{name} is `{text}`, which is no time of the form {wanted}"),
        );
        return None;
    };
    report.add_if(
        value.tag() == Tag::GeneralizedTime && read.year() < 2050,
        FindingCode::TimeType,
        place,
        || format!("{name} is before 2050, but a GeneralizedTime"),
    );
    Some(read)
}

/// What RFC 5280 writes for a certificate without an end.
const NEVER: civil::DateTime = civil::datetime(9999, 12, 31, 23, 59, 59, 0);

/// `UTCTime` has two digits for the years 1950 to 2049.
fn century(year: i16) -> i16 {
    if year < 50 { 2000 + year } else { 1900 + year }
}

/// Month, day, hour, minute and second, all of them and in UTC.
fn in_year(digits: &[u8]) -> Option<[i16; 5]> {
    let (digits, rest) = digits.split_at_checked(10)?;
    let mut parts = [0; 5];
    for (part, pair) in parts.iter_mut().zip(digits.chunks(2)) {
        *part = number(Some(pair))?;
    }
    (rest == b"Z").then_some(parts)
}

fn number(digits: Option<&[u8]>) -> Option<i16> {
    let digits = digits?;
    let is_number = digits.iter().all(u8::is_ascii_digit);
    is_number.then(|| digits.iter().fold(0, |number, digit| number * 10 + i16::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(tag: Tag, text: &str) -> Vec<FindingCode> {
        let mut report = Report::default();
        time(AnyRef::new(tag, text.as_bytes()).unwrap(), "it", Place::Validity, &mut report);
        report.sorted().iter().map(crate::Finding::code).collect()
    }

    #[test]
    fn accepts_both_types_in_their_years() {
        for text in ["260101000000Z", "491231235959Z", "500101000000Z", "240229120000Z"] {
            assert_eq!(codes(Tag::UtcTime, text), [], "{text}");
        }
        assert_eq!(codes(Tag::GeneralizedTime, "20500101000000Z"), []);
        assert_eq!(codes(Tag::GeneralizedTime, "20491231235959Z"), [FindingCode::TimeType]);
    }

    #[test]
    fn refuses_other_forms_and_times_that_do_not_exist() {
        for text in [
            "2601010000Z",
            "260101000000",
            "260101000000+0100",
            "261301000000Z",
            "260229000000Z",
            "260101235960Z",
            "26010100000aZ",
            "",
            "Z",
        ] {
            assert_eq!(codes(Tag::UtcTime, text), [FindingCode::TimeFormat], "{text}");
        }
        for text in ["20500101000000.5Z", "205001010000Z", "20500101000000"] {
            assert_eq!(codes(Tag::GeneralizedTime, text), [FindingCode::TimeFormat], "{text}");
        }
        assert_eq!(codes(Tag::Integer, "260101000000Z"), [FindingCode::TimeFormat]);
    }
}
