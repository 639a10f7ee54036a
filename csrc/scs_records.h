/* 3 Records: reports on a citizen, and how leaders change them. */
#ifndef SCS_RECORDS_H
#define SCS_RECORDS_H
#include "scs_appeals.h"
#include "scs_draws.h"
#include "scs_fixed.h"
#include "scs_orders.h"
#include "scs_structs.h"

/* Return 0 for a record lost on the way up, -1 for one reversed, else 1. */
static inline int64_t scs_clerk(const scs_rules_t *r, uint32_t draw, const scs_row_t *row)
{
    int lost = draw < r->lost, reversed = !lost && draw < r->reversed;
    row->sums[SCS_records_lost] += lost;
    row->sums[SCS_records_reversed] += reversed;
    return lost ? 0 : reversed ? -1 : 1;
}

/* Return the level that suppresses a negative record of a citizen, or -1. */
static inline int scs_suppressed_at(const scs_rules_t *r, const scs_tile_t *t, uint32_t ties,
                                    int human, uint32_t draw)
{
    const int32_t *table = human ? t->unsuppressed : t->unsuppressed_automatic;
    if ((int64_t)draw >= 65536 - table[ties])
        return -1;
    int level = human ? 0 : (int)r->deciding;
    for (; level < r->deciding; level++)
        if ((int64_t)draw < 65536 - table[ties & ((2u << level) - 1)])
            break;
    return level;
}

/* Return the level that suppresses a negative record to look better, or -1. */
static inline int scs_hushed_at(const scs_rules_t *r, const scs_tile_t *t, int human,
                                uint32_t draw, const scs_row_t *row)
{
    int64_t kept = 65536;
    for (int level = human ? 0 : (int)r->deciding; level <= r->deciding; level++) {
        kept = kept * (65536 - t->hush[level]) >> 16;
        if ((int64_t)draw >= 65536 - kept)
            continue;
        row->by_level[level * SCS_N_by_level + SCS_hushed]++;
        return level;
    }
    return -1;
}

/* Move a history towards kept or broken by one recorded commitment. */
static inline void scs_update_history(const scs_rules_t *r, uint16_t *history, int kept)
{
    if (r->has_parts)
        *history = (uint16_t)(*history + scs_toward_zero_16((kept ? SCS_FULL : 0) - *history,
                                                            (uint32_t)r->record_weight));
}

/* Enter a record that arrives (sign 1) or arrives reversed (-1) into the fair history, list
 * and grade rules of citizen j, or into the actual ones. */
static inline void scs_enter(const scs_model_t *m, scs_tile_t *t, int j,
                             const scs_act_t *act, int64_t sign, int judge)
{
    const scs_state_t *s = &m->state;
    const int fair = judge == SCS_FAIR;
    int32_t *limit = fair ? t->fair_limit : t->limit;
    if (sign == 0)
        return;
    scs_update_history(&m->rules, (fair ? s->fair_history : s->history) + t->start + j,
               act->positive == (sign > 0));
    if (sign < 0)
        return;
    (fair ? t->fair_violated : t->violated)[j] |= (int16_t)!act->positive;
    (fair ? t->fair_severe : t->severe)[j] |= (uint8_t)act->lists;
    limit[j] = act->limit < limit[j] ? (int32_t)act->limit : limit[j];
}

/* Put points and marks, see scs_appeals.h, into effect for citizen j. One who has left the
 * regime since has no score that points or a grade could move, and is not listed. */
static inline void scs_apply(const scs_model_t *m, scs_tile_t *t, int j, int32_t points,
                             uint32_t marks)
{
    const scs_rules_t *r = &m->rules;
    int64_t i = t->start + j;
    uint32_t grade = marks >> SCS_TO_GRADE;
    t->violated[j] |= (marks & SCS_VIOLATED) != 0;
    t->taken_off[j] |= (marks & SCS_TAKEN_OFF) != 0;
    if (m->state.traits[i] & SCS_ENROLLED) {
        t->points[j] += points;
        t->severe[j] |= (marks & SCS_LISTS) != 0;
        if (grade && r->cuts[grade - 1] - 1 < t->limit[j])
            t->limit[j] = (int32_t)r->cuts[grade - 1] - 1;
    }
    if (marks & SCS_BROKEN)
        scs_update_history(r, m->state.history + i, 0);
    if (marks & SCS_KEPT)
        scs_update_history(r, m->state.history + i, 1);
}

