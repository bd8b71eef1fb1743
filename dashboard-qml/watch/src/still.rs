//! Still pictures, each without a number: before there is a cluster, and in the place of one that has stopped.

use crate::letters::{self, dot};

/// What a picture says, in letters that there are; the first line is twice as large.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Words {
    /// The cluster has not drawn anything yet.
    Starting,
    /// The cluster hangs, or has ended.
    Stopped,
}

impl Words {
    const fn lines(self) -> [&'static str; 2] {
        match self {
            Self::Starting => ["NO SPEED YET", "THE DISPLAY STARTS"],
            Self::Stopped => ["NO SPEED", "THE DISPLAY HAS STOPPED"],
        }
    }

    /// The line that is wider, in dots, with one dot between letters: it has 9 tenths of the screen at most.
    fn widest(self) -> usize {
        let [large, small] = self.lines().map(str::len);
        (large * 2).max(small) * (letters::WIDTH + 1)
    }
}

/// Of 255. Grey, so that the order of the colours does not matter; not glaring by night.
const INK: u8 = 200;

/// How the screen is mounted, clockwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// Upright.
    None,
    /// By 90 degrees.
    Quarter,
    /// By 180 degrees: upside down.
    Half,
    /// By 270 degrees.
    ThreeQuarters,
}

/// The form of a frame buffer in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Still {
    /// Pixels across.
    pub width: usize,
    /// Pixels down.
    pub height: usize,
    /// Bytes from one line to the next.
    pub stride: usize,
    /// Bytes of a pixel: 2 (RGB565), 3 or 4 (8 bits a colour).
    pub bytes: usize,
}

impl Still {
    /// The whole picture.
    #[must_use]
    pub fn draw(self, words: Words, rotation: Rotation) -> Vec<u8> {
        let mut picture = vec![0; self.stride * self.height];
        let turned = matches!(rotation, Rotation::Quarter | Rotation::ThreeQuarters);
        let (across, down) = if turned { (self.height, self.width) } else { (self.width, self.height) };
        let size = (across * 9 / 10 / words.widest()).max(1);
        // Both lines with a gap of a small letter's height between them, in the middle.
        let height = letters::HEIGHT * size * 4;
        let mut top = down.saturating_sub(height) / 2;
        for (line, size) in words.lines().iter().zip([2 * size, size]) {
            self.write(&mut picture, rotation, (across, down), line, top, size);
            top += letters::HEIGHT * size * 3 / 2;
        }
        picture
    }

    fn write(
        self,
        picture: &mut [u8],
        rotation: Rotation,
        (across, down): (usize, usize),
        line: &str,
        top: usize,
        size: usize,
    ) {
        let step = (letters::WIDTH + 1) * size;
        let left = (across + size).saturating_sub(line.len() * step) / 2;
        for (nth, letter) in line.chars().enumerate() {
            for y in 0..letters::HEIGHT * size {
                for x in 0..letters::WIDTH * size {
                    let (at_x, at_y) = (left + nth * step + x, top + y);
                    if at_x < across && at_y < down && dot(letter, x / size, y / size) {
                        let (x, y) = match rotation {
                            Rotation::None => (at_x, at_y),
                            Rotation::Quarter => (self.width - 1 - at_y, at_x),
                            Rotation::Half => (self.width - 1 - at_x, self.height - 1 - at_y),
                            Rotation::ThreeQuarters => (at_y, self.height - 1 - at_x),
                        };
                        self.ink(picture, x, y);
                    }
                }
            }
        }
    }

    fn ink(self, picture: &mut [u8], x: usize, y: usize) {
        let at = y * self.stride + x * self.bytes;
        let grey = u16::from(INK);
        match self.bytes {
            2 => picture[at..at + 2]
                .copy_from_slice(&((grey >> 3) << 11 | (grey >> 2) << 5 | grey >> 3).to_ne_bytes()),
            bytes => picture[at..at + bytes.min(3)].fill(INK),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lit(still: Still, picture: &[u8]) -> Vec<(usize, usize)> {
        (0..still.height)
            .flat_map(|y| (0..still.width).map(move |x| (x, y)))
            .filter(|(x, y)| {
                picture[y * still.stride + x * still.bytes..][..still.bytes].iter().any(|byte| *byte > 0)
            })
            .collect()
    }

    #[test]
    fn it_stands_in_the_middle_of_any_panel_and_inside_it() {
        for (width, height) in
            [(800, 480), (1024, 600), (1280, 400), (1920, 720), (480, 320), (320, 240), (200, 60)]
        {
            for (bytes, words) in [(2, Words::Stopped), (3, Words::Starting), (4, Words::Stopped)] {
                let still = Still { width, height, stride: width * bytes + 64, bytes };
                let dots = lit(still, &still.draw(words, Rotation::None));
                let (left, right) = (
                    dots.iter().map(|dot| dot.0).min().unwrap(),
                    dots.iter().map(|dot| dot.0).max().unwrap(),
                );
                let (top, bottom) = (
                    dots.iter().map(|dot| dot.1).min().unwrap(),
                    dots.iter().map(|dot| dot.1).max().unwrap(),
                );
                assert!(right - left > width / 2, "{width}x{height}: as wide as {}", right - left);
                assert!(
                    left.abs_diff(width - 1 - right) <= width / 20,
                    "{width}x{height}: from {left} to {right}"
                );
                assert!(
                    top.abs_diff(height - 1 - bottom) <= height / 20,
                    "{width}x{height}: from {top} to {bottom}"
                );
            }
        }
    }

    #[test]
    fn a_screen_that_is_mounted_turned_shows_it_upright() {
        let upright = Still { width: 480, height: 800, stride: 480 * 4, bytes: 4 };
        let expected = lit(upright, &upright.draw(Words::Stopped, Rotation::None));
        let lying = Still { width: 800, height: 480, stride: 800 * 4, bytes: 4 };
        let mut quarter: Vec<_> = lit(lying, &lying.draw(Words::Stopped, Rotation::Quarter))
            .into_iter()
            .map(|(x, y)| (y, 799 - x))
            .collect();
        let mut three: Vec<_> = lit(lying, &lying.draw(Words::Stopped, Rotation::ThreeQuarters))
            .into_iter()
            .map(|(x, y)| (479 - y, x))
            .collect();
        let mut half: Vec<_> = lit(upright, &upright.draw(Words::Stopped, Rotation::Half))
            .into_iter()
            .map(|(x, y)| (479 - x, 799 - y))
            .collect();
        for turned in [&mut quarter, &mut three, &mut half] {
            turned.sort_by_key(|(x, y)| (*y, *x));
            assert_eq!(*turned, expected);
        }
    }

    #[test]
    fn every_letter_that_it_needs_is_there() {
        let words = [Words::Starting, Words::Stopped].map(|words| words.lines().concat()).concat();
        for letter in words.chars().filter(|letter| *letter != ' ') {
            assert!(
                (0..letters::HEIGHT).any(|y| dot(letter, 2, y) || dot(letter, 0, y)),
                "{letter} is blank"
            );
        }
    }
}
