//! Country codes of ISO 3166-1.

/// Whether `code` is an officially assigned two-letter code, in capitals.
pub(super) fn is_known(code: &str) -> bool {
    code.len() == 2 && CODES.split_ascii_whitespace().any(|known| known == code)
}

/// The code that was probably meant.
pub(super) fn suggestion(wrong: &str) -> Option<&'static str> {
    let upper = wrong.to_uppercase();
    if let Some((_, code)) = OTHER_NAMES.iter().find(|(name, _)| *name == upper) {
        return Some(code);
    }
    CODES.split_ascii_whitespace().find(|known| *known == upper)
}

/// Codes and names that people use instead.
const OTHER_NAMES: [(&str, &str); 24] = [
    ("UK", "GB"),
    ("GBR", "GB"),
    ("ENGLAND", "GB"),
    ("UNITED KINGDOM", "GB"),
    ("EN", "GB"),
    ("USA", "US"),
    ("UNITED STATES", "US"),
    ("DEU", "DE"),
    ("GERMANY", "DE"),
    ("FRA", "FR"),
    ("FRANCE", "FR"),
    ("ESP", "ES"),
    ("ITA", "IT"),
    ("NLD", "NL"),
    ("CHE", "CH"),
    ("AUT", "AT"),
    ("EL", "GR"),
    ("GRC", "GR"),
    ("IND", "IN"),
    ("JPN", "JP"),
    ("CAN", "CA"),
    ("AUS", "AU"),
    ("BRA", "BR"),
    ("NGA", "NG"),
];

const CODES: &str = "
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
    CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR
    GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP
    KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT
    MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW
    SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ
    UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_249_codes() {
        assert_eq!(CODES.split_ascii_whitespace().count(), 249);
        assert!(is_known("GB") && is_known("DE"));
        assert!(!is_known("UK") && !is_known("gb") && !is_known("B G"));
    }

    #[test]
    fn suggests() {
        assert_eq!(suggestion("uk"), Some("GB"));
        assert_eq!(suggestion("de"), Some("DE"));
        assert_eq!(suggestion("ZZ"), None);
    }
}
