use super::*;

const fn ext(id: u32) -> FrameId {
    FrameId::Extended(id)
}

#[test]
fn one_id_is_that_id() {
    let filter = IdFilter::exact(FrameId::Standard(0x1D0));
    assert!(filter.matches(FrameId::Standard(0x1D0)));
    assert!(!filter.matches(ext(0x1D0)) && !filter.matches(FrameId::Standard(0x1D1)));
    let filter = IdFilter::exact(ext(0x18FE_BF0B));
    assert!(filter.matches(ext(0x18FE_BF0B)) && !filter.matches(ext(0x0CFE_BF0B)));
    assert_eq!((filter.breadth(), filter.group()), (0, None));
}

#[test]
fn priority_and_destination_are_no_part_of_a_group() {
    // PDU2: the group extension is. EBC2, and its neighbours.
    let ebc2 = IdFilter::pgn(65215, None);
    for priority in 0..8 {
        assert!(ebc2.matches(ext(priority << 26 | 0x00FE_BF0B)));
    }
    assert!(ebc2.matches(ext(0x18FE_BF00)) && ebc2.matches(ext(0x18FE_BFFD)));
    for other in [0x18FE_BE0B, 0x18FE_C00B, 0x19FE_BF0B, 0x1AFE_BF0B, 0x18EE_BF0B] {
        assert!(!ebc2.matches(ext(other)), "{other:X}");
    }
    assert!(!ebc2.matches(FrameId::Standard(0x70B)));
    // PDU1: a request, to whomever.
    let request = IdFilter::pgn(59904, None);
    assert!(request.matches(ext(0x18EA_FF01)) && request.matches(ext(0x18EA_0002)));
    assert!(!request.matches(ext(0x18EB_FF01)));
    // The destination that somebody writes into the number does not count.
    assert_eq!(IdFilter::pgn(59904 + 255, None), request);
    // The last of PDU1 and the first of PDU2.
    assert!(IdFilter::pgn(0xEF00, None).matches(ext(0x18EF_1234)));
    assert!(!IdFilter::pgn(0xF000, None).matches(ext(0x18F0_1234)));
}

#[test]
fn a_source_address_may_be_chosen() {
    let ebs = IdFilter::pgn(65215, Some(0x0B));
    assert!(ebs.matches(ext(0x18FE_BF0B)) && ebs.matches(ext(0x0CFE_BF0B)) && !ebs.matches(ext(0x18FE_BF00)));
    assert_eq!(ebs.group(), Some((65215, Some(0x0B))));
    let any = IdFilter::pgn(65215, None);
    assert!(any.covers(ebs) && !ebs.covers(any) && any.covers(any) && any.covers(ext(0x18FE_BF0B).into()));
    assert!(any.breadth() > ebs.breadth() && ebs.breadth() > 0);
    // Address 0 is chosen too: it is the engine's.
    let engine = IdFilter::pgn(65265, Some(0));
    assert_eq!(engine.group(), Some((65265, Some(0))));
    assert!(!engine.matches(ext(0x18FE_F101)));
}

#[test]
fn the_kernel_compares_as_we_do() {
    let filters = [
        IdFilter::exact(FrameId::Standard(0x1D0)),
        ext(0x1D0).into(),
        IdFilter::pgn(65265, None),
        IdFilter::pgn(59904, Some(3)),
    ];
    let ids = [0x1D0, 0x8000_01D0, 0x98FE_F100, 0x8CFE_F1FD, 0x98EA_FF03, 0x98EA_FF04, 0x98FE_F200];
    for filter in filters {
        let (id, mask) = filter.can_filter();
        for raw in ids {
            let frame = if raw >> 31 == 1 { ext(raw & 0x1FFF_FFFF) } else { FrameId::Standard(raw as u16) };
            // net/can/af_can.c: received_can_id & mask == can_id & mask.
            assert_eq!(raw & mask == id & mask, filter.matches(frame), "{filter} {raw:X}");
        }
    }
}

#[test]
fn people_read_the_number_of_the_group() {
    let text = |filter: IdFilter| filter.to_string();
    assert_eq!(text(FrameId::Standard(7).into()), "007");
    assert_eq!(text(ext(7).into()), "00000007");
    assert_eq!(text(IdFilter::pgn(65215, None)), "PGN 65215");
    assert_eq!(text(IdFilter::pgn(65215, Some(0xB))), "PGN 65215 from 0B");
    assert_eq!((ext(0x18EA_FF01).pgn(), ext(0x18EA_FF01).source_address()), (Some(59904), Some(1)));
    assert_eq!(FrameId::Standard(1).pgn(), None);
}

#[test]
fn of_several_the_narrowest_has_the_frame() {
    let mut map = FilterMap::default();
    for (filter, name) in [
        (IdFilter::pgn(65265, None), "any"),
        (IdFilter::pgn(65265, Some(0xEE)), "tachograph"),
        (ext(0x0CFE_F1EE).into(), "one id"),
        (FrameId::Standard(0x1D0).into(), "wheels"),
    ] {
        assert_eq!(map.insert(filter, name), None);
    }
    let mut named = |id| (map.get(id).copied(), map.get_mut(id).copied()).0;
    assert_eq!(named(ext(0x0CFE_F1EE)), Some("one id"));
    assert_eq!(named(ext(0x18FE_F1EE)), Some("tachograph"));
    assert_eq!(named(ext(0x0CFE_F100)), Some("any"));
    assert_eq!(named(FrameId::Standard(0x1D0)), Some("wheels"));
    assert_eq!((named(ext(0x1D0)), named(ext(0x18FE_F200))), (None, None));
    *map.entry(IdFilter::pgn(65265, None)) = "other";
    assert_eq!(map.get(ext(0x18FE_F100)), Some(&"other"));
    assert_eq!((map.keys().count(), map.values().count()), (4, 4));
}
