//! Whether other programs agree: everything that this library makes is given to `openssl`, `ssh-keygen` and `cfssl`.

mod certificates;
mod cfssl;
mod keys;
mod requests;
mod support;
