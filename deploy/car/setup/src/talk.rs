//! The conversation: plain lines, so that it works on a serial console as well as over ssh.

use std::collections::VecDeque;
use std::io::{self, BufRead, IsTerminal, Write};

use nix::sys::termios::{FlushArg, tcflush};
use tokio::sync::mpsc;

use crate::error::Error;

/// Whoever is asked.
#[derive(Debug)]
pub struct Talk {
    answers: Answers,
    /// What was said, when it is kept and not shown.
    kept: Option<String>,
}

#[derive(Debug)]
enum Answers {
    /// Nobody: each question gets its default.
    Defaults,
    /// Standard input, read in a thread of its own, since a read cannot be given up.
    Typed {
        lines: Option<mpsc::UnboundedReceiver<String>>,
        /// Only of a terminal: has it forget what it was typed. What a pipe gives was not typed, and is an answer to come.
        flush: Option<fn()>,
    },
    Script(VecDeque<String>),
}

impl Talk {
    /// With the person at the terminal.
    #[must_use]
    pub fn with_person() -> Self {
        let flush = io::stdin().is_terminal().then_some(flush_terminal as fn());
        Self { answers: Answers::Typed { lines: None, flush }, kept: None }
    }

    /// With lines that are typed as at a terminal, whenever that is; what is said is kept.
    #[cfg(test)]
    pub(crate) fn typed(lines: mpsc::UnboundedReceiver<String>) -> Self {
        let answers = Answers::Typed { lines: Some(lines), flush: Some(|| ()) };
        Self { answers, kept: Some(String::new()) }
    }

    /// With nobody: questions are answered with their defaults, where they have one.
    #[must_use]
    pub const fn with_nobody() -> Self {
        Self { answers: Answers::Defaults, kept: None }
    }

    /// With answers from a list; what is said is kept.
    #[must_use]
    pub fn scripted(answers: &[&str]) -> Self {
        let answers = answers.iter().map(|&answer| answer.to_owned()).collect();
        Self { answers: Answers::Script(answers), kept: Some(String::new()) }
    }

    /// What was said, when it is kept.
    #[must_use]
    pub fn said(&self) -> &str {
        self.kept.as_deref().unwrap_or_default()
    }

    /// Whether there is somebody to ask.
    #[must_use]
    pub const fn has_person(&self) -> bool {
        !matches!(self.answers, Answers::Defaults)
    }

    /// Says one or more lines.
    pub fn say(&mut self, text: &str) {
        self.put(text);
        self.put("\n");
    }

    /// Forgets what was typed before its question was there: a stray Enter answers no question that is still to come.
    pub fn forget_typed_ahead(&mut self) {
        let Answers::Typed { lines, flush: Some(flush) } = &mut self.answers else { return };
        // A line without its end is in the terminal still.
        flush();
        while lines.as_mut().is_some_and(|lines| lines.try_recv().is_ok()) {}
    }

    /// A question with the answer yes or no.
    ///
    /// # Errors
    /// The input has ended.
    pub async fn confirm(&mut self, question: &str, default: bool) -> Result<bool, Error> {
        let choices = if default { "Y/n" } else { "y/N" };
        loop {
            let answer = self.ask(&format!("{question} [{choices}] ")).await?;
            match answer.to_lowercase().as_str() {
                "" => return Ok(default),
                "y" | "yes" => return Ok(true),
                "n" | "no" => return Ok(false),
                _ => self.say("Please answer y or n."),
            }
        }
    }

    /// A choice of one from 1 to `last`; `default` is taken for an empty answer.
    ///
    /// # Errors
    /// The input has ended.
    pub async fn choose(&mut self, question: &str, last: usize, default: usize) -> Result<usize, Error> {
        loop {
            let answer = self.ask(&format!("{question} [{default}] ")).await?;
            if answer.is_empty() {
                return Ok(default);
            }
            match answer.parse() {
                Ok(number) if (1..=last).contains(&number) => return Ok(number),
                _ => self.say(&format!("Please type a number from 1 to {last}, or Enter for {default}.")),
            }
        }
    }