/* Put into effect the reversals that are due for citizen j. */
static inline void scs_decide(const scs_model_t *m, scs_tile_t *t, int j, int64_t slot)
{
    int64_t i = t->start + j;
    int32_t points = m->state.remedy_points[slot][i];
    uint32_t marks = m->state.remedy_marks[slot][i];
    m->state.remedy_points[slot][i] = 0;
    m->state.remedy_marks[slot][i] = 0;
    scs_apply(m, t, j, points, marks);
}

/* Return the namesake of citizen i of a tile in its tick: an involution of the village. */
static inline int64_t scs_namesake(const scs_model_t *m, const scs_tile_t *t, int64_t i)
{
    int64_t start = t->village_start, size = t->village_size;
    int64_t turn = (int64_t)scs_draw_namesake(m, 0, t->tick) * size >> 32;
    return start + (turn + size - (i - start)) % size;
}

/* Return whether a clerk enters an arriving record of citizen j for its namesake; a citizen
 * may be its own namesake. */
static inline int scs_is_misfiled(const scs_model_t *m, const scs_tile_t *t, int j,
                                  const scs_act_t *act, int64_t sign, int is_offence)
{
    if (!(m->rules.misfiled && act->human && sign))
        return 0;
    uint32_t draw = is_offence ? scs_draw_misfiled_offence(m, t->who[j], t->tick)
                               : scs_draw_misfiled_deed(m, t->who[j], t->tick);
    return draw < m->rules.misfiled && scs_namesake(m, t, t->who[j]) != t->who[j];
}

/* Let the record of an act of citizen j wait for its namesake, to whom nobody else writes. */
static inline void scs_misfile(const scs_model_t *m, const scs_tile_t *t, int j,
                               const scs_act_t *act, int64_t sign, int64_t points, int judge)
{
    const scs_state_t *s = &m->state;
    int64_t other = scs_namesake(m, t, t->who[j]), slot = t->tick & 1;
    uint32_t marks = act->positive ? sign > 0 ? SCS_KEPT : SCS_BROKEN
                                   : scs_remedy_of_act(&m->rules, act, sign).marks;
    uint8_t *before = (judge == SCS_FAIR ? s->fair_misfiled_marks : s->misfiled_marks)[slot];
    (judge == SCS_FAIR ? s->fair_misfiled_points : s->misfiled_points)[slot][other] +=
        (int32_t)points;
    before[other] = (uint8_t)scs_joined(before[other], marks);
}

/* Put the entries waiting for citizen j into effect by fair scores. */
static inline void scs_apply_fairly(const scs_model_t *m, scs_tile_t *t, int j, int32_t points,
                                    uint32_t marks)
{
    const scs_rules_t *r = &m->rules;
    uint16_t *history = m->state.fair_history + t->start + j;
    uint32_t grade = marks >> SCS_TO_GRADE;
    t->fair_points[j] += points;
    t->fair_violated[j] |= (marks & SCS_VIOLATED) != 0;
    t->fair_severe[j] |= (marks & SCS_LISTS) != 0;
    if (grade && r->cuts[grade - 1] - 1 < t->fair_limit[j])
        t->fair_limit[j] = (int32_t)r->cuts[grade - 1] - 1;
    if (marks & SCS_BROKEN)
        scs_update_history(r, history, 0);
    if (marks & SCS_KEPT)
        scs_update_history(r, history, 1);
}

/* Enter the misfiled records of citizen j's namesake of the last tick; a citizen without a
 * score has none. */
