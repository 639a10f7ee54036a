/* 6 Prizes: who wins by which judge, and the counts of winners. */
#ifndef SCS_WINNERS_H
#define SCS_WINNERS_H
#include "scs_choices.h"
#include "scs_compact.h"
#include "scs_prizes.h"

_Static_assert(SCS_N_WON_BY == 1 << SCS_N_JUDGES, "winners are counted by sets of judges");

/* Note in bit `judge` of each of n applicants whether the judge gives it a prize. */
static inline void scs_note_wins(int32_t *restrict won, int judge, const uint16_t *restrict rank,
                                 const uint16_t *restrict lot, const uint32_t *restrict who,
                                 scs_cut_t cut, int n)
{
    for (int k = 0; k < n; k++)
        won[k] |= scs_wins(rank[k], lot[k], who[k], cut) << judge;
}

/* The same by a yardstick of one byte. */
static inline void scs_note_byte_wins(int32_t *restrict won, int judge,
                                      const uint8_t *restrict rank,
                                      const uint16_t *restrict lot,
                                      const uint32_t *restrict who, scs_cut_t cut, int n)
{
    for (int k = 0; k < n; k++)
        won[k] |= scs_wins(rank[k], lot[k], who[k], cut) << judge;
}

/* Note by which judges each applicant of a tile wins a kind of prize, and list those who win by
 * any in `list`; return how many these are. `cut` is by judge. */
static inline int scs_list_winners(const scs_model_t *restrict m, scs_tile_t *restrict t,
                                   int64_t kind, const scs_cut_t *cut)
{
    const int64_t a = t->start;
    const uint16_t *lot = m->state.lot[kind] + a;
    const int applied = m->applied[kind][t->number], filled = scs_whole_vectors(applied);
    const int n = filled <= t->n ? filled : applied; /* what is past the applicants is stale */
    for (int k = 0; k < n; k++) {
        t->few[k] = (uint32_t)a + m->applicant[kind][a + k];
        t->won[k] = 0;
    }
    for (int judge = 0; judge < SCS_N_RANKS; judge++)
        scs_note_wins(t->won, judge, m->ranks[kind][judge] + a, lot, t->few, cut[judge], n);
    scs_note_byte_wins(t->won, SCS_QUALITY_ALONE, m->asked_quality[kind] + a, lot, t->few,
                       cut[SCS_QUALITY_ALONE], n);
    scs_note_byte_wins(t->won, SCS_NEED_ALONE, m->asked_need[kind] + a, lot, t->few,
                       cut[SCS_NEED_ALONE], n);
    for (int k = 0; k < applied; k++)
        t->flag[k] = t->won[k] != 0;
    return scs_compact_flags(t->list, t->flag, applied);
}

/* Count applicant k of a tile, who wins a prize by at least one judge. */
static inline void scs_count_winner(const scs_model_t *m, const scs_tile_t *t, int k,
                                    int64_t kind, scs_row_t *row)
{
    const scs_state_t *s = &m->state;
    int64_t at = t->start + k, i = t->start + m->applicant[kind][at];
    int64_t value = m->ranks[kind][SCS_ORACLE][at] - 1, won_by = t->won[k];
    int won = (int)(won_by >> SCS_ACTUAL & 1), fair = (int)(won_by >> SCS_FAIR & 1);
    uint32_t ties = s->ties[i];
    scs_winners_t *entry = &row->winners[kind][scs_stratum(s->traits[i], ties)][won_by];
    entry->n += 1;
    entry->value += value;
    entry->quality += m->asked_quality[kind][at];
    entry->need += m->asked_need[kind][at];
    row->treated_wins[kind][m->treatment[kind][at]][won + 2 * fair] += 1;
    row->tied_wins[ties][s->tercile[s->quality[i]]][won + 2 * fair] += 1;
    row->prize_worth += won * (m->prizes[kind].value * value >> 16);
    row->by_prize[kind * SCS_N_by_prize + SCS_prizes_again] += won & (s->prizes[i] > 0);
}

/* Give citizen j, who has won, its prize. */
static inline void scs_win(const scs_model_t *m, scs_tile_t *t, int j, int64_t kind,
                           scs_row_t *row)
{
    const scs_state_t *s = &m->state;
    const scs_prize_t *p = &m->prizes[kind];
    int64_t i = t->start + j;
    int enrolled = (s->traits[i] & SCS_ENROLLED) != 0;
    if (p->learns) {
        row->bin_wins[kind][t->bin[j]] += enrolled;
        row->outside_wins[kind] += !enrolled;
    }
    s->prizes[i] += (t->tick >= m->rules.measured_from) & (s->prizes[i] < 65535);
    t->prize_value[j] += (int32_t)p->value;
    t->prize_wealth[j] += (int32_t)p->wealth;
}

