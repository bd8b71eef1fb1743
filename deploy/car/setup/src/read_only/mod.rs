//! `--read-only`: a root that is only read, so that a cut of the power finds nothing half written; and a place for the odometer.
//!
//! ```text
//! machine ─► refusal ─► place ─► plan ─► step
//! (as it is) (or why)   (asked)  (data)  (carried out, on the card)
//! ```

mod machine;
mod place;
mod plan;
mod refusal;
mod step;

use std::path::Path;

use crate::error::Error;
use crate::odometer;
use crate::talk::Talk;
use machine::{Machine, Overlay, SETTINGS, active, asked_for};
use plan::is_closed_next;
use step::{Step, carry_out};

/// Whether the card is to be read only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Switch {
    /// From the next start on it is only read.
    On,
    /// From the next start on it is written to.
    Off,
}

/// Whether what is written on this machine lies in memory, and is gone after the next start.
#[must_use]
pub fn is_on() -> bool {
    let mounts = std::fs::read_to_string("/proc/mounts").unwrap_or_default();
    machine::overlay(&mounts) == Overlay::Memory
}

/// What a person is told who sets something up while it is on.
pub const NOTE: &str = "The root is read only: what is written now lies in memory, and is gone after the next start. To keep it, first\n\
     `sudo cardash-setup --read-only=off` and `sudo reboot`.\n";

/// Closes or opens the card of this machine, if the person agrees.
///
/// # Errors
/// It would not hold here, a step failed, or there is nobody to agree.
pub async fn set(talk: &mut Talk, switch: Switch, dry_run: bool) -> Result<(), Error> {
    if !dry_run {
        if !nix::unistd::geteuid().is_root() {
            return Err(Error::NotRoot);
        }
        if !talk.has_person() {
            return Err(Error::OnlyAPerson);
        }
    }
    let machine = Machine::look(Path::new("/"));
    match switch {
        Switch::On => close(talk, &machine, dry_run).await,
        Switch::Off => open(talk, &machine, dry_run).await,
    }
}

const CHANGE: &str = "To change something later:\n\n\
    \x20   sudo cardash-setup --read-only=off    # then: sudo reboot\n\
    \x20   ... apt upgrade, cardash-setup, an editor ...\n\
    \x20   sudo cardash-setup --read-only        # then: sudo reboot\n";

async fn close(talk: &mut Talk, machine: &Machine, dry_run: bool) -> Result<(), Error> {
    if let Some(reason) = refusal::refusal(machine) {
        return Err(Error::ReadOnly(reason));
    }
    if machine.overlay == Overlay::Memory {
        talk.say("The card is read only already: what is written lies in memory.\n");
        match is_closed_next(machine) {
            true => talk.say(CHANGE),
            false => talk.say(
                "From the next start on it is not any more. `sudo reboot`, and start this again to close it.",
            ),
        }
        say_kept(talk);
        return Ok(());
    }
    talk.say(
        "A card that is read only: a cut of the power finds nothing half written. From the next start on all that is written lies in\n\
         memory, and each start is as on the day on which the card was closed. Lost with the power: changed settings, updates, the journal.\n\
         Set everything up first, and try it.\n",
    );
    if !Path::new("/etc/cardash/speed.toml").exists() {
        talk.say("Cardash is not set up yet, there is no /etc/cardash/speed.toml: `sudo cardash-setup` comes first.\n");
    }
    let has_place = match place::offer(talk, dry_run).await {
        Err(error @ (Error::ReadOnly(_) | Error::Step { .. } | Error::File { .. })) => {
            talk.say(&format!("The odometer has no place of its own: {error}.\nThe card can be closed all the same; it then counts from that day."));
            false
        }
        asked => asked?,
    };
    let steps = plan::on(machine);
    if steps.is_empty() {
        talk.say("\nThe card is closed from the next start on already. Nothing to do but `sudo reboot`.");
        return Ok(());
    }
    show(talk, "\nTo close the card:\n", &steps);
    if machine.raspberry.is_some() {
        talk.say("(By raspi-config's own commands: its menus show the same, and undo it.)\n");
    }
    if dry_run {
        talk.say("Nothing was done (--dry-run).");
        return Ok(());
    }
    if !talk.confirm("Do that?", false).await? {
        talk.say("Then the card stays as it is.");
        return Ok(());
    }
    carry_out(talk, &steps, machine.card())?;
    talk.say("Done. From the next start on the card is only read:\n\n    sudo reboot\n    findmnt /               # overlay\n");
    talk.say(CHANGE);
    match has_place {
        true => say_kept(talk),
        false => talk.say("The odometer is not kept then: it has no place of its own."),
    }
    Ok(())
}