static inline void scs_land(const scs_model_t *m, scs_tile_t *t, int j, const scs_row_t *row)
{
    const scs_state_t *s = &m->state;
    int64_t i = t->start + j, slot = (t->tick + 1) & 1;
    int32_t points = s->misfiled_points[slot][i], fair = s->fair_misfiled_points[slot][i];
    uint32_t marks = s->misfiled_marks[slot][i], fair_marks = s->fair_misfiled_marks[slot][i];
    s->misfiled_points[slot][i] = s->fair_misfiled_points[slot][i] = 0;
    s->misfiled_marks[slot][i] = s->fair_misfiled_marks[slot][i] = 0;
    if (!(s->traits[i] & SCS_ENROLLED))
        return;
    row->sums[SCS_wronged] += points || marks;
    scs_apply(m, t, j, points, marks);
    scs_apply_fairly(m, t, j, fair, fair_marks);
}

/* Enter an invented negative record against citizen j. */
static inline void scs_invent(const scs_model_t *m, scs_tile_t *t, int j, int64_t points)
{
    const scs_rules_t *r = &m->rules;
    t->points[j] -= r->scored ? (int32_t)points : 0;
    t->violated[j] = 1;
    t->severe[j] |= (uint8_t)r->list_framed;
    scs_update_history(r, m->state.history + t->start + j, 0);
}

/* Count a record that a level suppressed, and let it be contested. */
static inline void scs_count_suppressed(const scs_model_t *m, const scs_tile_t *t, int j,
                                        int level, const scs_row_t *row)
{
    row->by_level[level * SCS_N_by_level + SCS_suppressed]++;
    if (level == m->rules.deciding && t->ordered[j])
        row->by_level[t->word_from[j] * SCS_N_by_level + SCS_ordered_suppressed]++;
}

/* Answer an observed act of defiance with an invented record, unless by a client. */
static inline void scs_retaliate(const scs_model_t *m, scs_tile_t *t, int j, uint32_t draw,
                                 const scs_row_t *row)
{
    const scs_rules_t *r = &m->rules;
    uint32_t ties = scs_ties(t, j);
    if (!(r->recorded && m->state.traits[t->start + j] & SCS_ENROLLED))
        return;
    if ((int64_t)draw >= 65536 - t->unanswered[ties])
        return;
    int64_t level = 0, kept = 65536;
    for (; level < r->deciding; level++) {
        if (t->manipulates >> level & 1 & ~(ties >> level))
            kept = kept * (65536 - r->retaliate[level]) >> 16;
        if ((int64_t)draw < 65536 - kept)
            break;
    }
    row->by_level[level * SCS_N_by_level + SCS_retaliated]++;
    scs_invent(m, t, j, r->retaliate_points[level]);
    if (r->appeals)
        scs_contest(m, t, j, SCS_RETALIATED, level,
                    scs_remedy_of_invented(r, r->retaliate_points[level]),
                    scs_draw_appeal_retaliated(m, t->who[j], t->tick), row);
}

/* Pass the record of an observed act up; `suppress` < 0 for deeds, else its draw.
 * Return whether a leader suppressed it. */
