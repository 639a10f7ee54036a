/* 8 Measurement: bins of a histogram, counts of a tile's codes, sums by group. */
#ifndef SCS_MEASURE_H
#define SCS_MEASURE_H
#include "scs_philox.h"
#include "scs_planes.h"
#include "scs_structs.h"

/* Return the bin of a score, of 128 over the regime's range. */
static inline int32_t scs_score_bin(const scs_rules_t *r, int32_t score)
{
    uint32_t above = (uint32_t)(score - (int32_t)r->floor);
    return (int32_t)((uint64_t)above * (uint32_t)r->bin_factor >> 32);
}

/* Write (score - floor) x factor >> 32 of n scores, in lanes as those of Philox: `to` has room
 * for n rounded up to SCS_LANES. */
static inline void scs_scale_scores(int32_t *restrict to, const int32_t *restrict score,
                                    int32_t floor, uint32_t factor, int64_t n)
{
    for (int64_t j = 0; j < n; j++)
        to[j] = score[j] - floor;
    for (int64_t j = 0; j < n; j += SCS_LANES) {
        uint32_t *lanes = (uint32_t *)to + j;
        scs_vec_t above = scs_vec_even(lanes), by = scs_vec_set(factor);
        scs_vec_store(lanes, scs_vec_high(scs_vec_mul(above, by)),
                      scs_vec_high(scs_vec_mul(scs_vec_high(above), by)));
    }
}

/* Write the bins of n scores: `bin` has room for n rounded up to SCS_LANES. */
static inline void scs_score_bins(const scs_rules_t *r, int32_t *restrict bin,
                                  const int32_t *restrict score, int64_t n)
{ scs_scale_scores(bin, score, (int32_t)r->floor, (uint32_t)r->bin_factor, n); }

/* Return the wealth bin: exact below 4, then four per octave. */
static inline int scs_wealth_bin(uint32_t wealth)
{
    if (wealth < 4)
        return (int)wealth;
    int octave = 31 - __builtin_clz(wealth);
    return 4 * (octave - 1) + (int)(wealth >> (octave - 2) & 3);
}

/* Count codes in eight tables, one after the other: an entry's next count need not wait for
 * its last. */
static inline void scs_count(scs_counts_t *counts, const uint8_t *code, int64_t n)
{
    uint32_t *count = counts->count[0];
    int64_t j = 0;
    for (; j + 8 <= n; j += 8) {
#pragma GCC unroll 8
        for (int k = 0; k < 8; k++)
            count[SCS_COUNTS_APART * k + code[j + k]]++;
    }
    for (; j < n; j++)
        count[code[j]]++;
}

/* Return how often a code was counted, and reset the count. */
static inline int64_t scs_counted(scs_counts_t *counts, int code)
{
    int64_t n = 0;
    for (int k = 0; k < 8; k++) {
        n += counts->count[k][code];
        counts->count[k][code] = 0;
    }
    return n;
}

/* Count n citizens by grade and fair grade, all and the bad, from codes of three bits of grade,
 * three of fair grade, and one of the bad; return how many have another grade than is fair.
 * `code` has room for n rounded up to SCS_WORD. */
static inline int64_t scs_count_grades(int64_t *by_grade, const uint8_t *code, int64_t n_grades,
                                       int64_t n)
{
    int64_t moved = 0;
    for (int64_t from = 0; from < n; from += SCS_WORD) {
        uint64_t plane[7], filled = scs_filled(n - from);
        scs_planes(plane, code + from, 7);
        for (int grade = 0; grade < n_grades; grade++) {
            int64_t *entry = by_grade + grade * SCS_N_by_grade;
            uint64_t actual = scs_equal(plane, grade, 3) & filled;
            uint64_t fair = scs_equal(plane + 3, grade, 3) & filled;
            entry[SCS_grade_citizens] += scs_ones(actual);
            entry[SCS_grade_bad] += scs_ones(actual & plane[6]);
            entry[SCS_grade_fair_citizens] += scs_ones(fair);
            entry[SCS_grade_fair_bad] += scs_ones(fair & plane[6]);
            moved += scs_ones(actual & ~fair);
        }
    }
    return moved;
}

/* Count citizens in one column, and those of them who are bad in another. */
static inline void scs_count_all_and_bad(int64_t *all, int64_t *of_the_bad, uint64_t citizens,
                                         uint64_t bad)
{
    *all += scs_ones(citizens);
    *of_the_bad += scs_ones(citizens & bad);
}

/* Count n citizens by group and judgement, and by group and tie, from their judgement codes.
 * `code` has room for n rounded up to SCS_WORD. */
