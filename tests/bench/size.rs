//! The binary that users download.

use std::fs;

/// Megabytes of what `make dist` built, if it did.
pub(crate) fn shipped() -> Option<f64> {
    let this = std::env::current_exe().ok()?;
    let target = this.ancestors().nth(3)?;
    let binary =
        target.join("dist").join(format!("terraform-provider-groundup{}", std::env::consts::EXE_SUFFIX));
    let bytes = fs::metadata(binary).ok()?.len();
    #[expect(clippy::cast_precision_loss, reason = "no binary has 2^53 bytes")]
    let megabytes = bytes as f64 / 1e6;
    Some(megabytes)
}
