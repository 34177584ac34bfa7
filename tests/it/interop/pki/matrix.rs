//! Every kind of certificate and revocation list that the library makes, for the tools that judge them.

use std::num::NonZeroU32;

use pki_core::kubernetes::{ClusterNames, Layout, LayoutForm, Node, Role};
use pki_core::{
    AuthorityConstraint, Certificate, CertificateAuthority, CertificatePolicy, CertificateRequest,
    CertificateRevocationList, CertificateRevocationListParams, CrlNumber, CrlScope, DistinguishedName,
    Identity, KeyAlgorithm, NameConstraints, PrivateKey, Reissue, RevocationReason, RevokedCertificate,
    SigningProfile, SubjectAltNames, Usages,
};

use super::hierarchy::{identity, key, now, rng};

/// A certificate and those above it.
pub(super) struct Specimen {
    /// What it is, unique in the matrix.
    pub(super) name: String,
    pub(super) certificate: Certificate,
    /// The issuers, the nearest first and the root last; none for a self-signed certificate.
    pub(super) issuers: Vec<Certificate>,
}

/// A revocation list and its issuer.
pub(super) struct ListSpecimen {
    pub(super) name: String,
    pub(super) list: CertificateRevocationList,
    pub(super) issuer: Certificate,
}

/// Everything.
pub(super) struct Matrix {
    pub(super) certificates: Vec<Specimen>,
    pub(super) lists: Vec<ListSpecimen>,
}

impl Matrix {
    pub(super) fn new() -> Self {
        let mut matrix = Self { certificates: Vec::new(), lists: Vec::new() };
        for algorithm in KeyAlgorithm::ALL {
            matrix.add_roles(algorithm);
        }
        for form in [LayoutForm::ThreeAuthorities, LayoutForm::OneAuthority] {
            matrix.add_layout(&format!("{form:?}"), &cluster(form));
        }
        matrix.add_layout("tutorial", &Layout::tutorial("eu-west-2").unwrap());
        matrix.add_options();
        matrix.add_names();
        matrix.add_repeated();
        matrix.add_derived();
        matrix
    }

    /// A root, an intermediate authority, every role below it, and a revocation list of each authority.
    fn add_roles(&mut self, algorithm: KeyAlgorithm) {
        let root = authority("Root", algorithm, Some(1));
        let profile = constrained(Some(0));
        let (intermediate, _) =
            root.intermediate(key(algorithm), &identity("Below", &[]), &profile, now(), &mut rng()).unwrap();
        let key = key(algorithm);
        let cluster = cluster_names();
        for role in Role::NAMES {
            let name = format!("{algorithm} {role}");
            let role = Role::parse(role, (role == "kubelet").then_some("node-0.example.com")).unwrap();
            let identity = role.identity(&cluster, ["10.0.0.1"]).unwrap();
            self.issue(&name, &intermediate, &identity, &key, &role.profile(algorithm));
        }
        let stand_alone = Certificate::self_signed(
            &key,
            &identity("stand-alone", &["stand-alone.example.com"]),
            &SigningProfile::server(algorithm),
            now(),
            &mut rng(),
        );
        self.add(&format!("{algorithm} stand-alone"), stand_alone.unwrap().0, vec![]);
        for (name, authority) in [("root", &root), ("intermediate", &intermediate)] {
            let name = format!("{algorithm} {name}");
            self.add(&name, authority.certificate().clone(), authority.chain().to_vec());
            self.add_lists(&name, authority);
        }
    }

    fn add_lists(&mut self, name: &str, authority: &CertificateAuthority) {
        let of = |reason| RevokedCertificate::of(authority.certificate(), now(), reason);
        let full =
            RevocationReason::ALL.into_iter().zip(1_u64..).map(|(reason, serial)| RevokedCertificate {
                serial: serial.to_string().parse().unwrap(),
                invalidity_date: Some(now()),
                ..of(Some(reason))
            });
        for (kind, scope, revoked) in [
            ("empty", CrlScope::All, vec![]),
            ("full", CrlScope::All, full.collect()),
            ("end entities", CrlScope::EndEntities, vec![of(None)]),
            ("authorities", CrlScope::Authorities, vec![of(None)]),
        ] {
            let params = CertificateRevocationListParams {
                scope,
                distribution_points: vec!["http://crl.example.com/ca.crl".parse().unwrap()],
                ..CertificateRevocationListParams::new(CrlNumber::from(1), revoked)
            };
            let list = authority.issue_revocation_list(&params, None, now()).unwrap();
            let issuer = authority.certificate().clone();
            self.lists.push(ListSpecimen { name: format!("{name} {kind}"), list, issuer });
        }
    }

