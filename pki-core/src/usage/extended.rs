//! The extended key usage extension.

use std::fmt;

use const_oid::ObjectIdentifier;

/// A purpose of the extended key usage extension (RFC 5280 §4.2.1.12). It prints as cfssl's name.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum ExtendedKeyUsage {
    /// To be a TLS server.
    ServerAuth,
    /// To be a TLS client.
    ClientAuth,
    /// To sign programs.
    CodeSigning,
    /// To sign and encrypt e-mail.
    EmailProtection,
    /// `IPsec` end system.
    IpsecEndSystem,
    /// `IPsec` tunnel.
    IpsecTunnel,
    /// `IPsec` user.
    IpsecUser,
    /// To sign time stamps.
    TimeStamping,
    /// To sign OCSP responses.
    OcspSigning,
    /// To sign JSON Web Tokens (RFC 9509), such as those of Kubernetes' service accounts.
    JwtSigning,
    /// Microsoft's server gated cryptography, of historical interest.
    MicrosoftServerGatedCrypto,
    /// Netscape's server gated cryptography, of historical interest.
    NetscapeServerGatedCrypto,
    /// Microsoft's commercial code signing.
    MicrosoftCommercialCodeSigning,
    /// Microsoft's kernel code signing.
    MicrosoftKernelCodeSigning,
    /// Every purpose. Better to name those that are meant.
    Any,
}

impl ExtendedKeyUsage {
    /// Every purpose this library knows.
    pub const ALL: [Self; 15] = [
        Self::ServerAuth,
        Self::ClientAuth,
        Self::CodeSigning,
        Self::EmailProtection,
        Self::IpsecEndSystem,
        Self::IpsecTunnel,
        Self::IpsecUser,
        Self::TimeStamping,
        Self::OcspSigning,
        Self::JwtSigning,
        Self::MicrosoftServerGatedCrypto,
        Self::NetscapeServerGatedCrypto,
        Self::MicrosoftCommercialCodeSigning,
        Self::MicrosoftKernelCodeSigning,
        Self::Any,
    ];

    /// The name that cfssl uses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.names()[0]
    }

    /// cfssl's name, the tls provider's, and others.
    pub(super) fn names(self) -> &'static [&'static str] {
        match self {
            Self::ServerAuth => &["server auth", "server_auth"],
            Self::ClientAuth => &["client auth", "client_auth"],
            Self::CodeSigning => &["code signing", "code_signing"],
            Self::EmailProtection => &["email protection", "email_protection", "s/mime"],
            Self::IpsecEndSystem => &["ipsec end system", "ipsec_end_system"],
            Self::IpsecTunnel => &["ipsec tunnel", "ipsec_tunnel"],
            Self::IpsecUser => &["ipsec user", "ipsec_user"],
            Self::TimeStamping => &["timestamping"],
            Self::OcspSigning => &["ocsp signing", "ocsp_signing"],
            Self::JwtSigning => &["jwt signing", "jwt_signing"],
            Self::MicrosoftServerGatedCrypto => &["microsoft sgc", "microsoft_server_gated_crypto"],
            Self::NetscapeServerGatedCrypto => &["netscape sgc", "netscape_server_gated_crypto"],
            Self::MicrosoftCommercialCodeSigning => {
                &["microsoft commercial code signing", "microsoft_commercial_code_signing"]
            }
            Self::MicrosoftKernelCodeSigning => {
                &["microsoft kernel code signing", "microsoft_kernel_code_signing"]
            }
            Self::Any => &["any", "any_extended"],
        }
    }

    pub(crate) fn oid(self) -> ObjectIdentifier {
        ObjectIdentifier::new_unwrap(match self {
            Self::ServerAuth => "1.3.6.1.5.5.7.3.1",
            Self::ClientAuth => "1.3.6.1.5.5.7.3.2",
            Self::CodeSigning => "1.3.6.1.5.5.7.3.3",
            Self::EmailProtection => "1.3.6.1.5.5.7.3.4",
            Self::IpsecEndSystem => "1.3.6.1.5.5.7.3.5",
            Self::IpsecTunnel => "1.3.6.1.5.5.7.3.6",
            Self::IpsecUser => "1.3.6.1.5.5.7.3.7",
            Self::TimeStamping => "1.3.6.1.5.5.7.3.8",
            Self::OcspSigning => "1.3.6.1.5.5.7.3.9",
            Self::JwtSigning => "1.3.6.1.5.5.7.3.37",
            Self::MicrosoftServerGatedCrypto => "1.3.6.1.4.1.311.10.3.3",
            Self::NetscapeServerGatedCrypto => "2.16.840.1.113730.4.1",
            Self::MicrosoftCommercialCodeSigning => "1.3.6.1.4.1.311.2.1.22",
            Self::MicrosoftKernelCodeSigning => "1.3.6.1.4.1.311.61.1.1",
            Self::Any => "2.5.29.37.0",
        })
    }

    pub(crate) fn from_oid(oid: ObjectIdentifier) -> Option<Self> {
        Self::ALL.into_iter().find(|usage| usage.oid() == oid)
    }
}

impl fmt::Display for ExtendedKeyUsage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