static inline int scs_report(const scs_model_t *m, scs_tile_t *t, int j, const scs_act_t *act,
                             uint32_t clerk, int32_t suppress, const scs_row_t *row)
{
    const scs_rules_t *r = &m->rules;
    uint32_t ties = scs_ties(t, j), traits = t->views[j];
    if (!act->scored || !(traits & SCS_ENROLLED))
        return 0;
    row->sums[SCS_records_handled] += act->human ? r->deciding + 1 : 1;
    int64_t sign = act->human ? scs_clerk(r, clerk, row) : 1;
    int is_misfiled = scs_is_misfiled(m, t, j, act, sign, suppress >= 0);
    if (is_misfiled) {
        scs_misfile(m, t, j, act, sign, sign * act->points, SCS_FAIR);
    } else {
        t->fair_points[j] += (int32_t)(sign * act->points);
        t->repaired[j] |= (uint8_t)(act->positive && sign > 0);
        scs_enter(m, t, j, act, sign, SCS_FAIR);
    }
    if (suppress >= 0) {
        int level = scs_suppressed_at(r, t, ties, (int)act->human, (uint32_t)suppress);
        if (level < 0 && r->hushes)
            level = scs_hushed_at(r, t, (int)act->human,
                                  scs_draw_hush_offence(m, t->who[j], t->tick), row);
        if (level >= 0) {
            scs_count_suppressed(m, t, j, level, row);
            if (r->appeals)
                scs_contest(m, t, j, SCS_SUPPRESSED, level, scs_remedy_of_act(r, act, sign),
                            scs_draw_appeal_offence(m, t->who[j], t->tick), row);
            return 1;
        }
    }
    int manipulates = scs_manipulates(t, j) >> r->deciding & 1;
    int tied = ties >> r->deciding & 1; /* no branches: many would be mispredicted */
    int kind = tied + 2 * (!tied & ((traits & SCS_DISSENTER) != 0));
    int64_t *level = row->by_level + r->deciding * SCS_N_by_level;
    level[SCS_bent] += manipulates && act->dealt[3 + kind] != act->dealt[3];
    level[SCS_weighted] += manipulates && act->dealt[3] != act->dealt[0];
    int64_t points = sign * act->dealt[3 * manipulates + kind];
    if (is_misfiled) {
        row->sums[SCS_records_misfiled]++;
        scs_misfile(m, t, j, act, sign, points, SCS_ACTUAL);
        return 0;
    }
    t->points[j] += (int32_t)points;
    scs_enter(m, t, j, act, sign, SCS_ACTUAL);
    return 0;
}

/* Record the conduct of citizen j in an observed meeting as the norm judges it. */
static inline void scs_judge(const scs_model_t *m, scs_tile_t *t, int j, int k,
                             const scs_row_t *row)
{
    const scs_rules_t *r = &m->rules;
    const scs_state_t *s = &m->state;
    int64_t i = t->start + j;
    uint32_t partner = t->other_word[j];
    uint32_t ties = scs_ties(t, j);
    int breached = !t->kept[j];
    const int64_t *norm = r->norm + 4 * (s->traits[i] & SCS_GROUP);
    int is_right = scs_draw_meeting_seen(t, j) < r->meeting_right;
    int praised = (norm[(partner & SCS_GOOD ? 0 : 2) + breached] > 0) == is_right;
    int fairly = (norm[(partner & SCS_FAIR_GOOD ? 0 : 2) + breached] > 0) == is_right;
    row->sums[SCS_meetings_recorded]++;
    row->sums[SCS_meetings_misjudged] += !is_right;
    row->sums[SCS_records_handled] += r->deciding + 1;
    int64_t sign = scs_clerk(r, scs_draw_meeting_clerk(t, k), row);
    t->fair_points[j] += (int32_t)(sign * (fairly ? r->meeting_plus : -r->meeting_minus));
    if (sign)
        scs_update_history(r, s->fair_history + i, fairly == (sign > 0));
    int level = praised ? -1
                        : scs_suppressed_at(r, t, ties, 1, scs_draw_meeting_suppress(t, k));
    if (level < 0 && r->hushes && !praised)
        level = scs_hushed_at(r, t, 1, scs_draw_hush_meeting(m, t->who[j], t->tick), row);
    if (level >= 0) {
        scs_count_suppressed(m, t, j, level, row);
        if (r->appeals)
            scs_contest(m, t, j, SCS_SUPPRESSED, level, scs_remedy_of_meeting(r, sign),
                        scs_draw_appeal_meeting(m, t->who[j], t->tick), row);
        return;
    }
    int64_t honest = praised ? r->meeting_plus : r->meeting_minus;
    int64_t dealt = scs_manipulates(t, j) >> r->deciding & 1 ? r->meeting_dealt[!praised] : honest;
    row->by_level[r->deciding * SCS_N_by_level + SCS_weighted] += dealt != honest;
    t->points[j] += (int32_t)(sign * (praised ? dealt : -dealt));
    if (sign)
        scs_update_history(r, s->history + i, praised == (sign > 0));
}

