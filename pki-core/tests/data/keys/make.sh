#!/bin/bash
# Writes the files of this folder anew, with OpenSSL 3, OpenSSH 9, GnuTLS 3.7 and Java 17. The tests read them as they
# are checked in; this says how they came to be.
set -euo pipefail
cd "$(dirname "$0")"
umask 077
pass=correct-horse

for name in rsa p256 p384 p521 ed25519; do
    case $name in
        rsa) openssl genrsa -out $name.pkcs8.pem 2048 2>/dev/null ;;
        ed25519) openssl genpkey -algorithm ED25519 -out $name.pkcs8.pem ;;
        *) openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-${name#p} -out $name.pkcs8.pem ;;
    esac
    openssl pkey -in $name.pkcs8.pem -pubout -out $name.spki.pem
    # OpenSSH does not read PKCS#8 of Ed25519.
    if [ $name = ed25519 ]; then
        ssh-keygen -q -t ed25519 -N '' -C $name@example.com -f $name.openssh
    else
        openssl pkey -in $name.pkcs8.pem -traditional -out $name.traditional.pem
        cp $name.traditional.pem $name.openssh
        ssh-keygen -q -p -P '' -N '' -f $name.openssh
        ssh-keygen -q -c -P '' -C $name@example.com -f $name.openssh 2>/dev/null
        ssh-keygen -y -f $name.openssh >$name.openssh.pub
    fi
done
cp p256.traditional.pem with-parameters.pem
openssl ecparam -name prime256v1 | cat - p256.traditional.pem >with-parameters.pem

# GnuTLS writes the number like an INTEGER: with a zero before it, or without its own leading zeros.
gnutls() {
    until certtool --generate-privkey --key-type ecdsa --curve secp256r1 --no-text --outfile gnutls-$1.pem 2>/dev/null &&
        openssl asn1parse -in gnutls-$1.pem | grep -q "l= *$1 prim: OCTET STRING"; do :; done
    openssl ec -in gnutls-$1.pem -out gnutls-$1-openssl.pem 2>/dev/null
}
gnutls 33
gnutls 31

# Encrypted, all of them the key p256.
encrypt() { openssl pkcs8 -topk8 -in p256.pkcs8.pem -passout pass:$pass -out "encrypted-$1.pem" "${@:2}"; }
encrypt aes256 -v2 aes-256-cbc -iter 2048
encrypt aes128-sha1 -v2 aes-128-cbc -v2prf hmacWithSHA1 -iter 2048
encrypt scrypt -scrypt
encrypt 3des-pkcs12 -v1 PBE-SHA1-3DES
encrypt 3des-pbes2 -v2 des3
encrypt md5-des -v1 PBE-MD5-DES -provider legacy -provider default
openssl ec -in p256.pkcs8.pem -aes128 -passout pass:$pass -out encrypted-traditional.pem 2>/dev/null
certtool --to-p8 --pkcs8 --load-privkey p256.pkcs8.pem --password $pass --outfile encrypted-certtool.pem 2>/dev/null
cp p256.openssh encrypted.openssh
ssh-keygen -q -p -P '' -N $pass -a 4 -f encrypted.openssh
cp p256.openssh encrypted-chacha.openssh
ssh-keygen -q -p -P '' -N $pass -a 4 -Z chacha20-poly1305@openssh.com -f encrypted-chacha.openssh

# Not accepted.
openssl genrsa -out refused-rsa-1024.pem 1024 2>/dev/null
openssl genrsa -3 -out refused-rsa-exponent-3.pem 2048 2>/dev/null
openssl genrsa -primes 3 -traditional -out refused-rsa-3-primes.pem 2048 2>/dev/null
openssl genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -out refused-rsa-pss.pem 2>/dev/null
openssl ecparam -name secp256k1 -genkey -noout -out refused-secp256k1.pem
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:explicit -out refused-explicit.pem
openssl genpkey -algorithm X25519 -out refused-x25519.pem
openssl genpkey -algorithm ED448 -out refused-ed448.pem
ssh-keygen -q -t ecdsa -b 256 -N '' -C '' -f unused && rm unused unused.pub

# PKCS#12: a root, an intermediate and the certificate of p256.
days='-days 36500'
openssl req -x509 -new -key p384.pkcs8.pem -subj /CN=Root $days -out root.crt
openssl req -new -key p521.pkcs8.pem -subj /CN=Intermediate -out x.csr
openssl x509 -req -in x.csr -CA root.crt -CAkey p384.pkcs8.pem -set_serial 2 $days -out intermediate.crt \
    -extfile <(printf 'basicConstraints=critical,CA:true\nsubjectKeyIdentifier=hash\n') 2>/dev/null
openssl req -new -key p256.pkcs8.pem -subj /CN=leaf.example.com -out x.csr
openssl x509 -req -in x.csr -CA intermediate.crt -CAkey p521.pkcs8.pem -set_serial 3 $days -out leaf.crt \
    -extfile <(printf 'subjectAltName=DNS:leaf.example.com\n') 2>/dev/null
rm x.csr
# The wrong way round, as it often happens.
cat root.crt intermediate.crt >chain.pem
export12() { openssl pkcs12 -export -inkey p256.pkcs8.pem -in leaf.crt -certfile chain.pem -passout pass:$pass "$@"; }
export12 -name leaf -out openssl.p12
export12 -name leaf -keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES -macalg sha1 -out openssl-3des.p12
export12 -name leaf -legacy -out openssl-rc2.p12
export12 -name leaf -nomac -out openssl-nomac.p12
export12 -name leaf -keypbe NONE -certpbe NONE -macalg sha512 -out openssl-plain.p12
openssl pkcs12 -export -nokeys -in root.crt -passout pass:$pass -out openssl-nokeys.p12
cat leaf.crt chain.pem >all.pem
certtool --to-p12 --load-privkey p256.pkcs8.pem --load-certificate all.pem --p12-name leaf --password $pass \
    --outder --outfile certtool.p12 2>/dev/null
rm -f keytool.p12
keytool -importkeystore -srckeystore openssl.p12 -srcstorepass $pass -destkeystore keytool.p12 -deststoretype PKCS12 \
    -deststorepass $pass >/dev/null 2>&1
rm -f truststore.p12
keytool -importcert -noprompt -alias root -file root.crt -keystore truststore.p12 -storetype PKCS12 \
    -storepass $pass >/dev/null 2>&1
rm chain.pem all.pem
./weak.py
chmod 644 ./*.*
chmod 755 make.sh weak.py