    /// A line as it is typed, without blanks around it; `question` ends in its own blank.
    ///
    /// # Errors
    /// The input has ended.
    pub async fn line(&mut self, question: &str) -> Result<String, Error> {
        self.ask(question).await
    }

    /// A number; `None` for an empty answer.
    ///
    /// # Errors
    /// The input has ended.
    pub async fn number(&mut self, question: &str) -> Result<Option<f64>, Error> {
        loop {
            let answer = self.ask(&format!("{question} ")).await?;
            if answer.is_empty() {
                return Ok(None);
            }
            match answer.replace(',', ".").parse::<f64>() {
                Ok(number) if number.is_finite() => return Ok(Some(number)),
                _ => self.say("Please type a number, such as 30, or Enter alone."),
            }
        }
    }

    /// A word as it is typed; empty for Enter.
    ///
    /// # Errors
    /// The input has ended.
    pub async fn word(&mut self, question: &str) -> Result<String, Error> {
        self.ask(&format!("{question} ")).await
    }

    async fn ask(&mut self, question: &str) -> Result<String, Error> {
        if !self.has_person() {
            return Ok(String::new());
        }
        self.put(question);
        let answer = match &mut self.answers {
            Answers::Defaults => None,
            Answers::Typed { lines, .. } => lines.get_or_insert_with(read_lines).recv().await,
            Answers::Script(answers) => answers.pop_front(),
        };
        if matches!(self.answers, Answers::Script(_)) {
            self.put(answer.as_deref().unwrap_or_default());
            self.put("\n");
        }
        answer.map(|answer| answer.trim().to_owned()).ok_or(Error::NoAnswer)
    }

    fn put(&mut self, text: &str) {
        match &mut self.kept {
            Some(kept) => kept.push_str(text),
            None => {
                let mut out = io::stdout();
                // A reader that has gone away must not end the work half done.
                let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
            }
        }
    }
}

fn flush_terminal() {
    // A terminal that has gone away has nothing to forget.
    let _ = tcflush(io::stdin(), FlushArg::TCIFLUSH);
}

fn read_lines() -> mpsc::UnboundedReceiver<String> {
    let (sender, receiver) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in io::stdin().lock().lines() {
            let Ok(line) = line else { break };
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    receiver
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_answer_that_is_none_is_asked_for_again() {
        let mut talk = Talk::scripted(&["maybe", "Y", "7", "2", ""]);
        assert!(talk.confirm("Go on?", false).await.unwrap());
        assert_eq!(talk.choose("Which?", 3, 1).await.unwrap(), 2);
        assert_eq!(talk.choose("Which?", 3, 1).await.unwrap(), 1);
        assert!(matches!(talk.confirm("More?", true).await, Err(Error::NoAnswer)));
        let said = talk.said();
        assert!(said.contains("Go on? [y/N] maybe\nPlease answer y or n.\n"), "{said}");
        assert!(said.contains("Please type a number from 1 to 3, or Enter for 1."), "{said}");
    }

    #[tokio::test]
    async fn what_was_typed_ahead_is_forgotten_and_what_a_pipe_gives_is_not() {
        let (keyboard, lines) = mpsc::unbounded_channel();
        let mut talk = Talk::typed(lines);
        let types = |line: &str| keyboard.send(line.to_owned()).unwrap();
        types("");
        types("y");
        talk.forget_typed_ahead();
        types("n");
        assert!(!talk.confirm("Go on?", true).await.unwrap());
        if let Answers::Typed { flush, .. } = &mut talk.answers {
            *flush = None;
        }
        types("7");
        talk.forget_typed_ahead();
        assert_eq!(talk.number("How fast?").await.unwrap(), Some(7.0));
    }
}