/* Add winners of a kind of prize, of one stratum and by the same judges, to the tables. */
static inline void scs_flush_winners_of(const scs_row_t *row, int64_t kind, int stratum,
                                        int won_by, const scs_winners_t *of)
{
    int64_t *sums = row->by_prize + kind * SCS_N_by_prize;
    int64_t *entry = row->by_stratum + stratum * SCS_N_by_stratum;
    int64_t *group = row->by_group + stratum / 2 * SCS_N_by_group;
    const int won = won_by >> SCS_ACTUAL & 1, fair = won_by >> SCS_FAIR & 1;
    const int best = won_by >> SCS_QUALITY_ALONE & 1;
    sums[SCS_prizes] += won * of->n;
    sums[SCS_prizes_moved] += (won & !fair) * of->n;
    sums[SCS_prize_value] += won * of->value;
    sums[SCS_fair_prize_value] += fair * of->value;
    sums[SCS_oracle_prize_value] += (won_by >> SCS_ORACLE & 1) * of->value;
    sums[SCS_quality_prize_value] += best * of->value;
    sums[SCS_need_prize_value] += (won_by >> SCS_NEED_ALONE & 1) * of->value;
    sums[SCS_winners_quality] += won * of->quality;
    sums[SCS_winners_need] += won * of->need;
    entry[SCS_stratum_prizes] += won * of->n;
    entry[SCS_stratum_fair_prizes] += fair * of->n;
    entry[SCS_stratum_prizes_moved] += (won & !fair) * of->n;
    entry[SCS_stratum_prize_value] += won * of->value;
    entry[SCS_stratum_quality_prizes] += best * of->n;
    entry[SCS_stratum_quality_prize_value] += best * of->value;
    entry[SCS_stratum_winners_quality] += won * of->quality;
    entry[SCS_stratum_winners_need] += won * of->need;
    group[SCS_group_prizes] += won * of->n;
    group[SCS_group_fair_prizes] += fair * of->n;
}

/* Add the winners whom leaders favour and oppose to the table of a kind of prize. */
static inline void scs_flush_treated(const scs_row_t *row, int64_t kind)
{
    int64_t *sums = row->by_prize + kind * SCS_N_by_prize;
    const int64_t *favoured = row->treated_wins[kind][SCS_FAVOURED];
    const int64_t *opposed = row->treated_wins[kind][SCS_OPPOSED];
    sums[SCS_favoured_prizes] += favoured[1] + favoured[3];
    sums[SCS_favoured_fair_prizes] += favoured[2] + favoured[3];
    sums[SCS_opposed_prizes] += opposed[1] + opposed[3];
    sums[SCS_opposed_fair_prizes] += opposed[2] + opposed[3];
}

/* Add the winners with a set of ties to the table by tie. */
static inline void scs_flush_tied(const scs_row_t *row, uint32_t ties, int tercile)
{
    const int64_t *of = row->tied_wins[ties][tercile];
    uint32_t all = ties | 1u << SCS_TIE_ALL | (ties ? 1u << SCS_TIE_ANY : 0);
    for (; all; all &= all - 1) {
        int64_t at = __builtin_ctz(all) * SCS_N_TERCILES + tercile;
        row->by_tie[at * SCS_N_by_tie + SCS_connected_prizes] += of[1] + of[3];
        row->by_tie[at * SCS_N_by_tie + SCS_connected_fair_prizes] += of[2] + of[3];
    }
}

/* Turn a thread's counts of winners into the columns of their tables, and reset them. */
static inline void scs_flush_winners(const scs_model_t *m, scs_row_t *row)
{
    for (int64_t kind = 0; kind < m->rules.n_prizes; kind++) {
        for (int stratum = 0; stratum < SCS_N_STRATA; stratum++)
            for (int by = 0; by < SCS_N_WON_BY; by++)
                if (row->winners[kind][stratum][by].n)
                    scs_flush_winners_of(row, kind, stratum, by,
                                         &row->winners[kind][stratum][by]);
        scs_flush_treated(row, kind);
    }
    for (uint32_t ties = 0; ties < 1u << m->rules.n_levels; ties++)
        for (int tercile = 0; tercile < SCS_N_TERCILES; tercile++)
            scs_flush_tied(row, ties, tercile);
    row->sums[SCS_prize_worth] += row->prize_worth;
    row->sums[SCS_welfare] += row->prize_worth;
    memset(row->winners, 0, (size_t)m->rules.n_prizes * sizeof row->winners[0]);
    memset(row->treated_wins, 0, sizeof row->treated_wins);
    memset(row->tied_wins, 0, sizeof row->tied_wins[0] << m->rules.n_levels);
    row->prize_worth = 0;
}
#endif
