//! The letters of the still pictures: drawn by hand, five dots wide and seven high.

/// Dots across.
pub(crate) const WIDTH: usize = 5;
/// Dots down.
pub(crate) const HEIGHT: usize = 7;

/// Whether the dot is set. A letter that is not needed is blank.
pub(crate) fn dot(letter: char, x: usize, y: usize) -> bool {
    let rows: [&[u8; WIDTH]; HEIGHT] = match letter {
        'A' => [b" ### ", b"#   #", b"#   #", b"#####", b"#   #", b"#   #", b"#   #"],
        'D' => [b"#### ", b"#   #", b"#   #", b"#   #", b"#   #", b"#   #", b"#### "],
        'E' => [b"#####", b"#    ", b"#    ", b"#### ", b"#    ", b"#    ", b"#####"],
        'H' => [b"#   #", b"#   #", b"#   #", b"#####", b"#   #", b"#   #", b"#   #"],
        'I' => [b" ### ", b"  #  ", b"  #  ", b"  #  ", b"  #  ", b"  #  ", b" ### "],
        'L' => [b"#    ", b"#    ", b"#    ", b"#    ", b"#    ", b"#    ", b"#####"],
        'N' => [b"#   #", b"##  #", b"##  #", b"# # #", b"#  ##", b"#  ##", b"#   #"],
        'O' => [b" ### ", b"#   #", b"#   #", b"#   #", b"#   #", b"#   #", b" ### "],
        'P' => [b"#### ", b"#   #", b"#   #", b"#### ", b"#    ", b"#    ", b"#    "],
        'R' => [b"#### ", b"#   #", b"#   #", b"#### ", b"# #  ", b"#  # ", b"#   #"],
        'S' => [b" ####", b"#    ", b"#    ", b" ### ", b"    #", b"    #", b"#### "],
        'T' => [b"#####", b"  #  ", b"  #  ", b"  #  ", b"  #  ", b"  #  ", b"  #  "],
        'Y' => [b"#   #", b"#   #", b" # # ", b"  #  ", b"  #  ", b"  #  ", b"  #  "],
        _ => [b"     "; HEIGHT],
    };
    rows[y][x] == b'#'
}
