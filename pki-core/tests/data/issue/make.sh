#!/bin/sh
# Makes the certificates and requests of this folder with OpenSSL 3.0. The keys are thrown away: nothing here can sign.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
printf '[req]\ndistinguished_name=dn\nstring_mask=default\n[dn]\n' > "$work/empty.cnf"

# NAME SUBJECT [OPTION...]: a self-signed certificate for a hundred years.
issuer() {
    name=$1 subject=$2
    shift 2
    openssl req -x509 -config "$work/empty.cnf" -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$work/key" \
        -days 36500 -subj "$subject" -out "$name.pem" "$@" 2> /dev/null
}
ca="-addext basicConstraints=critical,CA:TRUE"
sign="-addext keyUsage=critical,keyCertSign,cRLSign"
issuer leaf /CN=Leaf -addext basicConstraints=critical,CA:FALSE
issuer no-cert-sign /CN=Lists $ca -addext keyUsage=critical,cRLSign
issuer unknown-critical /CN=Odd $ca $sign -addext 1.3.6.1.4.1.32473.9=critical,ASN1:NULL
issuer path-length-0 /CN=Last -addext basicConstraints=critical,CA:TRUE,pathlen:0 $sign
issuer path-length-2 /CN=Long -addext basicConstraints=critical,CA:TRUE,pathlen:2 $sign
issuer sha1 /CN=Broken -sha1 $ca $sign
issuer client-only /CN=Clients $ca $sign -addext extendedKeyUsage=clientAuth,1.3.6.1.4.1.32473.8
issuer any-purpose /CN=Any $ca $sign -addext extendedKeyUsage=anyExtendedKeyUsage
issuer no-subject / $ca $sign
issuer constraints /CN=Bound $ca $sign -addext "nameConstraints=critical,\
permitted;DNS:example.com,permitted;DNS:.example.net,permitted;IP:10.0.0.0/255.0.0.0,permitted;IP:fd00::/ff00::,\
permitted;email:example.com,permitted;email:.example.net,permitted;email:ops@example.org,permitted;URI:.example.com,\
excluded;DNS:secret.example.com,excluded;IP:10.9.0.0/255.255.0.0"
cat >> "$work/empty.cnf" << 'CONFIG'
[directory]
basicConstraints=critical,CA:TRUE
nameConstraints=critical,permitted;dirName:subtree
[subtree]
C=GB
O=Acme
CONFIG
issuer directory /C=GB/O=Acme/CN=Bound $sign -extensions directory
issuer registered-id /CN=Bound $ca $sign -addext 'nameConstraints=critical,permitted;RID:1.2.3.4'
issuer mask-with-holes /CN=Bound $ca $sign -addext 'nameConstraints=critical,permitted;IP:10.0.0.0/255.0.255.0'
openssl req -x509 -config "$work/empty.cnf" -newkey rsa:1024 -nodes -keyout "$work/key" -days 36500 -subj /CN=Weak \
    $ca $sign -out rsa-1024.pem 2> /dev/null
openssl req -x509 -config "$work/empty.cnf" -newkey rsa:2048 -md5 -nodes -keyout "$work/key" -days 36500 -subj /CN=Old \
    $ca $sign -out md5.pem 2> /dev/null

# NAME SUBJECT [OPTION...]: a request.
request() {
    name=$1 subject=$2
    shift 2
    openssl req -new -utf8 -config "$work/empty.cnf" -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
        -keyout "$work/key" -subj "$subject" -out "$name.csr" "$@" 2> /dev/null
}
names="-addext subjectAltName=DNS:Web.Example.com,IP:10.0.0.1,email:ops@Example.com,URI:spiffe://example.com/x"
request names /CN=web $names
request usages /CN=web -addext keyUsage=critical,digitalSignature,keyAgreement \
    -addext extendedKeyUsage=serverAuth,clientAuth,1.3.6.1.4.1.32473.8 -addext subjectKeyIdentifier=hash
request leaf-usages /CN=web -addext basicConstraints=critical,CA:FALSE -addext keyUsage=critical,digitalSignature \
    -addext extendedKeyUsage=serverAuth
request authority /CN=Sub -addext basicConstraints=critical,CA:TRUE,pathlen:1 -addext keyUsage=critical,keyCertSign
request unknown-critical /CN=web -addext 1.3.6.1.4.1.32473.9=critical,ASN1:NULL
request others /CN=web -addext tlsfeature=status_request -addext certificatePolicies=critical,1.2.3.4
request mapped-address /CN=web -addext 'subjectAltName=IP:::ffff:10.0.0.1'
request multi-valued /O=Acme/CN=web+OU=web
request two-names "/CN= web/CN=web"
request teletex "/O=Zürich/CN=web"
request outside /CN=web.example.org -addext subjectAltName=DNS:a.secret.example.com,IP:10.9.0.1
