//! Images of the screen, and how far two of them differ.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

pub struct Picture {
    pub width: u32,
    pub height: u32,
    /// Red, green, blue of each pixel.
    pixels: Vec<[u8; 3]>,
}

impl Picture {
    pub fn open(file: &Path) -> Self {
        let mut decoder = png::Decoder::new(BufReader::new(File::open(file).unwrap()));
        decoder.set_transformations(png::Transformations::normalize_to_color8());
        let mut reader = decoder.read_info().unwrap();
        let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut bytes).unwrap();
        let samples = info.color_type.samples();
        assert!(samples >= 3, "{}: not a colour image", file.display());
        let pixels = bytes[..info.buffer_size()].chunks_exact(samples).map(|p| [p[0], p[1], p[2]]).collect();
        Self { width: info.width, height: info.height, pixels }
    }

    /// Whether nothing is to be seen.
    pub fn is_black(&self) -> bool {
        self.pixels.iter().all(|pixel| *pixel == [0, 0, 0])
    }
}

/// The share of pixels, 0 to 1, of which a channel differs by more than 40 of 255: more than another
/// release's smoothing of edges, and much less than a needle.
pub fn difference(a: &Picture, b: &Picture) -> f64 {
    assert_eq!((a.width, a.height), (b.width, b.height), "the images have different sizes");
    let differs = |(p, q): (&[u8; 3], &[u8; 3])| p.iter().zip(q).any(|(x, y)| x.abs_diff(*y) > 40);
    let count = a.pixels.iter().zip(&b.pixels).filter(|pair| differs(*pair)).count();
    count as f64 / a.pixels.len() as f64
}

/// How many pixels of either image have a channel that lies by more than 40 of 255 outside what the other has at
/// this place and at its eight neighbours. Smoothing of edges, and a text that stands half a pixel further, are none;
/// a shape that is another one is some.
pub fn beyond_edges(a: &Picture, b: &Picture) -> usize {
    assert_eq!((a.width, a.height), (b.width, b.height), "the images have different sizes");
    outside(a, b) + outside(b, a)
}

fn outside(a: &Picture, b: &Picture) -> usize {
    let (width, height) = (a.width as usize, a.height as usize);
    let differs = |x: usize, y: usize| {
        let rows = y.saturating_sub(1)..height.min(y + 2);
        let near =
            || rows.clone().flat_map(|y| &b.pixels[y * width..][x.saturating_sub(1)..width.min(x + 2)]);
        (0..3).any(|channel| {
            let (least, most) = near()
                .fold((255, 0), |(least, most), pixel| (pixel[channel].min(least), pixel[channel].max(most)));
            let value = a.pixels[y * width + x][channel];
            value > most.saturating_add(40) || value < least.saturating_sub(40)
        })
    };
    (0..height).map(|y| (0..width).filter(|&x| differs(x, y)).count()).sum()
}