    /// The PKI of a whole cluster.
    fn add_layout(&mut self, name: &str, layout: &Layout) {
        let items = layout.issue(now(), &mut rng()).unwrap();
        let find = |name: &str| {
            let item = items.iter().find(|item| item.item().name() == name).unwrap();
            item.certificate().unwrap().clone()
        };
        for item in &items {
            let Some(certificate) = item.certificate() else { continue };
            let issuers = item.item().authority().map(find).into_iter().collect();
            self.add(&format!("{name} {}", item.item().name()), certificate.clone(), issuers);
        }
    }

    /// What profiles can add, below authorities that are constrained to hosts and to people.
    fn add_options(&mut self) {
        let hosts = (
            &["DNS:example.com", "IP:10.0.0.0/8", "IP:fd00::/8"][..],
            &["DNS:secret.example.com", "IP:10.1.0.0/16"][..],
        );
        let people = (&["email:.example.com", "URI:.example.com"][..], &["email:root@mail.example.com"][..]);
        for (kind, (permitted, excluded)) in [("hosts", hosts), ("people", people)] {
            let profile = SigningProfile {
                name_constraints: NameConstraints::parse(permitted, excluded).unwrap(),
                ..with_pointers(constrained(Some(0)))
            };
            let (key, identity) = (key(KeyAlgorithm::EcdsaP256), identity(kind, &[]));
            let (root, _) =
                CertificateAuthority::self_signed(key, &identity, &profile, now(), &mut rng()).unwrap();
            self.add(&format!("{kind} root"), root.certificate().clone(), vec![]);
            self.add_usages(kind, &root);
        }
    }

    fn add_usages(&mut self, kind: &str, root: &CertificateAuthority) {
        let key = key(KeyAlgorithm::EcdsaP256);
        let names =
            ["a.example.com", "10.0.0.1", "fd00::1", "ops@mail.example.com", "https://www.example.com/x"];
        for usages in [
            &["signing", "server auth", "client auth"][..],
            &["signing", "key agreement", "email protection"],
            &["signing", "timestamping"],
            &["signing", "content commitment", "code signing"],
            &["signing", "ocsp signing"],
            &["signing", "ipsec end system", "ipsec tunnel", "ipsec user"],
        ] {
            let profile = with_pointers(SigningProfile::new(Usages::parse(usages).unwrap()));
            let profile = SigningProfile { ocsp_no_check: usages.contains(&"ocsp signing"), ..profile };
            self.issue(&format!("{kind} {}", usages.join("+")), root, &identity("a", &names), &key, &profile);
        }
    }

    /// Names of every kind, and subjects with everything and with nothing.
    fn add_names(&mut self) {
        let root = authority("Names", KeyAlgorithm::EcdsaP256, None);
        self.add("names root", root.certificate().clone(), vec![]);
        let key = key(KeyAlgorithm::EcdsaP256);
        let whole = DistinguishedName {
            common_name: Some("Zoë".to_owned()),
            organization: vec!["Zürich & Söhne".to_owned(), "Second".to_owned()],
            organizational_unit: vec!["DAREY.IO DEVOPS".to_owned()],
            locality: Some("London".to_owned()),
            province: Some("England".to_owned()),
            country: Some("GB".to_owned()),
            street_address: vec!["1 High Street".to_owned()],
            postal_code: Some("SW1A 1AA".to_owned()),
            serial_number: Some("42".to_owned()),
            email_address: Some("ops@example.com".to_owned()),
        };
        let names = ["*.example.com", "bücher.example.com", "kubernetes", "2001:db8::1", "ops@example.com"];
        let names = SubjectAltNames::parse(names).unwrap();
        let profile = SigningProfile::server(KeyAlgorithm::EcdsaP256);
        for (name, subject) in [("whole subject", whole), ("no subject", DistinguishedName::default())] {
            let identity = Identity { subject, subject_alt_names: names.clone() };
            self.issue(name, &root, &identity, &key, &profile);
            let request = CertificateRequest::create(&key, &identity).unwrap();
            let (certificate, _) = root.issue_from_request(&request, &profile, now(), &mut rng()).unwrap();
            self.add(&format!("{name} by request"), certificate, vec![root.certificate().clone()]);
        }
    }

