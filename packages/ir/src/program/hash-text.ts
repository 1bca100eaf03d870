/**
 * @file FNV-1a with 128 bits: quick, and good enough that no two texts of one's own share a number by chance. Source: the
 * description by Fowler, Noll and Vo; the prime is 2^88 + 2^8 + 0x3b.
 */

/** The low and high parts of the prime: what each limb is multiplied by, and by how many bits a limb is moved to the one two up. */
const [LOW_PRIME, HIGH_SHIFT] = [0x13b, 24];
const LIMB = 2 ** 32;

/** The hash of the text's bytes in UTF-8, as 32 hexadecimal digits. */
export function hashText(text: string): string {
  // Limbs of 32 bits, the least first.
  let [a, b, c, d] = [0x6295c58d, 0x62b82175, 0x07bb0142, 0x6c62272e];
  for (const byte of new TextEncoder().encode(text)) {
    const mixed = (a ^ byte) >>> 0;
    // Each product is less than 2^41, and so exact.
    const low = mixed * LOW_PRIME;
    const second = b * LOW_PRIME + Math.floor(low / LIMB);
    const third = c * LOW_PRIME + Math.floor(second / LIMB) + ((mixed << HIGH_SHIFT) >>> 0);
    const fourth =
      d * LOW_PRIME + Math.floor(third / LIMB) + (((b << HIGH_SHIFT) | (mixed >>> (32 - HIGH_SHIFT))) >>> 0);
    [a, b, c, d] = [low % LIMB, second % LIMB, third % LIMB, fourth % LIMB];
  }
  return [d, c, b, a].map((limb) => limb.toString(16).padStart(8, '0')).join('');
}
