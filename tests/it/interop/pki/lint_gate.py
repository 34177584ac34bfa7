"""Lints certificates, chains and revocation lists with pkilint, all in one process: starting it takes seconds.

Standard input is a JSON list of objects with a `name` and either `certificate` and perhaps `issuer`, or `revocation_list`,
each base64 of DER. Standard output is a JSON object of name to a list of [severity, code, message].
"""

import base64
import json
import sys

from pkilint import loader, pkix, validation
from pkilint.bin import lint_pkix_signer_signee_cert_chain as chain
from pkilint.pkix import certificate, crl, extension, name


def certificate_validator():
    return certificate.create_pkix_certificate_validator_container(
        certificate.create_decoding_validators(name.ATTRIBUTE_TYPE_MAPPINGS, extension.EXTENSION_MAPPINGS),
        [
            certificate.create_issuer_validator_container([]),
            certificate.create_validity_validator_container(),
            certificate.create_subject_validator_container([]),
            certificate.create_extensions_validator_container([]),
            certificate.create_spki_validator_container([]),
        ],
    )


def revocation_list_validator():
    return crl.create_pkix_crl_validator_container(
        [
            pkix.create_attribute_decoder(name.ATTRIBUTE_TYPE_MAPPINGS),
            pkix.create_extension_decoder(extension.EXTENSION_MAPPINGS),
        ],
        [
            crl.create_issuer_validator_container([]),
            crl.create_validity_validator_container([]),
            crl.create_extensions_validator_container([]),
        ],
    )


CERTIFICATE = certificate_validator()
REVOCATION_LIST = revocation_list_validator()
CHAIN_DECODER = chain.create_decoder_validation_container()
CHAIN_ISSUER = chain.create_issuer_validation_container()
CHAIN_SUBJECT = chain.create_subject_validation_container()
CERTIFICATES = loader.RFC5280CertificateDocumentLoader()
REVOCATION_LISTS = loader.RFC5280CertificateListDocumentLoader()


def lint_certificate(der):
    return CERTIFICATE.validate(CERTIFICATES.load_der_document(der, "certificate", "certificate").root)


def lint_chain(issuer_der, subject_der):
    documents = {}
    for role, der in (("issuer", issuer_der), ("subject", subject_der)):
        documents[role] = CERTIFICATES.load_der_document(der, role, role, documents)
    issuer, subject = documents["issuer"], documents["subject"]
    results = CHAIN_DECODER.validate(issuer.root)
    results += CHAIN_DECODER.validate(subject.root)
    results += CHAIN_ISSUER.validate(issuer.root)
    results += CHAIN_SUBJECT.validate(subject.root)
    return results


def lint(item):
    der = {key: base64.b64decode(value) for key, value in item.items() if key != "name"}
    if "revocation_list" in der:
        document = REVOCATION_LISTS.load_der_document(der["revocation_list"], "list", "list")
        return REVOCATION_LIST.validate(document.root)
    results = lint_certificate(der["certificate"])
    if "issuer" in der:
        results += lint_chain(der["issuer"], der["certificate"])
    return results


def findings(item):
    try:
        results = lint(item)
    except ValueError as error:
        return [["FATAL", "not-loaded", str(error)]]
    found = [
        [described.finding.severity.name, described.finding.code, described.message or ""]
        for result in results
        for described in result.finding_descriptions
        if described.finding.severity < validation.ValidationFindingSeverity.INFO
    ]
    return sorted(found)


json.dump({item["name"]: findings(item) for item in json.load(sys.stdin)}, sys.stdout)
