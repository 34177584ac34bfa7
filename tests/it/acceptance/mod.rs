//! The provider in the hands of a real Terraform: every resource from its beginning to its end, and the examples.

mod chains;
mod compute;
mod connection;
mod coverage;
mod delivery;
mod documentation;
mod examples;
mod functions;
mod inline_rules;
mod installation;
mod instances;
mod issuing;
mod kubernetes;
mod load_balancer;
mod network;
mod pki;
mod provider;
mod revocation;
mod routes;
mod scenario;
mod secret_keys;
mod secrets;
mod security_groups;
mod trust_matrix;
mod wrong_input;
mod wrong_network;