/* Return the first level of `levels` at which the added-up rates pass the draw, or -1. */
static inline int scs_first_below(uint32_t draw, uint32_t levels, const int64_t *rate)
{
    int64_t total = 0;
    for (int level = 0; levels >> level; level++) {
        total += levels >> level & 1 ? rate[level] : 0;
        if (draw < total)
            return level;
    }
    return -1;
}

/* Enter extra records: leaders credit their clients and frame dissenters. */
static inline void scs_favour_or_frame(const scs_model_t *m, scs_tile_t *t, int j, int k,
                                       const scs_row_t *row)
{
    const scs_rules_t *r = &m->rules;
    int64_t i = t->start + j;
    uint32_t ties = scs_ties(t, j), traits = t->views[j];
    uint32_t levels = scs_manipulates(t, j) & ((2u << r->deciding) - 1);
    if (!(traits & SCS_ENROLLED))
        return;
    int level = scs_first_below(scs_draw_credit(t, k), levels & ties, r->credit_rate);
    if (level >= 0) {
        row->by_level[level * SCS_N_by_level + SCS_credited]++;
        t->points[j] += r->scored ? (int32_t)r->credit_points[level] : 0;
        t->taken_off[j] = 1;
        scs_update_history(r, m->state.history + i, 1);
        if (r->appeals)
            scs_contest(m, t, j, SCS_CREDITED, level, scs_remedy_of_credit(r, level),
                        scs_draw_appeal_credited(m, t->who[j], t->tick), row);
    }
    if (!(traits & SCS_DISSENTER))
        return;
    level = scs_first_below(scs_draw_frame(t, k), levels & ~ties, r->frame_rate);
    if (level >= 0) {
        row->by_level[level * SCS_N_by_level + SCS_framed]++;
        scs_invent(m, t, j, r->frame_points[level]);
        if (r->appeals)
            scs_contest(m, t, j, SCS_FRAMED, level,
                        scs_remedy_of_invented(r, r->frame_points[level]),
                        scs_draw_appeal_framed(m, t->who[j], t->tick), row);
    }
}

/* Offer points to a client or rich citizen below a cut, who pays if it can. */
static inline void scs_sell(const scs_model_t *m, scs_tile_t *t, int j, int k,
                            const scs_row_t *row)
{
    const scs_rules_t *r = &m->rules;
    const scs_state_t *s = &m->state;
    int64_t i = t->start + j;
    uint32_t levels = scs_manipulates(t, j) & ((2u << r->deciding) - 1), selling = 0;
    uint32_t ties = scs_ties(t, j);
    if (!(s->traits[i] & SCS_ENROLLED))
        return;
    for (int level = 0; levels >> level; level++)
        if (ties >> level & 1 || s->means[i] >= r->rich_from[level])
            selling |= levels & 1u << level;
    int at = scs_first_below(scs_draw_sale(t, k), selling, r->sale_rate);
    if (at < 0 || s->wealth[i] < r->sale_price[at])
        return;
    int below = r->listing && s->listed[i];
    int64_t score = s->score[i], points = r->sale_points[at];
    for (int64_t cut = 0; cut < r->n_sale_cuts; cut++)
        below |= score < r->sale_cuts[cut] && r->sale_cuts[cut] <= score + points;
    if (!below)
        return;
    row->by_level[at * SCS_N_by_level + SCS_sold]++;
    s->traits[i] |= SCS_BOUGHT;
    t->gain[j] -= (int32_t)r->sale_price[at];
    t->points[j] += r->scored ? (int32_t)points : 0;
    t->taken_off[j] = 1;
}
#endif