async fn open(talk: &mut Talk, machine: &Machine, dry_run: bool) -> Result<(), Error> {
    if let Some(reason) = cannot_open(machine) {
        return Err(Error::ReadOnly(reason));
    }
    let is_on_now = machine.overlay == Overlay::Memory;
    let steps = plan::off(machine);
    if steps.is_empty() {
        talk.say(match is_on_now {
            true => "From the next start on the card is written to again: `sudo reboot`.",
            false => "The card is open already: what is written is on it. Nothing to do.",
        });
        return Ok(());
    }
    show(talk, "To open the card:\n", &steps);
    if dry_run {
        talk.say("Nothing was done (--dry-run).");
        return Ok(());
    }
    if !talk.confirm("Do that?", true).await? {
        talk.say("Then the card stays as it is.");
        return Ok(());
    }
    carry_out(talk, &steps, machine.card())?;
    talk.say(match is_on_now {
        true => "Done. From the next start on (`sudo reboot`) the card is written to as before; what is written until then is lost all the same.",
        false => "Done. The card is written to as before.",
    });
    if is_on_now && machine.raspberry.is_some() {
        talk.say(
            "Start this once more then: raspi-config opens the boot partition only while no overlay is on.",
        );
    }
    talk.say("The odometer's place, if it has one, stays.");
    Ok(())
}

/// Why this program cannot open the card.
fn cannot_open(machine: &Machine) -> Option<String> {
    if let Overlay::Other(words) = &machine.overlay {
        return Some(format!(
            "an overlay lies over the root that is not cardash-setup's, {words}. Whoever set it up takes it away"
        ));
    }
    // raspi-config takes its own word out of there.
    let by_kernel = asked_for(&machine.command_line).filter(|_| machine.raspberry.is_none());
    if let Some(value) = by_kernel {
        return Some(format!(
            "the kernel's command line says overlayroot={value}. Take it out where the boot loader has it (GRUB: `sudo overlayroot-chroot`, \
             there /etc/default/grub and `update-grub`), and `sudo reboot`"
        ));
    }
    let theirs = machine.settings.as_deref().filter(|settings| !plan::is_ours(settings));
    active(theirs).or_else(|| active(machine.packaged_settings.as_deref())).map(|value| {
        format!(
            "overlayroot=\"{value}\" was not written by cardash-setup. `sudo overlayroot-chroot` gives a shell on the card: remove the line from \
             {SETTINGS} or /etc/overlayroot.conf there, and `sudo reboot`"
        )
    })
}

fn show(talk: &mut Talk, title: &str, steps: &[Step]) {
    talk.say(title);
    steps.iter().for_each(|step| talk.say(&format!("    {}", step.shown())));
    talk.say("");
}

/// What the service itself says of its odometer.
fn say_kept(talk: &mut Talk) {
    match odometer::is_kept() {
        Some((true, _)) => talk.say("The odometer is kept, says the service (Kept is true)."),
        Some((false, reason)) => talk.say(&format!("The odometer is not kept, says the service: {reason}")),
        None => talk.say("Whether the odometer is kept, the service says once it runs:"),
    }
    talk.say(
        "    busctl get-property org.cardash.Speed1 /org/cardash/Speed1 org.cardash.Odometer1 Kept Reason",
    );
}

