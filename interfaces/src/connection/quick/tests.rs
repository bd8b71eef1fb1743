use zbus::message::Flags;
use zbus::wire::Endian;
use zbus::{Message, message};

use super::*;

fn quick(value: Option<i32>) -> Quick {
    Quick::new("org.example.It", "/org/example/It", "org.example.It", "getIt", move || value)
}

fn call() -> message::Builder<'static> {
    Message::method_call("/org/example/It", "getIt")
        .destination("org.example.It")
        .interface("org.example.It")
        .sender(":1.23")
}

fn bytes(call: message::Builder<'_>) -> Vec<u8> {
    call.build(&()).expect("a call").data().to_vec()
}

fn answer(quick: &Quick, message: &[u8]) -> Vec<u8> {
    let (mut serial, mut replies) = (0, Vec::new());
    let answered = quick.answer(message, &mut serial, &mut replies);
    assert!(answered || replies.is_empty());
    replies
}

/// What the object server would answer, but for the serial, and the sender, which the bus sets.
#[test]
fn the_answer_is_that_of_zbus() {
    for sender in [":1.2", ":1.23", ":1.234", ":1.2345", ":1.23456", ":1.234567", ":1.2345678", ":1.23456789"]
    {
        let asked = call().sender(sender).build(&()).expect("a call");
        let reply = answer(&quick(Some(-87)), asked.data());
        let like = Message::method_return(&asked.header()).build(&-87).expect("a reply");
        assert_eq!(length(&reply), Some(reply.len()));
        assert_eq!(fields(&reply), fields(like.data()), "to {sender}");
        assert_eq!(reply[..8], like.data()[..8]);
        assert_eq!(reply[reply.len() - 4..], (-87_i32).to_le_bytes());
        assert_eq!(reply.len(), like.data().len());
    }
}

/// The header's fields, in the order of their codes.
fn fields(message: &[u8]) -> Vec<&[u8]> {
    let mut rest = &message[HEAD..HEAD + number(message, 12).expect("a length")];
    let mut fields = Vec::new();
    while !rest.is_empty() {
        let length = match rest[2] {
            b's' => 8 + number(rest, 4).expect("a length") + 1,
            b'u' => 8,
            _ => 4 + 1 + usize::from(rest[4]) + 1,
        };
        fields.push(&rest[..length]);
        rest = rest.get(length.next_multiple_of(8)..).unwrap_or_default();
    }
    fields.sort_unstable();
    fields
}

#[test]
fn what_is_unusual_is_left_to_the_object_server() {
    let unusual = [
        ("no speed", None, bytes(call())),
        ("another member", Some(1), bytes(call().member("getThat"))),
        ("another path", Some(1), bytes(call().path("/org/example"))),
        ("another interface", Some(1), bytes(call().interface("org.example.Its"))),
        ("by the unique name", Some(1), bytes(call().destination(":1.5"))),
        ("without an answer, no speed", None, bytes(call().with_flags(Flags::NO_REPLY_EXPECTED))),
        ("another byte order", Some(1), bytes(call().endian(Endian::Big))),
        ("an argument", Some(1), call().build(&7_i32).expect("a call").data().to_vec()),
        ("an empty argument", Some(1), call().build(&"").expect("a call").data().to_vec()),
        ("a reply", Some(1), bytes(Message::method_return(&call().build(&()).expect("a call").header()))),
        ("a signal", Some(1), bytes(Message::signal("/org/example/It", "org.example.It", "getIt"))),
    ];
    for (what, value, message) in unusual {
        assert_eq!(length(&message), Some(message.len()), "{what}");
        assert_eq!(answer(&quick(value), &message), [], "{what}");
    }
}

#[test]
fn harmless_flags_and_any_serial_are_answered() {
    let flags = Flags::NO_AUTO_START | Flags::ALLOW_INTERACTIVE_AUTH;
    assert_ne!(answer(&quick(Some(1)), &bytes(call().with_flags(flags))), []);
}

#[test]
fn who_wants_no_answer_gets_none_and_is_done() {
    let (mut serial, mut replies) = (0, Vec::new());
    let message = bytes(call().with_flags(Flags::NO_REPLY_EXPECTED));
    assert!(quick(Some(1)).answer(&message, &mut serial, &mut replies));
    assert_eq!((serial, replies), (0, Vec::new()));
}

/// Nothing that a sender does to a message makes this panic or read beyond it.
#[test]
fn damaged_messages_are_left_alone_or_answered() {
    let whole = bytes(call());
    for end in 0..whole.len() {
        let cut = &whole[..end];
        // Padding behind the last field may be missing.
        assert!(end > whole.len() - 8 || answer(&quick(Some(1)), cut).is_empty(), "cut at {end}");
    }
    for at in 0..whole.len() {
        for damage in [0, 1, 0x7F, 0x80, 0xFF] {
            let mut damaged = whole.clone();
            damaged[at] = damage;
            let _ = (length(&damaged), answer(&quick(Some(1)), &damaged));
        }
    }
}