    /// Certificates that repeat others.
    fn add_repeated(&mut self) {
        let [old, new] = ["Old", "New"].map(|name| authority(name, KeyAlgorithm::EcdsaP256, None));
        let terms = Reissue::default();
        let profile = SigningProfile::server(KeyAlgorithm::EcdsaP256);
        let leaf_key = key(KeyAlgorithm::EcdsaP256);
        let identity = identity("web", &["web.example.com"]);
        let (leaf, _) = old.issue(&identity, leaf_key.public_key(), &profile, now(), &mut rng()).unwrap();
        let above = || vec![old.certificate().clone()];
        self.add("renewed leaf", old.renew(&leaf, &terms, now(), &mut rng()).unwrap().0, above());
        self.add("renewed root", old.renew_root(&terms, now(), &mut rng()).unwrap().0, vec![]);
        let crossed = old.cross_sign(new.certificate(), &terms, now(), &mut rng()).unwrap().0;
        self.add("cross-signed root", crossed, above());
    }

    /// Keys that are derived and sign by RFC 6979.
    fn add_derived(&mut self) {
        let seed = pki_core::Seed::from_bytes([7; 32]);
        for algorithm in [KeyAlgorithm::EcdsaP256, KeyAlgorithm::EcdsaP384, KeyAlgorithm::Ed25519] {
            let label = format!("matrix/{algorithm}").parse().unwrap();
            let derived = PrivateKey::derive(algorithm, &seed, &label, NonZeroU32::MIN).unwrap();
            let (identity, profile) = (identity("Derived", &[]), constrained(None));
            let (root, _) =
                CertificateAuthority::self_signed(derived, &identity, &profile, now(), &mut rng()).unwrap();
            self.add(&format!("derived {algorithm}"), root.certificate().clone(), vec![]);
        }
    }

    fn issue(
        &mut self,
        name: &str,
        issuer: &CertificateAuthority,
        identity: &Identity,
        key: &PrivateKey,
        profile: &SigningProfile,
    ) {
        let result = issuer.issue(identity, key.public_key(), profile, now(), &mut rng());
        let (certificate, _) = result.unwrap_or_else(|errors| panic!("{name}: {errors:?}"));
        let issuers = [issuer.certificate().clone()].into_iter().chain(issuer.chain().iter().cloned());
        self.add(name, certificate, issuers.collect());
    }

    fn add(&mut self, name: &str, certificate: Certificate, issuers: Vec<Certificate>) {
        self.certificates.push(Specimen { name: name.to_owned(), certificate, issuers });
    }
}

/// A cluster with one machine of each kind.
fn cluster(form: LayoutForm) -> Layout {
    let node = |name: &str, address: &str| vec![Node::new(name, [address])];
    Layout {
        cluster: cluster_names(),
        control_plane: node("master-0.example.com", "10.0.0.10"),
        workers: node("worker-0.example.com", "10.0.0.20"),
        algorithm: KeyAlgorithm::EcdsaP256,
        ..Layout::new(form)
    }
}

fn cluster_names() -> ClusterNames {
    ClusterNames { service_cidrs: vec!["10.32.0.0/24".parse().unwrap()], ..ClusterNames::default() }
}

fn constrained(path_length: Option<u8>) -> SigningProfile {
    SigningProfile::authority(AuthorityConstraint { path_length })
}

fn authority(name: &str, algorithm: KeyAlgorithm, path_length: Option<u8>) -> CertificateAuthority {
    let (identity, profile) = (identity(name, &[]), constrained(path_length));
    CertificateAuthority::self_signed(key(algorithm), &identity, &profile, now(), &mut rng()).unwrap().0
}

fn with_pointers(profile: SigningProfile) -> SigningProfile {
    let url = |text: &str| vec![text.parse().unwrap()];
    let policy = CertificatePolicy::new("1.3.6.1.4.1.32473.1")
        .and_then(|policy| policy.with_cps("https://pki.example.com/cps.html"))
        .and_then(|policy| policy.with_user_notice("Für die Maschinen eines Clusters"));
    SigningProfile {
        crl_distribution_points: url("http://crl.example.com/ca.crl"),
        ocsp_urls: url("http://ocsp.example.com/"),
        issuer_urls: url("http://ca.example.com/ca.crt"),
        certificate_policies: vec![policy.unwrap()],
        ..profile
    }
}