static inline void scs_count_judged(int64_t *by_group, int64_t *by_stratum, const uint8_t *code,
                                    int64_t n)
{
    for (int64_t from = 0; from < n; from += SCS_WORD) {
        uint64_t plane[8], filled = scs_filled(n - from);
        scs_planes(plane, code + from, 8);
        uint64_t bad = plane[2], low = plane[3], fair_low = plane[4];
        uint64_t listed = plane[5], fair_listed = plane[6];
        for (int group = 0; group < SCS_N_GROUPS; group++) {
            int64_t *entry = by_group + group * SCS_N_by_group;
            int64_t *stratum = by_stratum + 2 * group * SCS_N_by_stratum + SCS_stratum_citizens;
            uint64_t of = scs_equal(plane, group, 2) & filled;
            int64_t tied = scs_ones(of & plane[7]);
            stratum[0] += scs_ones(of) - tied;
            stratum[SCS_N_by_stratum] += tied;
            scs_count_all_and_bad(entry + SCS_group_citizens, entry + SCS_group_bad, of, bad);
            scs_count_all_and_bad(entry + SCS_group_low, entry + SCS_group_low_bad, of & low, bad);
            scs_count_all_and_bad(entry + SCS_group_fair_low, entry + SCS_group_fair_low_bad,
                                  of & fair_low, bad);
            if (!(listed | fair_listed))
                continue;
            scs_count_all_and_bad(entry + SCS_group_listed, entry + SCS_group_listed_bad,
                                  of & listed, bad);
            scs_count_all_and_bad(entry + SCS_group_fair_listed, entry + SCS_group_fair_listed_bad,
                                  of & fair_listed, bad);
        }
    }
}

/* Write how many of `n_cuts` cuts each of n scores is above. */
static inline void scs_count_cuts(int32_t *restrict grade, const int32_t *restrict score,
                                  const int32_t *cut, int n_cuts, int64_t n)
{
    for (int64_t j = 0; j < n; j++) {
        int32_t reached = 0;
#pragma GCC unroll 7
        for (int k = 0; k < n_cuts; k++)
            reached += score[j] > cut[k];
        grade[j] = reached;
    }
}

/* Write the grades of n scores, each the number of cuts that it reaches; the number of cuts is
 * a constant of each loop, so that vectors hold the cuts. */
static inline void scs_grades(const scs_rules_t *r, int32_t *restrict grade,
                              const int32_t *restrict score, int64_t n)
{
    int32_t cut[7];
    for (int64_t k = 0; k < r->n_cuts; k++)
        cut[k] = (int32_t)r->cuts[k] - 1; /* vectors compare by "greater" alone */
    switch (r->n_cuts) {
    case 0: scs_count_cuts(grade, score, cut, 0, n); break;
    case 1: scs_count_cuts(grade, score, cut, 1, n); break;
    case 2: scs_count_cuts(grade, score, cut, 2, n); break;
    case 3: scs_count_cuts(grade, score, cut, 3, n); break;
    case 4: scs_count_cuts(grade, score, cut, 4, n); break;
    case 5: scs_count_cuts(grade, score, cut, 5, n); break;
    case 6: scs_count_cuts(grade, score, cut, 6, n); break;
    case 7: scs_count_cuts(grade, score, cut, 7, n); break;
    }
}

enum { SCS_TALLIED = 256 }; /* citizens whose scores are summed in 32 bits */

/* Return whether 32 bits hold the sum of 256 scores less their floor. Points are within
 * +-30,000 (scsfast/model/parameters.py), in 1/256: 256 x 60,000 x 256 < 2^32. */
static inline int scs_tally_fits(int64_t floor, int64_t ceiling)
{ return SCS_TALLIED * (ceiling - floor) <= UINT32_MAX; }

/* Return how many of n citizens are summed next. */
static inline int64_t scs_tallied(int64_t n)
{ return n < SCS_TALLIED ? n : SCS_TALLIED; }

/* Add up what at most SCS_TALLIED scores are above a floor, by group. */
static inline void scs_tally_groups(int64_t *total, const int32_t *restrict score,
                                    const uint8_t *restrict traits, int32_t floor, int64_t n)
{
    uint32_t first = 0, second = 0, third = 0, fourth = 0;
    for (int64_t j = 0; j < n; j++) {
        uint32_t above = (uint32_t)(score[j] - floor), group = traits[j] & SCS_GROUP;
        first += above & -(uint32_t)(group == 0);
        second += above & -(uint32_t)(group == 1);
        third += above & -(uint32_t)(group == 2);
        fourth += above;
    }
    total[0] += first;
    total[1] += second;
    total[2] += third;
    total[3] += fourth - first - second - third;
}

/* Add up what n scores are above a floor, by group. */
static inline void scs_sum_groups(int64_t *total, const int32_t *score, const uint8_t *traits,
                                  int32_t floor, int64_t n)
{
    for (int group = 0; group < SCS_N_GROUPS; group++)
        total[group] = 0;
    for (int64_t j = 0; j < n; j += SCS_TALLIED)
        scs_tally_groups(total, score + j, traits + j, floor, scs_tallied(n - j));
}

/* Return by how much two scores of at most SCS_TALLIED citizens differ in sum. */
static inline uint32_t scs_differ(const int32_t *restrict score,
                                  const int32_t *restrict fair_score, int64_t n)
{
    uint32_t total = 0;
    for (int64_t j = 0; j < n; j++)
        total += (uint32_t)(score[j] > fair_score[j] ? score[j] - fair_score[j]
                                                     : fair_score[j] - score[j]);
    return total;
}

/* Return by how much two scores of n citizens differ in sum. */
static inline int64_t scs_displacement(const int32_t *score, const int32_t *fair_score,
                                       int64_t n)
{
    int64_t total = 0;
    for (int64_t j = 0; j < n; j += SCS_TALLIED)
        total += scs_differ(score + j, fair_score + j, scs_tallied(n - j));
    return total;
}
#endif
