//! The hash of a key. A lane handles events with equal keys in order, and compares keys by this hash.
//!
//! The hash is implemented here because it must stay the same for ever: in every build, process and version of this crate.
//! The standard library does not promise this for any of its hashes.
//!
//! The hash has no secret, and a lane folds it to 32 bits. An attacker who can choose keys can therefore find two with
//! the same 32 bits, and make the events of one wait for those of the other. The order of events stays right, and the
//! only cost is time. The documentation of `#[event]` says what to do about it. A hash with a secret would differ
//! between processes.

use core::hash::{Hash, Hasher};

/// A type that can be the key of an event: any type that implements `Hash`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the key of an event: it has no hash",
    label = "not a key: `{Self}` does not implement `Hash`",
    note = "a key tells which events belong together: derive `Hash` for its type, or choose another field"
)]
pub trait Key {
    /// The hash of the value. Equal values have equal hashes, whatever the event and its crate.
    fn key(&self) -> u64;
}

#[diagnostic::do_not_recommend]
impl<T: Hash + ?Sized> Key for T {
    #[inline]
    fn key(&self) -> u64 {
        let mut hasher = KeyHasher { state: SEED };
        self.hash(&mut hasher);
        hasher.finish()
    }
}

/// Odd constants without a pattern: digits of pi in binary.
const SEED: u64 = 0x243f_6a88_85a3_08d3;
const FACTOR: u64 = 0x1319_8a2e_0370_7345;

/// Integers are hashed by their value: 7 has the same hash as a `u32` and as an `i64`.
///
/// The standard library hashes a slice of integers by its bytes in memory. Slices of integers such as `Vec<u32>`, and only
/// these, therefore have another hash on a big-endian processor.
struct KeyHasher {
    state: u64,
}

impl KeyHasher {
    /// Multiplies to 128 bits and folds them: each bit of the word reaches all of the state.
    #[inline(always)]
    fn word(&mut self, word: u64) {
        let product = u128::from(self.state ^ word) * u128::from(FACTOR);
        self.state = (product as u64 ^ (product >> 64) as u64).wrapping_add(SEED);
    }
}

impl Hasher for KeyHasher {
    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for &word in words {
            self.word(u64::from_le_bytes(word));
        }
        if !rest.is_empty() {
            let mut last = [0; 8];
            last[..rest.len()].copy_from_slice(rest);
            // The length distinguishes zero bytes at the end from missing bytes.
            last[7] = rest.len() as u8;
            self.word(u64::from_le_bytes(last));
        }
    }

    #[inline]
    fn write_u8(&mut self, number: u8) {
        self.word(number.into());
    }

    #[inline]
    fn write_u16(&mut self, number: u16) {
        self.word(number.into());
    }

    #[inline]
    fn write_u32(&mut self, number: u32) {
        self.word(number.into());
    }

    #[inline]
    fn write_u64(&mut self, number: u64) {
        self.word(number);
    }

    #[inline]
    fn write_u128(&mut self, number: u128) {
        self.word(number as u64);
        let high = (number >> 64) as u64;
        if high != 0 {
            self.word(high);
        }
    }

    #[inline]
    fn write_usize(&mut self, number: usize) {
        self.word(number as u64);
    }

    #[inline]
    fn write_i8(&mut self, number: i8) {
        self.write_i64(number.into());
    }

    #[inline]
    fn write_i16(&mut self, number: i16) {
        self.write_i64(number.into());
    }

    #[inline]
    fn write_i32(&mut self, number: i32) {
        self.write_i64(number.into());
    }

    #[inline]
    fn write_i64(&mut self, number: i64) {
        self.word(number as u64);
    }

    #[inline]
    fn write_i128(&mut self, number: i128) {
        match i64::try_from(number) {
            Ok(number) => self.write_i64(number),
            Err(_) => self.write_u128(number as u128),
        }
    }

    #[inline]
    fn write_isize(&mut self, number: isize) {
        self.word(number as u64);
    }

    /// The mixer of splitmix64: keys that differ in one bit get hashes that differ in about half of the bits, low and high.
    #[inline]
    fn finish(&self) -> u64 {
        let mut hash = self.state;
        hash = (hash ^ hash >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        hash = (hash ^ hash >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        hash ^ hash >> 31
    }
}

#[cfg(test)]
mod tests {
    use super::Key;

    #[test]
    fn a_number_is_hashed_by_its_value() {
        let seven = 7u64.key();
        assert!(
            [7u8.key(), 7u16.key(), 7u32.key(), 7usize.key(), 7u128.key()].iter().all(|&key| key == seven)
        );
        assert!(
            [7i8.key(), 7i32.key(), 7i64.key(), 7isize.key(), 7i128.key()].iter().all(|&key| key == seven)
        );
        assert_eq!((-1i8).key(), (-1i128).key());
        assert_eq!((-1isize).key(), (-1i32).key());
        assert_ne!((-1i64).key(), 1i64.key());
    }

    /// These values must not change: otherwise two versions of a program would hash keys differently.
    #[test]
    fn hashes_do_not_change() {
        let keys =
            [0u64.key(), 7u64.key(), u64::MAX.key(), "".key(), "order-7".key(), "order-00000001".key()];
        let written = [
            0x63a3_9084_bed2_de0a,
            0x3dc5_38ea_db20_7c96,
            0xa40b_95bb_5698_13e4,
            0x0afb_b000_7833_f699,
            0x1968_7426_31ec_3709,
            0x92c8_3157_ff1a_2305,
        ];
        assert_eq!(keys, written);
    }

    #[test]
    fn texts_with_different_bytes_have_different_hashes() {
        assert_ne!("a".key(), "a\0".key());
        assert_ne!("".key(), "\0".key());
        assert_ne!(("ab", "c").key(), ("a", "bc").key());
        assert_ne!("12345678".key(), "123456780".key());
    }

    /// Sequential numbers and texts are distributed evenly, whichever bits of the hash are used.
    #[test]
    fn keys_are_distributed_evenly() {
        const KEYS: u64 = 64 * 1024;
        let mut low = [0u32; 64];
        let mut high = [0u32; 64];
        for number in 0..KEYS {
            low[(number.key() & 63) as usize] += 1;
            high[((number * 1024).key() >> 58) as usize] += 1;
        }
        // The mean is 1024, and six standard deviations are 192.
        let even = |counts: &[u32]| counts.iter().all(|count| count.abs_diff(1024) < 192);
        assert!(even(&low), "{low:?}");
        assert!(even(&high), "{high:?}");
    }
}
