//! In: a small table, keys of one byte. Out: its entries for a block of rows, looked up inside vector registers, 32 rows at a time. Never here: tables too large for registers, machines without such instructions (`kernels.rs`).

/// The most entries: eight registers of 16 bytes for each byte of an entry.
const MOST: usize = 128;

/// Rows looked up at a time.
pub(super) const ROWS: usize = 32;

/// A table cut into what one register holds.
type Chunks = [[u8; 16]; MOST / 16];

/// A table in the form that registers want it: for each byte of an entry, 16 entries at a time.
#[derive(Clone, Debug)]
pub(super) struct Small {
    /// How many chunks there are: 1, 2, 4 or 8.
    pub chunks: usize,
    /// The bytes of an entry, the lowest first; `None` where they are 0 in all entries.
    planes: [Option<Chunks>; 8],
}

impl Small {
    /// `None` where the table has too many entries.
    pub fn of(entries: &[i64]) -> Option<Small> {
        if entries.len() > MOST {
            return None;
        }
        let mut planes = [None; 8];
        for (k, plane) in planes.iter_mut().enumerate() {
            let byte = |n: &i64| n.to_le_bytes().get(k).copied().unwrap_or(0);
            if entries.iter().any(|n| byte(n) != 0) {
                let mut chunks: Chunks = Default::default();
                for (to, n) in chunks.iter_mut().flatten().zip(entries) {
                    *to = byte(n);
                }
                *plane = Some(chunks);
            }
        }
        Some(Small { chunks: entries.len().div_ceil(16).next_power_of_two(), planes })
    }
}

/// A machine that looks up bytes in registers.
#[cfg(target_arch = "x86_64")]
pub(super) type Machine = pulp::x86::V3;
/// No such machine.
#[cfg(not(target_arch = "x86_64"))]
pub(super) type Machine = std::convert::Infallible;

/// The machine at hand, if it can.
#[cfg(target_arch = "x86_64")]
pub(super) fn machine(arch: pulp::Arch) -> Option<Machine> {
    match arch {
        pulp::Arch::V3(simd) => Some(simd),
        pulp::Arch::V4(simd) => Some(*simd),
        _ => None,
    }
}

/// The machine at hand, if it can.
#[cfg(not(target_arch = "x86_64"))]
pub(super) fn machine(_: pulp::Arch) -> Option<Machine> {
    None
}

/// The entries at these keys, byte by byte; `COUNT` is the table's number of chunks. Keys beyond the table give anything.
// Functions, not closures: those would not be compiled for the machine at hand.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub(super) fn bytes<const WIDTH: usize, const COUNT: usize>(simd: Machine, table: &Small, keys: [u8; ROWS]) -> [[u8; ROWS]; WIDTH] {
    use std::arch::x86_64::__m256i;
    /// A register chooses by the lower four bits of a key.
    #[inline(always)]
    fn one(simd: Machine, [t]: [[u8; 16]; 1], key: __m256i) -> __m256i {
        simd.avx2._mm256_shuffle_epi8(simd.avx2._mm256_broadcastsi128_si256(pulp::cast(t)), key)
    }
    // The next three choose among registers.
    #[inline(always)]
    fn two(simd: Machine, [a, b]: [[u8; 16]; 2], key: __m256i) -> __m256i {
        let (a, b) = (one(simd, [a], key), one(simd, [b], key));
        simd.avx2._mm256_blendv_epi8(a, b, simd.avx2._mm256_slli_epi16::<3>(key))
    }
    #[inline(always)]
    fn four(simd: Machine, [a, b, c, d]: [[u8; 16]; 4], key: __m256i) -> __m256i {
        let (a, b) = (two(simd, [a, b], key), two(simd, [c, d], key));
        simd.avx2._mm256_blendv_epi8(a, b, simd.avx2._mm256_slli_epi16::<2>(key))
    }
    #[inline(always)]
    fn eight(simd: Machine, [a, b, c, d, e, f, g, h]: Chunks, key: __m256i) -> __m256i {
        let (a, b) = (four(simd, [a, b, c, d], key), four(simd, [e, f, g, h], key));
        simd.avx2._mm256_blendv_epi8(a, b, simd.avx2._mm256_slli_epi16::<1>(key))
    }
    let key: __m256i = pulp::cast(keys);
    let mut out = [[0; ROWS]; WIDTH];
    for (o, p) in out.iter_mut().zip(&table.planes) {
        if let Some(chunks) = p {
            let [a, b, c, d, ..] = *chunks;
            *o = pulp::cast(match COUNT {
                1 => one(simd, [a], key),
                2 => two(simd, [a, b], key),
                4 => four(simd, [a, b, c, d], key),
                _ => eight(simd, *chunks, key),
            });
        }
    }
    out
}

/// Never called: there is no such machine.
#[cfg(not(target_arch = "x86_64"))]
#[inline(always)]
pub(super) fn bytes<const WIDTH: usize, const COUNT: usize>(simd: Machine, _: &Small, _: [u8; ROWS]) -> [[u8; ROWS]; WIDTH] {
    match simd {}
}
