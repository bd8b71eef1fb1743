//! Texts of value tables (`VAL_`) that say that there is no value.

/// Why a raw value is not a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// The sender has none: not available, invalid, not yet initialised.
    NotAvailable,
    /// The sender says that something is broken.
    Error,
}

impl Meaning {
    /// The word for people, JSON and D-Bus.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotAvailable => "not-available",
            Self::Error => "error",
        }
    }
}

/// What a text says, where it says as a whole that there is no value. Case, accents, blanks and signs between the
/// words do not matter, nor do numbers and words such as "signal", which say nothing. A text that only has such a word
/// in it is a value: "No error", "kein Fehler", "Initialized".
pub(super) fn meaning(text: &str) -> Option<Meaning> {
    let words = words(text);
    let telling: Vec<&str> = words.iter().map(String::as_str).filter(|word| !is_number(word)).collect();
    // "No signal" says more than "no": the whole text comes first.
    of_phrase(&telling.concat()).or_else(|| {
        let core: Vec<&str> = telling.into_iter().filter(|word| !contains(SAYS_NOTHING, word)).collect();
        of_phrase(&core.concat())
    })
}

fn of_phrase(phrase: &str) -> Option<Meaning> {
    if contains(NOT_AVAILABLE, phrase) {
        Some(Meaning::NotAvailable)
    } else if contains(ERROR, phrase) {
        Some(Meaning::Error)
    } else {
        None
    }
}

fn contains(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|entry| entry == word)
}

