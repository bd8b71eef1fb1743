//! Whether there is a display: where there is none, Qt aborts with words for its developers.

use std::ffi::OsString;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixStream};
use std::path::{Path, PathBuf};

/// Why Qt would find no display, as a sentence with the remedy; `None` where it has one, or where only Qt can tell.
///
/// `variable` looks into the environment.
pub(crate) fn missing(variable: impl Fn(&str) -> Option<OsString>) -> Option<String> {
    let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
    let text = |name: &str| variable(name).map(|value| value.to_string_lossy().into_owned());
    let platform = text("QT_QPA_PLATFORM").unwrap_or_default();
    let (wayland, x11) = match platform.split([':', ';']).next().unwrap_or_default() {
        "" => (true, true),
        "xcb" => (false, true),
        name if name.starts_with("wayland") => (true, false),
        // A frame buffer, a test, or something that we do not know.
        _ => return None,
    };
    let compositor = variable("WAYLAND_DISPLAY").filter(|_| wayland);
    let server = text("DISPLAY").filter(|_| x11);
    let runtime = variable("XDG_RUNTIME_DIR").map(PathBuf::from);
    let compositor_is_there = compositor.as_ref().is_some_and(|name| {
        // An absolute name stays as it is.
        UnixStream::connect(runtime.unwrap_or_default().join(name)).is_ok()
    });
    if compositor_is_there || server.as_deref().is_some_and(x_server_is_there) {
        return None;
    }
    let tried: Vec<_> = [
        compositor.map(|name| format!("WAYLAND_DISPLAY={} leads to none", name.display())),
        server.map(|name| format!("DISPLAY={name} leads to none")),
    ]
    .into_iter()
    .flatten()
    .collect();
    let tried = if tried.is_empty() {
        "neither WAYLAND_DISPLAY nor DISPLAY is set".to_owned()
    } else {
        tried.join(", and ")
    };
    Some(format!(
        "there is no display: {tried}. Start it on the desktop, or over ssh name the desktop's display (DISPLAY=:0); \
         on a screen without a desktop start cardash-kiosk.service; for a picture without any screen give \
         --screenshot FILE"
    ))
}

/// `:0`, `:0.1`, `unix:0`. A server on another machine is left to Qt.
fn x_server_is_there(name: &str) -> bool {
    let Some((host, number)) = name.rsplit_once(':') else { return false };
    if !host.is_empty() && host != "unix" {
        return true;
    }
    let number = number.split('.').next().unwrap_or_default();
    let socket = format!("/tmp/.X11-unix/X{number}");
    let connects = |address: std::io::Result<SocketAddr>| {
        address.is_ok_and(|address| UnixStream::connect_addr(&address).is_ok())
    };
    connects(SocketAddr::from_abstract_name(&socket)) || UnixStream::connect(Path::new(&socket)).is_ok()
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixListener;

    use super::*;

    fn missing_with(environment: &[(&str, &str)]) -> Option<String> {
        missing(|name| environment.iter().find(|(key, _)| *key == name).map(|(_, value)| value.into()))
    }

    #[test]
    fn nothing_set_is_said_with_the_remedy() {
        let sentence = missing_with(&[]).unwrap();
        assert!(sentence.contains("neither WAYLAND_DISPLAY nor DISPLAY is set"), "{sentence}");
        assert!(sentence.contains("--screenshot"), "{sentence}");
    }

    #[test]
    fn a_display_that_does_not_answer_is_named() {
        let sentence = missing_with(&[("DISPLAY", ":4711"), ("QT_QPA_PLATFORM", "")]).unwrap();
        assert!(sentence.contains("DISPLAY=:4711 leads to none"), "{sentence}");
        assert!(missing_with(&[("QT_QPA_PLATFORM", "xcb"), ("WAYLAND_DISPLAY", "wayland-0")]).is_some());
        assert!(missing_with(&[("DISPLAY", "nonsense")]).is_some());
    }

    #[test]
    fn a_compositor_that_answers_will_do() {
        let folder = tempfile::tempdir().unwrap();
        let runtime = folder.path().to_str().unwrap();
        let _listener = UnixListener::bind(folder.path().join("wayland-7")).unwrap();
        let here = ("XDG_RUNTIME_DIR", runtime);
        assert_eq!(missing_with(&[here, ("WAYLAND_DISPLAY", "wayland-7")]), None);
        let absolute = format!("{runtime}/wayland-7");
        assert_eq!(missing_with(&[("WAYLAND_DISPLAY", &absolute)]), None);
        let sentence = missing_with(&[here, ("WAYLAND_DISPLAY", "wayland-8")]).unwrap();
        assert!(sentence.contains("WAYLAND_DISPLAY=wayland-8 leads to none"), "{sentence}");
    }

    #[test]
    fn what_only_qt_knows_is_left_to_qt() {
        for platform in ["eglfs", "linuxfb:fb=/dev/fb0", "offscreen", "minimal"] {
            assert_eq!(missing_with(&[("QT_QPA_PLATFORM", platform)]), None);
        }
        assert_eq!(missing_with(&[("DISPLAY", "elsewhere.example:0")]), None);
    }
}
