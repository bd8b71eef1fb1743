//! `Remote`: lines in and out for tests. Made only with `--remote`.

use std::io::{BufRead, Write};
use std::pin::Pin;

use cxx_qt::Threading;
use cxx_qt_lib::QString;

#[cxx_qt::bridge]
mod ffi {
    unsafe extern "C++" {
        include!("cxx-qt-lib/qstring.h");
        type QString = cxx_qt_lib::QString;
    }

    #[auto_cxx_name]
    extern "RustQt" {
        #[qobject]
        #[qml_element]
        type Remote = super::RemoteRust;

        /// A line came from standard input.
        #[qsignal]
        fn commanded(self: Pin<&mut Remote>, line: QString);

        /// Writes a line to standard output.
        #[qinvokable]
        fn report(self: &Remote, line: &QString);
    }

    impl cxx_qt::Initialize for Remote {}
    impl cxx_qt::Threading for Remote {}
}

/// No fields.
#[derive(Default)]
pub struct RemoteRust;

impl cxx_qt::Initialize for ffi::Remote {
    fn initialize(self: Pin<&mut Self>) {
        let thread = self.qt_thread();
        // Not joined: it waits in read(2) until the test closes its end or the process ends.
        std::thread::spawn(move || {
            for line in std::io::stdin().lock().lines().map_while(Result::ok) {
                let sent = thread.queue(move |remote| remote.commanded((&line).into()));
                if sent.is_err() {
                    break;
                }
            }
        });
    }
}

impl ffi::Remote {
    fn report(&self, line: &QString) {
        let mut out = std::io::stdout().lock();
        // A test that has closed its end has seen enough.
        let _closed = writeln!(out, "{line}").and_then(|()| out.flush());
    }
}