/// Its words in lower case and without accents: `SignalNotAvailable`, `Signal_not_available` and `signal (not available)`
/// have the same.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for char in text.chars() {
        let in_number =
            words.last().is_some_and(|word| word.starts_with(|first: char| first.is_ascii_digit()));
        if !char.is_alphanumeric() || (char.is_uppercase() && was_lower && !in_number) {
            words.push(String::new());
        }
        was_lower = char.is_lowercase();
        if let (true, Some(word)) = (char.is_alphanumeric(), words.last_mut()) {
            char.to_lowercase().for_each(|char| plain(char, word));
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A letter as people write it who do not have it: `ü` is `ue`, `é` is `e`.
fn plain(char: char, word: &mut String) {
    match char {
        'ä' | 'æ' => word.push_str("ae"),
        'ö' | 'ø' => word.push_str("oe"),
        'ü' => word.push_str("ue"),
        'ß' => word.push_str("ss"),
        'à' | 'á' | 'â' | 'ã' | 'å' | 'ą' => word.push('a'),
        'è' | 'é' | 'ê' | 'ë' | 'ę' | 'ě' => word.push('e'),
        'ì' | 'í' | 'î' | 'ï' => word.push('i'),
        'ò' | 'ó' | 'ô' | 'õ' => word.push('o'),
        'ù' | 'ú' | 'û' => word.push('u'),
        'ç' => word.push('c'),
        'ñ' | 'ń' => word.push('n'),
        'ł' => word.push('l'),
        other => word.push(other),
    }
}

/// `255`, `0xFF`, `FFh`, `11b`.
fn is_number(word: &str) -> bool {
    let hexadecimal = word.strip_prefix("0x").or_else(|| word.strip_suffix('h')).unwrap_or(word);
    let is_marked = hexadecimal.len() < word.len();
    let starts_as_one = word.starts_with(|char: char| char.is_ascii_digit());
    (is_marked || starts_as_one)
        && !hexadecimal.is_empty()
        && hexadecimal.chars().all(|c| c.is_ascii_hexdigit())
}

/// Words that name what is meant and not what is the matter with it.
const SAYS_NOTHING: &str = "\
    signal signals value values data sensor speed wheel vehicle status state message code indicator
    indication is the of or detected present occurred wert daten geschwindigkeit anzeige oder ist erkannt
    valeur donnee donnees capteur vitesse ou valor senal dato datos velocidad segnale valore dati sensore
    velocita o sinal dados velocidade";

/// Without blanks, in English, German, French, Spanish, Italian, Portuguese, Dutch, Swedish and Polish.
const NOT_AVAILABLE: &str = "\
    sna snv na nav notavailable notavail notavailble nonavailable unavailable noavailable nosignal novalue
    nodata noinformation noinfo snasignalnotavailable signalnotavailablesna notavailablesna snanotavailable
    notavailablena nanotavailable invalid inval notvalid nonvalid unvalid invalidsna snainvalid
    invalidnotavailable notavailableinvalid invalidunavailable unknown undefined undef notdefined reserved
    init initial initialisation initialization initialising initializing initvalue initialvalue
    notinitialised notinitialized uninitialised uninitialized notinit noninitialised noninitialized
    nichtverfuegbar nichtverfugbar keinwert keinsignal keinedaten keineinformation ungueltig ungueltiger ungueltige ungueltiges ungultig
    nichtgueltig nichtgultig unbekannt undefiniert nichtdefiniert initialisierung initialwert initwert
    nichtinitialisiert reserviert nondisponible pasdisponible indisponible invalide nonvalide nonvalable
    pasvalide inconnu inconnue indefini indefinie nondefini nondefinie noninitialise noninitialisee
    pasdesignal aucunsignal aucunevaleur aucunedonnee nodisponible novalido novalida invalido invalida
    desconocido desconocida indefinido nodefinido inicializacion inicializando noinicializado sinvalor
    sinsenal sindatos reservado nondisponibile indisponibile nonvalido nonvalida sconosciuto sconosciuta
    indefinito nondefinito inizializzazione noninizializzato nessunvalore nessunsegnale nessundato riservato
    indisponivel naodisponivel naovalido desconhecido inicializacao naoinicializado nietbeschikbaar ongeldig
    nietgeldig onbekend initialisatie nietgeinitialiseerd ejtillgaenglig ejtillganglig ogiltig okaend
    initiering niedostepny niedostepne nieprawidlowy nieznany inicjalizacja";

const ERROR: &str = "\
    error err erroneous inerror fault flt faulty fail failed failure defect defective malfunction broken
    shortcircuit opencircuit timeout outofrange overflow underflow implausible notplausible unplausible
    faultinvalid errorinvalid invaliderror invalidfault errorsna snaerror faulterror errorfault failureerror
    fehler fehlerhaft fehlerwert defekt stoerung storung ausfall ausgefallen unplausibel nichtplausibel
    ueberlauf kurzschluss leitungsbruch erreur defaut defaillance defaillant panne enpanne enerreur endefaut
    invraisemblable fallo falla averia defecto defectuoso errore guasto avaria difetto difettoso erro falha
    fout storing defekte fel blad awaria";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_texts_that_say_that_there_is_no_value() {
        for text in "SNA|sna| Sna |Signal not available|SignalNotAvailable|Signal_Not_Available|\
            not available|NotAvailable|Not avail.|N/A|n.a.|NA|SNA (0xFF)|0xFFFF: SNA|\
            255 = not available|Invalid|INVALID|Value invalid|invalid value|Signal is invalid|\
            Not valid|Init|Initialization|Init value|Not initialized|No signal|No data|unknown|\
            nicht verfügbar|Nicht verfuegbar|Signal nicht verfügbar|ungültig|Ungueltig|\
            ungültiger Wert|Initialisierung|kein Signal|non disponible|Valeur invalide|indisponible|\
            no disponible|No válido|inválido|non disponibile|Non valido|Sconosciuto|não disponível|\
            niet beschikbaar"
            .split('|')
        {
            assert_eq!(meaning(text), Some(Meaning::NotAvailable), "{text}");
        }
        for text in "Error|ERROR|Sensor error|error_code|Fault|Signal fault|Faulty|Failure|Defect|Fehler|\
            Sensor defekt|Störung|Stoerung|Erreur|Défaut|défaut capteur|Fallo|Avería|Errore|Guasto|\
            Erro|Error 1|Fault detected"
            .split('|')
        {
            assert_eq!(meaning(text), Some(Meaning::Error), "{text}");
        }
    }

    #[test]
    fn what_only_has_such_a_word_in_it_is_a_value() {
        for text in "| |No error|no_error|NoError|kein Fehler|Kein_Fehler|keine Störung|ohne Fehler|\
            Initialized|initialisiert|Error free|error active|Not faulty|no fault|NoFault|\
            fault-free|Valid|gültig|available|verfügbar|pas d'erreur|aucun défaut|sin error|\
            nessun errore|OK|Off|On|0|255|0xFF|Error lamp on|No fault detected|Signal|Value|\
            Standing still|Initialization finished|not present|nicht vorhanden|not ready|Reserve|\
            invalid key|not active|Park|N|Neutral|No|nein"
            .split('|')
        {
            assert_eq!(meaning(text), None, "{text}");
        }
    }

    #[test]
    fn numbers() {
        for word in ["255", "0xff", "ffh", "7fh", "0b"] {
            assert!(is_number(word), "{word}");
        }
        for word in ["fehler", "fault", "na", "h", "0x", "x", "bad"] {
            assert!(!is_number(word), "{word}");
        }
    }
}
