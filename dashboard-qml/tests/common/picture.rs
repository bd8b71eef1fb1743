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
}

/// The share of pixels, 0 to 1, of which a channel differs by more than 40 of 255: more than another
/// release's smoothing of edges, and much less than a needle.
pub fn difference(a: &Picture, b: &Picture) -> f64 {
    assert_eq!((a.width, a.height), (b.width, b.height), "the images have different sizes");
    let differs = |(p, q): (&[u8; 3], &[u8; 3])| p.iter().zip(q).any(|(x, y)| x.abs_diff(*y) > 40);
    let count = a.pixels.iter().zip(&b.pixels).filter(|pair| differs(*pair)).count();
    count as f64 / a.pixels.len() as f64
}
