//! What the end-to-end tests and the measuring share and the programs under test do not have.