#[cfg(test)]
mod tests {
    use super::machine::Initramfs;
    use super::*;

    fn closed() -> Machine {
        Machine {
            id: "debian".to_owned(),
            version: "13".to_owned(),
            root_kind: "overlay".to_owned(),
            overlay: Overlay::Memory,
            memory_kib: 1_000_000,
            has_overlayroot: true,
            initramfs: Initramfs {
                has_tools: true,
                image: Some("/boot/initrd.img-6".into()),
                has_overlayroot: true,
            },
            settings: Some("overlayroot=\"tmpfs\"\n".to_owned()),
            ..Machine::default()
        }
    }

    #[tokio::test]
    async fn only_a_person_closes_or_opens_a_card() {
        for switch in [Switch::On, Switch::Off] {
            let error = set(&mut Talk::with_nobody(), switch, false).await.expect_err("nobody agrees");
            assert!(matches!(error, Error::OnlyAPerson | Error::NotRoot), "{error}");
        }
    }

    #[tokio::test]
    async fn what_somebody_else_closed_is_not_opened() {
        let mut talk = Talk::scripted(&[]);
        let container = Machine { overlay: Overlay::Other("one called overlay".to_owned()), ..closed() };
        let by_kernel =
            Machine { settings: None, command_line: "overlayroot=tmpfs ro".to_owned(), ..closed() };
        for (machine, words) in
            [(closed(), "overlayroot-chroot"), (container, "one called overlay"), (by_kernel, "update-grub")]
        {
            let error = open(&mut talk, &machine, false).await.expect_err("not ours").to_string();
            assert!(error.contains(words), "{error}");
        }
    }

    #[tokio::test]
    async fn a_no_leaves_the_card_as_it_is() {
        let ours = Machine { settings: Some(plan_settings()), ..closed() };
        let mut talk = Talk::scripted(&["n"]);
        open(&mut talk, &ours, false).await.expect("a wish");
        assert!(talk.said().contains("mount -o remount,rw /media/root-ro"), "{}", talk.said());
        assert!(talk.said().ends_with("Then the card stays as it is.\n"), "{}", talk.said());
        let mut talk = Talk::scripted(&[]);
        open(&mut talk, &ours, true).await.expect("nothing is asked");
        assert!(talk.said().ends_with("Nothing was done (--dry-run).\n"), "{}", talk.said());
    }

    /// The settings as the plan writes them.
    fn plan_settings() -> String {
        let open = Machine { overlay: Overlay::None, settings: None, ..closed() };
        plan::on(&open)
            .into_iter()
            .find_map(|step| match step {
                Step::Write { path: SETTINGS, text } => Some(text),
                _ => None,
            })
            .expect("the switch")
    }

    #[tokio::test]
    async fn what_is_so_already_is_said() {
        let mut talk = Talk::scripted(&[]);
        let open_already = Machine { overlay: Overlay::None, settings: None, ..closed() };
        open(&mut talk, &open_already, false).await.expect("nothing to do");
        assert!(talk.said().contains("The card is open already"), "{}", talk.said());
        let opened = Machine { settings: None, ..closed() };
        open(&mut talk, &opened, false).await.expect("nothing to do");
        assert!(talk.said().contains("`sudo reboot`"), "{}", talk.said());
        let ours = Machine { settings: Some(plan_settings()), ..closed() };
        close(&mut talk, &ours, false).await.expect("nothing to do");
        assert!(
            talk.said().contains("read only already") && talk.said().contains("To change something later")
        );
        let error = close(&mut talk, &Machine { id: "fedora".to_owned(), ..closed() }, false)
            .await
            .expect_err("refused");
        assert!(error.to_string().contains("this is fedora 13"), "{error}");
    }
}
