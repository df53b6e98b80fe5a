//! Which transport leads to which address.
//!
//! Invariant: a scheme without a transport is an error of its own kind; nothing is asked for here.

use std::fmt;
use std::sync::Arc;

use docfile_compound::{Error, ErrorKind, LockBytes, Result};

use crate::transfer::{FileBytes, Transport};

/// Makes transports; bring your own to bind over what this crate does not know.
pub trait Transports: Send + Sync + fmt::Debug {
    /// The way to the resource at `address`; `accept` is the field of that name to send along.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unimplemented`] when there is none for its scheme,
    /// [`ErrorKind::InvalidParameter`] when the address is none.
    fn transport(&self, address: &str, accept: Option<&str>) -> Result<Arc<dyn Transport>>;

    /// The bytes of the file at `path` on this machine.
    ///
    /// # Errors
    ///
    /// As [`FileBytes::open`].
    fn local(&self, path: &str) -> Result<Arc<dyn LockBytes>> {
        Ok(Arc::new(FileBytes::open(path)?))
    }
}

/// The transports of this crate: HTTP and the object stores, as far as they are compiled in.
#[derive(Clone, Default)]
pub struct Network {
    /// Headers for every request to the origin of the address.
    pub headers: Vec<(String, String)>,
    /// Authorities to trust beside the usual ones, as PEM.
    pub root_certificates: Vec<Vec<u8>>,
    /// Whether everything is asked for at once, as if servers had no ranges.
    pub no_ranges: bool,
}

impl Transports for Network {
    #[cfg_attr(
        not(feature = "http"),
        expect(unused_variables, reason = "what accepts a media type is a feature")
    )]
    fn transport(&self, address: &str, accept: Option<&str>) -> Result<Arc<dyn Transport>> {
        let scheme = address.split(':').next().unwrap_or_default().to_ascii_lowercase();
        match scheme.as_str() {
            #[cfg(feature = "http")]
            "http" | "https" => {
                let mut headers = self.headers.clone();
                headers.extend(accept.map(|types| ("accept".to_owned(), types.to_owned())));
                let options = crate::transfer::HttpOptions {
                    headers,
                    no_ranges: self.no_ranges,
                    root_certificates: self.root_certificates.clone(),
                };
                Ok(Arc::new(crate::transfer::HttpTransport::new(address, &options)?))
            }
            #[cfg(feature = "object-store")]
            "s3" | "gs" | "az" => {
                Ok(Arc::new(crate::transfer::ObjectStoreTransport::new(address, self.no_ranges)?))
            }
            _ => Err(Error::new(ErrorKind::Unimplemented, "there is no transport for this scheme")),
        }
    }
}

impl fmt::Debug for Network {
    /// Headers may be credentials.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Network")
            .field("header_count", &self.headers.len())
            .field("no_ranges", &self.no_ranges)
            .finish_non_exhaustive()
    }
}
