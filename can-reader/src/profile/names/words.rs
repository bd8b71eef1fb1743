//! A name cut into its words.

/// The words of a name, in lower case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::profile) struct Words(Vec<String>);

/// Words that are written together: `wheelspeedfl`, `radgeschw`.
const JOINED: &str = "
    wheel wheels whl whls speed speeds spd velocity vel rad raeder rads geschw geschwindigkeit drehzahl drehz roue roues vit
    vitesse ruota ruote rueda ruedas front frnt frt rear left lft right rght rgt fl fr rl rr lf rf lr vl vr hl hr vorne vorn
    hinten links rechts avant arriere gauche droite avg avd arg ard av ar vehicle veh car fzg kfz engine eng motor rpm
    anteriore posteriore sinistra destra izquierda derecha delantera trasera quality valid validity status fault sensor counter
    cnt alive rolling checksum chksum crc axle raw abs esp";

impl Words {
    /// Cut at what is no letter or digit, where small letters end, between letters and digits, and where known words are written
    /// together.
    pub fn of(name: &str) -> Self {
        let mut words: Vec<String> = Vec::new();
        let chars: Vec<char> = name.chars().collect();
        let mut word = String::new();
        let mut end = |word: &mut String| {
            if !word.is_empty() {
                split(&std::mem::take(word).to_lowercase(), &mut words);
            }
        };
        for (at, &char) in chars.iter().enumerate() {
            let before = at.checked_sub(1).map(|at| chars[at]);
            let next = chars.get(at + 1);
            let starts = match before {
                _ if !char.is_alphanumeric() => true,
                Some(before) if char.is_uppercase() => {
                    // `FLWheel` is FL and Wheel.
                    before.is_lowercase()
                        || before.is_uppercase() && next.is_some_and(|next| next.is_lowercase())
                }
                Some(_) | None => false,
            };
            let is_other_kind = before
                .is_some_and(|before| before.is_alphanumeric() && before.is_numeric() != char.is_numeric());
            if starts || is_other_kind {
                end(&mut word);
            }
            if char.is_alphanumeric() {
                word.push(char);
            }
        }
        end(&mut word);
        Self(words)
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    pub fn get(&self, at: usize) -> &str {
        self.0.get(at).map(String::as_str).unwrap_or_default()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether one of its words is in a list that is separated by blanks.
    pub fn has(&self, list: &str) -> bool {
        self.iter().any(|word| is_any(word, list))
    }

    /// Those of both.
    pub fn and(&self, other: &Self) -> Self {
        Self(self.iter().chain(other.iter()).map(str::to_owned).collect())
    }

    /// Those whose places are not named.
    pub fn without(&self, places: &[usize]) -> Self {
        let rest = self.0.iter().enumerate().filter(|(at, _)| !places.contains(at));
        Self(rest.map(|(_, word)| word.clone()).collect())
    }
}

/// Whether a word is in a list that is separated by blanks.
pub(in crate::profile) fn is_any(word: &str, list: &str) -> bool {
    list.split_whitespace().any(|known| known == word)
}

/// Cuts a word into known ones where all of it is such; else it stays whole.
fn split(word: &str, into: &mut Vec<String>) {
    match parts(word) {
        Some(parts) => into.extend(parts.into_iter().map(str::to_owned)),
        None => into.push(word.to_owned()),
    }
}

/// The fewest known words that make up the whole.
fn parts(word: &str) -> Option<Vec<&str>> {
    if word.len() < 4 || !word.is_ascii() || is_any(word, JOINED) {
        return None;
    }
    let mut best: Vec<Option<Vec<&str>>> = vec![None; word.len() + 1];
    best[0] = Some(Vec::new());
    for start in 0..word.len() {
        let Some(before) = best[start].clone() else { continue };
        for known in JOINED.split_whitespace().filter(|known| word[start..].starts_with(known)) {
            let end = start + known.len();
            if best[end].as_ref().is_none_or(|other| other.len() > before.len() + 1) {
                best[end] = Some(before.iter().copied().chain([&word[start..end]]).collect());
            }
        }
    }
    best.pop().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_where_people_see_words() {
        for (name, expected) in [
            ("WHEEL_SPEED_FL", "wheel speed fl"),
            ("FLWheelSpd", "fl wheel spd"),
            ("WhlSpdLF", "whl spd lf"),
            ("wheelSpeedFrontLeft", "wheel speed front left"),
            ("ESP_HL_Radgeschw_02", "esp hl rad geschw 02"),
            ("Radgeschw__VL_4_1", "rad geschw vl 4 1"),
            ("RadVL", "rad vl"),
            ("WHEELSPEEDFRONTLEFT", "wheel speed front left"),
            ("VitesseRoueAvD", "vitesse roue av d"),
            ("vWheelFL", "v wheel fl"),
            ("BUSY", "busy"),
            ("", ""),
            ("Größe2x", "größe 2 x"),
        ] {
            let words = Words::of(name);
            assert_eq!(words.iter().collect::<Vec<_>>().join(" "), expected, "{name}");
        }
    }
}
