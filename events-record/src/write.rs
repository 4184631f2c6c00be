//! Fields of a record, as the macros write them. Into anything that takes bytes: no allocator is asked for.

/// A field with these bytes.
pub fn bytes(out: &mut impl Extend<u8>, tag: u8, value: &[u8]) {
    out.extend([tag]);
    leb128(out, value.len() as u64);
    out.extend(value.iter().copied());
}

/// A field with this text.
pub fn text(out: &mut impl Extend<u8>, tag: u8, value: &str) {
    bytes(out, tag, value.as_bytes());
}

/// A field with this number.
pub fn number(out: &mut impl Extend<u8>, tag: u8, value: u64) {
    out.extend([tag]);
    let bits = 64 - value.leading_zeros().min(63);
    leb128(out, u64::from(bits.div_ceil(7)));
    leb128(out, value);
}

/// A field with this number, which may be negative.
pub fn signed(out: &mut impl Extend<u8>, tag: u8, value: i64) {
    number(out, tag, ((value << 1) ^ (value >> 63)) as u64);
}

fn leb128(out: &mut impl Extend<u8>, mut value: u64) {
    while value > 0x7F {
        out.extend([value as u8 | 0x80]);
        value >>= 7;
    }
    out.extend([value as u8]);
}
