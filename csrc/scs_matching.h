/* Sort the citizens of a unit by (draw, index), to pair neighbours. */
#ifndef SCS_MATCHING_H
#define SCS_MATCHING_H
#include <stdint.h>
#include <string.h>

#define SCS_SMALL_UNIT 48 /* below this, insertion sort is faster than four counting passes */

static inline void scs_insertion_sort(uint64_t *key, int64_t n)
{
    for (int64_t i = 1; i < n; i++) {
        uint64_t moving = key[i];
        int64_t k = i;
        for (; k > 0 && key[k - 1] > moving; k--)
            key[k] = key[k - 1];
        key[k] = moving;
    }
}

/* Sort keys (draw << 32 | index), given in order of index, by four stable counting
 * passes over the draw's bytes; `other` has room for n keys. */
static inline void scs_sort_by_draw(uint64_t *key, uint64_t *other, int64_t n)
{
    if (n < SCS_SMALL_UNIT) {
        scs_insertion_sort(key, n);
        return;
    }
    for (int shift = 32; shift < 64; shift += 8) {
        int64_t place[257] = {0};
        for (int64_t i = 0; i < n; i++)
            place[1 + ((key[i] >> shift) & 255)]++;
        for (int digit = 0; digit < 256; digit++)
            place[digit + 1] += place[digit];
        for (int64_t i = 0; i < n; i++)
            other[place[(key[i] >> shift) & 255]++] = key[i];
        uint64_t *swap = key;
        key = other;
        other = swap;
    }
}
#endif
