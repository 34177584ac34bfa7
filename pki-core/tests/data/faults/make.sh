#!/bin/sh
# Makes the corpus anew with OpenSSL 3, each certificate with one fault. What is checked in was made by it; times, serial
# numbers and keys differ from run to run, the faults do not.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT

# A good authority, and the good parts that every other certificate has unless its fault takes one away.
CA="basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash"
LEAF="basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=serverAuth
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
subjectAltName=DNS:www.example.com"

key() { openssl ecparam -name prime256v1 -genkey -noout -out "$work/$1.key"; }

# root NAME SUBJECT EXTENSIONS: a self-signed certificate.
root() {
    key "$1"
    openssl req -new -key "$work/$1.key" -subj "$2" -out "$work/$1.csr"
    printf '%s\n' "$3" > "$work/$1.ext"
    openssl x509 -req -in "$work/$1.csr" -signkey "$work/$1.key" -days 3650 -extfile "$work/$1.ext" -out "$1.pem" 2> /dev/null
}

# leaf NAME EXTENSIONS [SUBJECT [OPTIONS...]]: a certificate of the authority ISSUER, which is `ca` unless it is set.
leaf() {
    name=$1 extensions=$2 subject=${3:-/CN=www.example.com}
    shift 2
    [ $# -eq 0 ] || shift
    key "$name"
    openssl req -new -key "$work/$name.key" -subj "$subject" -out "$work/$name.csr"
    printf '%s\n' "$extensions" > "$work/$name.ext"
    issuer=${ISSUER:-ca}
    openssl x509 -req -in "$work/$name.csr" -CA "$issuer.pem" -CAkey "$work/$issuer.key" -CAcreateserial -CAserial "$work/serial" \
        -days 365 -extfile "$work/$name.ext" "$@" -out "$name.pem" 2> /dev/null
}

# with LINE: the extensions of a leaf, with one line in the place of the line of the same name.
with() { printf '%s\n' "$LEAF" | grep -v "^${1%%=*}="; printf '%s\n' "$1"; }
without() { printf '%s\n' "$2" | grep -v "^$1="; }

root ca "/CN=Root" "$CA"
root constrained-ca "/CN=Constrained" "$CA
nameConstraints=critical,permitted;DNS:example.com,excluded;DNS:secret.example.com"
root path-length-0-ca "/CN=Path length 0" "basicConstraints=critical,CA:TRUE,pathlen:0
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash"

# The sixteen.
root ca-basic-constraints-not-critical "/CN=Root" "basicConstraints=CA:TRUE
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash"
leaf key-usage-not-critical "$(with keyUsage=digitalSignature)"
leaf cert-sign-on-leaf "$(with keyUsage=critical,digitalSignature,keyCertSign)"
leaf empty-subject-names-not-critical "$LEAF" /
leaf no-authority-key-identifier "$(with authorityKeyIdentifier=none)"
root ca-no-subject-key-identifier "/CN=Root" "$(without subjectKeyIdentifier "$CA")
subjectKeyIdentifier=none"
root ca-name-constraints-not-critical "/CN=Root" "$CA
nameConstraints=permitted;DNS:example.com"
leaf name-constraints-on-leaf "$LEAF
nameConstraints=critical,permitted;DNS:example.com"
leaf path-length-on-leaf "$(with basicConstraints=critical,CA:FALSE,pathlen:0)"
leaf encipherment-on-ec "$(with keyUsage=critical,digitalSignature,keyEncipherment)"
leaf wildcard-in-the-middle "$(with 'subjectAltName=DNS:a.*.example.com')"
leaf underscore "$(with subjectAltName=DNS:a_b.example.com)"
root country-uk "/C=UK/CN=Root" "$CA"
leaf serial-zero "$LEAF" /CN=www.example.com -set_serial 0
leaf serial-negative "$LEAF" /CN=www.example.com -set_serial -5
leaf serial-21-octets "$LEAF" /CN=www.example.com -set_serial 0x7f0102030405060708090a0b0c0d0e0f1011121314

# Two that only an issuer shows, and the control.
leaf outlives-issuer "$LEAF" /CN=www.example.com -days 36500
ISSUER=constrained-ca leaf name-constraint-violation "$(with subjectAltName=DNS:www.example.org)" /CN=leaf
leaf legal-wildcard "$(with 'subjectAltName=DNS:*.example.com')"

# Others, which need the encoding by hand.
leaf key-usage-empty "$(with 2.5.29.15=critical,DER:030100 | grep -v ^keyUsage)"
leaf key-usage-not-trimmed "$(with 2.5.29.15=critical,DER:03020080 | grep -v ^keyUsage)"
leaf only-without-agreement "$(with keyUsage=critical,digitalSignature,encipherOnly)"
leaf purposes-empty "$(with 2.5.29.37=DER:3000 | grep -v ^extendedKeyUsage)"
leaf any-purpose "$(with extendedKeyUsage=serverAuth,anyExtendedKeyUsage)"
leaf time-stamping-not-critical "$(with extendedKeyUsage=timeStamping)"
leaf names-empty "$(with 2.5.29.17=DER:3000 | grep -v ^subjectAltName)"
leaf names-critical "$(with subjectAltName=critical,DNS:www.example.com)"
leaf ip-as-dns-name "$(with subjectAltName=DNS:10.0.0.1)"
leaf ip-5-octets "$(with 2.5.29.17=DER:300787050a00000100 | grep -v ^subjectAltName)"
leaf names-twice "$(with subjectAltName=DNS:www.example.com,DNS:WWW.example.com)"
leaf trailing-dot "$(with subjectAltName=DNS:www.example.com.)"
leaf relative-uri "$(with subjectAltName=URI:/relative)"
leaf email-malformed "$(with subjectAltName=email:nobody)"
leaf email-only-in-subject "$LEAF" /CN=www.example.com/emailAddress=ops@example.com
leaf access-critical "$LEAF
authorityInfoAccess=critical,OCSP;URI:http://ocsp.example.com/"
leaf distribution-points-critical "$LEAF
crlDistributionPoints=critical,URI:http://crl.example.com/ca.crl"
leaf location-https "$LEAF
crlDistributionPoints=URI:https://crl.example.com/ca.crl"
leaf policy-twice "$LEAF
2.5.29.32=DER:300e300506032a0304300506032a0304"
leaf policy-text-ia5 "$LEAF
2.5.29.32=DER:301e301c06032a03043015301306082b06010505070202300716056e6f746963"
leaf unknown-critical "$LEAF
1.2.3.4=critical,DER:0500"
leaf malformed-extension "$LEAF
2.5.29.32=DER:0500"
leaf key-identifier-critical "$(with 2.5.29.14=critical,DER:04030a0b0c | grep -v ^subjectKeyIdentifier)"
leaf key-identifier-unknown-method "$(with 2.5.29.14=DER:04030a0b0c | grep -v ^subjectKeyIdentifier)"
leaf default-encoded "$(with 2.5.29.19=critical,DER:3003010100 | grep -v ^basicConstraints)"
root ca-no-key-usage "/CN=Root" "$(without keyUsage "$CA")"
root ca-constraint-mask "/CN=Root" "$CA
2.5.29.30=critical,DER:300ea00c300a87080a000000ff00ff00"
root ca-constraint-distance "/CN=Root" "$CA
2.5.29.30=critical,DER:3010a00e300c82076578616d706c65810105"
ISSUER=path-length-0-ca leaf authority-below-path-length-0 "$CA
authorityKeyIdentifier=keyid" "/CN=Below"
leaf weak-signature "$LEAF" /CN=www.example.com -sha1
leaf two-in-one-place "$LEAF" /CN=www.example.com+OU=Web

# Version 1: no extensions at all.
key version-1
openssl req -new -key "$work/version-1.key" -subj /CN=www.example.com -out "$work/version-1.csr"
openssl x509 -req -in "$work/version-1.csr" -CA ca.pem -CAkey "$work/ca.key" -set_serial 7 -days 365 -out version-1.pem 2> /dev/null

# RSA with 1024 bits.
openssl genrsa -out "$work/weak.key" 1024 2> /dev/null
openssl req -new -key "$work/weak.key" -subj /CN=www.example.com -out "$work/weak.csr"
printf '%s\n' "$LEAF" > "$work/weak.ext"
openssl x509 -req -in "$work/weak.csr" -CA ca.pem -CAkey "$work/ca.key" -set_serial 8 -days 365 -extfile "$work/weak.ext" -out rsa-1024.pem 2> /dev/null
