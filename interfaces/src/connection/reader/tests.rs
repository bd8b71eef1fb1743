use tokio::net::UnixStream;
use tokio::sync::Mutex;
use zbus::Message;

use super::*;

/// A call of `member`, with `body`.
fn call(member: &str, body: &str) -> Vec<u8> {
    let call = Message::method_call("/org/example/It", member)
        .destination("org.example.It")
        .interface("org.example.It")
        .sender(":1.23");
    let built = if body.is_empty() { call.build(&()) } else { call.build(&body) };
    built.expect("a call").data().to_vec()
}

fn quick_call() -> Vec<u8> {
    call("getIt", "")
}

/// Sends `pieces` one after the other, reads as zbus does with `into` bytes at a time, and returns what came through and
/// what was answered.
async fn pass(pieces: &[&[u8]], into: usize) -> (Vec<u8>, Vec<u8>) {
    let (ours, theirs) = UnixStream::pair().expect("two sockets");
    let (inward, out) = ours.into_split();
    let quick = Quick::new("org.example.It", "/org/example/It", "org.example.It", "getIt", || Some(87));
    let mut reader = Reader::new(inward, Some((Arc::new(quick), Arc::new(Mutex::new(out)))));
    let (mut answers, mut out) = theirs.into_split();
    let reading = async {
        let (mut through, mut buffer) = (Vec::new(), vec![0; into]);
        loop {
            let (count, _) = reader.recvmsg(&mut buffer).await.expect("bytes");
            if count == 0 {
                break through;
            }
            through.extend_from_slice(&buffer[..count]);
        }
    };
    let writing = async {
        for piece in pieces {
            write_all(&out, &mut [IoSlice::new(piece)]).await.expect("room");
            tokio::task::yield_now().await;
        }
        // The end of the stream.
        poll_fn(|context| tokio::io::AsyncWrite::poll_shutdown(Pin::new(&mut out), context))
            .await
            .expect("an end");
    };
    let (through, ()) = futures_util::future::join(reading, writing).await;
    drop(reader);
    let mut answered = Vec::new();
    let mut buffer = vec![0; 4096];
    while let count @ 1.. = read(&mut answers, &mut buffer).await.expect("answers") {
        answered.extend_from_slice(&buffer[..count]);
    }
    (through, answered)
}

/// How many answers there are.
fn count(mut answers: &[u8]) -> usize {
    let mut count = 0;
    while !answers.is_empty() {
        let length = quick::length(answers).expect("whole answers");
        assert_eq!(answers[1], 2, "a reply");
        assert_eq!(answers[length - 4..length], 87_i32.to_le_bytes());
        answers = &answers[length..];
        count += 1;
    }
    count
}

const HANDSHAKE: &[u8] = b"OK 1234deadbeef\r\nREJECTED DBUS_COOKIE_SHA1\r\nERROR\r\n";

#[tokio::test]
async fn calls_are_answered_wherever_the_stream_is_cut_and_the_rest_comes_through() {
    let other = call("getThat", "with a body");
    let stream = [HANDSHAKE, &other, &quick_call(), &quick_call(), &other, &quick_call()].concat();
    let left = [HANDSHAKE, &other, &other].concat();
    for size in 1..stream.len() {
        let pieces: Vec<_> = stream.chunks(size).collect();
        for into in [1, 16, 1024, READ_AT_ONCE] {
            let (through, answers) = pass(&pieces, into).await;
            assert_eq!(through, left, "pieces of {size}, {into} at a time");
            assert_eq!(count(&answers), 3, "pieces of {size}, {into} at a time");
        }
    }
}

#[tokio::test]
async fn a_call_in_the_body_of_a_message_is_none() {
    // Copies of a call from end to end, as text as far as this reader knows, so that some stand where a read begins.
    let mut body = vec![0; 8];
    while body.len() < 4 * READ_AT_ONCE {
        body.extend_from_slice(&quick_call());
        body.resize(body.len().next_multiple_of(8), 0);
    }
    // The length of the body stands at 4; that of the head has not changed.
    let mut message = call("getThat", "text");
    let body_was = u32::from_le_bytes([message[4], message[5], message[6], message[7]]) as usize;
    message.truncate(message.len() - body_was);
    message[4..8].copy_from_slice(&u32::try_from(body.len()).expect("short").to_le_bytes());
    message.extend_from_slice(&body);
    for size in [100, 168, READ_AT_ONCE - 8, READ_AT_ONCE, 3 * READ_AT_ONCE] {
        let stream = [HANDSHAKE, &message, &quick_call()].concat();
        let pieces: Vec<_> = stream.chunks(size).collect();
        for into in [16, 168, 1000, 2 * READ_AT_ONCE] {
            let (through, answers) = pass(&pieces, into).await;
            assert_eq!(through, [HANDSHAKE, &message].concat(), "pieces of {size}, {into} at a time");
            assert_eq!(count(&answers), 1, "pieces of {size}, {into} at a time");
        }
    }
}

#[tokio::test]
async fn many_calls_at_once_are_all_answered_and_an_end_in_the_midst_of_one_is_an_end() {
    let mut stream = HANDSHAKE.to_vec();
    (0..1000).for_each(|_| stream.extend_from_slice(&quick_call()));
    let cut = &quick_call()[..50];
    stream.extend_from_slice(cut);
    let (through, answers) = pass(&[&stream], 16).await;
    assert_eq!(through, [HANDSHAKE, cut].concat());
    assert_eq!(count(&answers), 1000);
}
