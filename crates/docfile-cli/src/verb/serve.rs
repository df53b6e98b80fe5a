//! `serve`: a folder over HTTP, for trying things.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use docfile::serve::{ServeOptions, Server};

use crate::failure::Failure;
use crate::output::write_error;
use crate::session::Session;
use crate::stop;

/// Serve a folder over HTTP, for trying things; --link and --no-ranges say how
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// The folder, or one file
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Where to listen; port 0 takes any free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
}

impl Serve {
    pub(crate) fn run(&self, session: &Session) -> u8 {
        let options =
            ServeOptions { no_ranges: session.common.no_ranges, link: session.common.link };
        let server = match Server::start(&self.folder, self.listen, options) {
            Ok(server) => server,
            Err(error) => {
                let failure = Failure::from_engine(&error, &self.folder.to_string_lossy());
                write_error(&failure);
                return failure.exit_code();
            }
        };
        let url = server.url();
        if let Err(failure) = crate::output::write_out(format!("{url}\n").as_bytes()) {
            write_error(&failure);
            return failure.exit_code();
        }
        while stop::reason().is_none() {
            std::thread::sleep(Duration::from_millis(50));
        }
        // Being stopped is how a server ends.
        stop::reason().map_or(0, |halt| Failure::halted(halt).exit_code())
    }
}
