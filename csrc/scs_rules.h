/* The rules of one citizen in one tick: what it does, what is recorded, how it settles.
 * Every function computes one citizen (entry j of a tile) or one draw. The words are
 * those of scsfast/model/reference/reference.py, which gives the same bits. */
#ifndef SCS_RULES_H
#define SCS_RULES_H
#include "scs_exp.h"
#include "scs_model.h"
#include "scs_philox.h"

static inline int64_t scs_clamp(int64_t x, int64_t low, int64_t high)
{ return x < low ? low : x > high ? high : x; }

/* Return x * rate / 65536 truncated toward zero, for 0 <= rate <= 65536
 * and x above INT32_MIN. */
static inline int32_t scs_toward_zero(int32_t x, uint32_t rate)
{
    int32_t sign = x >> 31;
    uint32_t size = (uint32_t)((x ^ sign) - sign);
    int32_t part = (int32_t)((size >> 16) * rate + ((size & 0xFFFF) * rate >> 16));
    return (part ^ sign) - sign;
}

/* Return E(x) as a 16-bit chance, x in steps of 1/256. */
static inline int32_t scs_chance(int64_t x)
{ return scs_exp_table[scs_clamp(x, 0, SCS_EXP_END)]; }

/* Note how many of n rising bounds a draw has reached by its top bits; return what to shift
 * off a draw, which is below the last bound, so that 8 bits are left. */
static inline int scs_index_bounds(uint16_t *first, const int64_t *until, int n)
{
    int64_t last = n ? until[n - 1] - 1 : 0;
    int shift = 0, reached = 0;
    while (last >> shift > 255)
        shift++;
    for (int top = 0; top < 256; top++) {
        while (reached < n && until[reached] <= (int64_t)top << shift)
            reached++;
        first[top] = (uint16_t)reached;
    }
    return shift;
}

/* Return which act is drawn: how many cumulative bounds the draw, which is below the last,
 * has reached; `first` says how many of them what is left of it after a shift has. */
static inline uint16_t scs_pick(const int64_t *until, const uint16_t *first, int shift,
                                uint32_t draw)
{
    uint16_t kind = first[draw >> shift];
    while (draw >= until[kind])
        kind++;
    return kind;
}

/* Return the number of the grade of a score, the lowest is 0. */
static inline int scs_grade(const scs_rules_t *r, int32_t score)
{
    int grade = 0;
    for (int64_t k = 0; k < r->n_cuts; k++)
        grade += score >= r->cuts[k];
    return grade;
}

/* Return B(score): the mean prize a tick, linear between bin centres. */
static inline int64_t scs_value_of(const scs_rules_t *r, const int64_t *belief, int64_t score)
{
    int64_t position = ((score - r->floor) * r->bin_factor >> 24) - 128;
    position = scs_clamp(position, 0, 127 * 256);
    int64_t k = position >> 8, above = k < 127 ? k + 1 : 127;
    return belief[k] + ((belief[above] - belief[k]) * (position & 255) >> 8);
}

/* Return by how much a record of an act would change what citizen i expects of one kind of
 * prize a tick. */
static inline int64_t scs_expected(const scs_model_t *m, int64_t i, const scs_act_t *act,
                                   int64_t moved, int64_t kind)
{
    const scs_rules_t *r = &m->rules;
    const int64_t *belief = m->state.belief[kind];
    int32_t score = m->state.score[i];
    switch (m->prizes[kind].bins) {
    case SCS_BINS_SCORE:
        return scs_value_of(r, belief, moved) - scs_value_of(r, belief, score);
    case SCS_BINS_GRADE:
        return belief[scs_grade(r, (int32_t)moved)] - belief[scs_grade(r, score)];
    case SCS_BINS_LIST:
        return act->lists && !m->state.listed[i] ? belief[1] - belief[0] : 0;
    default:
        return 0;
    }
}

/* Return the points of target that a record's mark in the history is good for, by the
 * honest rules: the fair history, the index's own weights, the fair fit. */
static inline int64_t scs_foreseen(const scs_model_t *m, int64_t i, const scs_act_t *act)
{
    const scs_rules_t *r = &m->rules;
    if (!r->has_parts)
        return 0;
    int64_t marked = scs_toward_zero((act->positive ? SCS_FULL : 0) - m->state.fair_history[i],
                                     (uint32_t)r->record_weight);
    int64_t span = r->ceiling - r->floor;
    if (r->scorer == SCS_INDEX)
        return (r->weights[0] * marked >> 16) * span >> 16;
    int64_t weight = m->state.fits[1 + SCS_N_FEATURES + 1 + 1]; /* the fair fit's, of history */
    return scs_clamp(-weight * (marked >> 8) >> 16, -span, span);
}

/* Return what a record of an act is worth to citizen i: money, signed. */
static inline int64_t scs_worth(const scs_model_t *m, int64_t i, const scs_act_t *act)
{
    const scs_rules_t *r = &m->rules;
    const int both = SCS_AWARE | SCS_ENROLLED;
    if ((m->state.traits[i] & both) != both)
        return 0;
    int64_t points = act->points + scs_foreseen(m, i, act);
    int64_t difference = r->slope * points >> 16;
    if (!r->sloped) {
        int64_t moved = m->state.score[i] + points;
        moved = scs_clamp(moved < act->limit ? moved : act->limit, r->floor, r->ceiling);
        difference = 0;
        for (int64_t kind = 0; kind < r->n_prizes; kind++)
            difference += scs_expected(m, i, act, moved, kind);
    }
    int64_t size = r->foresight * (difference < 0 ? -difference : difference) >> 24;
    return difference < 0 ? -size : size;
}

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

/* Move a history towards kept or broken by one recorded commitment. */
static inline void scs_commit(const scs_rules_t *r, uint16_t *history, int kept)
{
    if (r->has_parts)
        *history = (uint16_t)(*history + scs_toward_zero((kept ? SCS_FULL : 0) - *history,
                                                         (uint32_t)r->record_weight));
}

/* Enter a record that arrives (sign 1) or arrives reversed (-1) into the fair history, list
 * and grade rules of citizen j, or into the actual ones. */
static inline void scs_enter(const scs_model_t *m, scs_tile_t *t, int j,
                             const scs_act_t *act, int64_t sign, int fair)
{
    const scs_state_t *s = &m->state;
    int32_t *limit = fair ? t->fair_limit : t->limit;
    if (sign == 0)
        return;
    scs_commit(&m->rules, (fair ? s->fair_history : s->history) + t->start + j,
               act->positive == (sign > 0));
    if (sign < 0)
        return;
    (fair ? t->fair_violated : t->violated)[j] |= (int16_t)!act->positive;
    (fair ? t->fair_severe : t->severe)[j] |= (uint8_t)act->lists;
    limit[j] = act->limit < limit[j] ? (int32_t)act->limit : limit[j];
}

/* Enter an invented negative record against citizen j. */
static inline void scs_invent(const scs_model_t *m, scs_tile_t *t, int j, int64_t points)
{
    const scs_rules_t *r = &m->rules;
    t->points[j] -= r->scored ? (int32_t)points : 0;
    t->violated[j] = 1;
    t->severe[j] |= (uint8_t)r->list_framed;
    scs_commit(r, m->state.history + t->start + j, 0);
}

/* Answer an observed act of defiance with an invented record, unless by a client. */
static inline void scs_retaliate(const scs_model_t *m, scs_tile_t *t, int j, uint32_t draw,
                                 const scs_row_t *row)
{
    const scs_rules_t *r = &m->rules;
    uint32_t ties = m->state.ties[t->start + j];
    if (!(r->recorded && m->state.traits[t->start + j] & SCS_ENROLLED))
        return;
    if ((int64_t)draw >= 65536 - t->unanswered[ties])
        return;
    int64_t level = 0, kept = 65536;
    for (; level < r->deciding; level++) {
        if (t->bends >> level & 1 & ~(ties >> level))
            kept = kept * (65536 - r->retaliate[level]) >> 16;
        if ((int64_t)draw < 65536 - kept)
            break;
    }
    row->by_level[level * SCS_N_by_level + SCS_retaliated]++;
    scs_invent(m, t, j, r->retaliate_points[level]);
}

/* Pass the record of an observed act up; `suppress` < 0 for deeds, else its draw.
 * Return whether a leader suppressed it. */
static inline int scs_report(const scs_model_t *m, scs_tile_t *t, int j, const scs_act_t *act,
                             uint32_t clerk, int32_t suppress, const scs_row_t *row)
{
    const scs_rules_t *r = &m->rules;
    int64_t i = t->start + j;
    uint32_t ties = m->state.ties[i], traits = m->state.traits[i];
    if (!act->scored || !(traits & SCS_ENROLLED))
        return 0;
    int64_t sign = act->human ? scs_clerk(r, clerk, row) : 1;
    t->fair_points[j] += (int32_t)(sign * act->points);
    scs_enter(m, t, j, act, sign, 1);
    if (suppress >= 0) {
        int level = scs_suppressed_at(r, t, ties, (int)act->human, (uint32_t)suppress);
        if (level >= 0) {
            row->by_level[level * SCS_N_by_level + SCS_suppressed]++;
            return 1;
        }
    }
    int bends = t->bends >> r->deciding & 1;
    int kind = ties >> r->deciding & 1 ? 1 : traits & SCS_DISSENTER ? 2 : 0;
    int64_t *level = row->by_level + r->deciding * SCS_N_by_level;
    level[SCS_bent] += bends && act->dealt[3 + kind] != act->dealt[3];
    level[SCS_weighted] += bends && act->dealt[3] != act->dealt[0];
    t->points[j] += (int32_t)(sign * act->dealt[3 * bends + kind]);
    scs_enter(m, t, j, act, sign, 0);
    return 0;
}

/* What those of a tile who are offered acts do: four counts by domain and by group, 16 bits
 * each, and the social value. */
typedef struct {
    uint64_t domain[SCS_N_DOMAINS], group[SCS_N_GROUPS];
    int64_t value;
} scs_tally_t;

static inline uint64_t scs_four(int a, int b, int c, int d)
{ return (uint64_t)a | (uint64_t)b << 16 | (uint64_t)c << 32 | (uint64_t)d << 48; }

/* Add one of four counts by domain or by group to a column of its table. */
static inline void scs_add_up(int64_t *column, int width, const uint64_t *counts, int n, int k)
{
    for (int of = 0; of < n; of++)
        column[of * width] += (int64_t)(counts[of] >> 16 * k & 0xFFFF);
}

/* Offer the drawn negative act; commit it with P = E(cost / gain scale); say whether it is
 * committed and observed. */
static inline uint8_t scs_face_temptation(const scs_model_t *m, scs_tile_t *t, int j,
                                          scs_tally_t *tally)
{
    const scs_rules_t *r = &m->rules;
    const scs_act_t *act = m->offences + t->kind[j];
    int64_t i = t->start + j, loss = 0;
    uint32_t traits = m->state.traits[i], group = traits & SCS_GROUP;
    uint32_t draws = t->draw[SCS_ROW(SCS_OFFERS, 2)][j];
    int64_t seen = act->seen[group];
    if (r->suspicion != 256 && !(t->own_word[j] & SCS_GOOD)) {
        seen = seen * r->suspicion >> 8;
        seen = seen < 65536 ? seen : 65536;
    }
    if (traits & SCS_AWARE && act->scored)
        loss = -scs_worth(m, i, act);
    int64_t feared = seen;
    if (r->clients_know && act->scored && traits & SCS_ENROLLED)
        feared = seen * (act->human ? t->unsuppressed : t->unsuppressed_automatic)[m->state.ties[i]] >> 16;
    int64_t cost = feared * ((loss > 0 ? loss : 0) + act->penalty) >> 16;
    cost += r->moral * m->state.quality[i] >> 8;
    int offered = act->only >> group & 1;
    int commits = offered
        & ((int64_t)SCS_LOW16(draws) < scs_chance(cost * act->inverse_scale >> 16));
    int observed = commits & (SCS_HIGH16(draws) < seen);
    tally->domain[act->domain] += scs_four(offered, commits, observed, 0);
    tally->group[group] += scs_four(commits, observed, 0, 0);
    tally->value += -(int64_t)commits & act->social_value;
    return (uint8_t)observed;
}

/* Fine and record an observed offence. */
static inline void scs_report_offence(const scs_model_t *m, scs_tile_t *t, int j,
                                      const scs_row_t *row)
{
    const scs_act_t *act = m->offences + t->kind[j];
    uint32_t reports = t->draw[SCS_ROW(SCS_REPORTS, 1)][j];
    t->gain[j] -= (int32_t)act->penalty;
    row->by_domain[act->domain * SCS_N_by_domain + SCS_violations_suppressed] += scs_report(
        m, t, j, act, SCS_HIGH16(reports), (int32_t)SCS_LOW16(reports), row);
    if (act->defies && m->rules.retaliates && t->bends)
        scs_retaliate(m, t, j, SCS_HIGH16(scs_philox_word(
            1, (uint32_t)(t->start + j), t->tick, m->replicate, SCS_DEALS, m->seed)), row);
}

static inline void scs_count_offences(const scs_row_t *row, const scs_tally_t *tally)
{
    static const int of_domain[] = {SCS_temptations, SCS_violations, SCS_violations_observed};
    static const int of_group[] = {SCS_group_violations, SCS_group_violations_observed};
    for (int k = 0; k < 3; k++)
        scs_add_up(row->by_domain + of_domain[k], SCS_N_by_domain, tally->domain,
                   SCS_N_DOMAINS, k);
    for (int k = 0; k < 2; k++)
        scs_add_up(row->by_group + of_group[k], SCS_N_by_group, tally->group, SCS_N_GROUPS, k);
    row->sums[SCS_social_value] += tally->value;
    row->sums[SCS_welfare] += tally->value;
}

/* Offer the drawn positive act: done, or faked, or left; say whether any is observed. */
static inline uint8_t scs_use_free_time(const scs_model_t *m, scs_tile_t *t, int j,
                                        scs_tally_t *tally)
{
    const scs_rules_t *r = &m->rules;
    const scs_state_t *s = &m->state;
    const scs_act_t *act = m->deeds + t->kind[j];
    int64_t i = t->start + j, gain = 0, fakes_below = 0;
    uint32_t traits = s->traits[i], group = traits & SCS_GROUP;
    uint32_t draws = t->draw[SCS_ROW(SCS_OFFERS, 3)][j];
    int64_t seen = act->seen[group];
    if (traits & SCS_AWARE && act->scored) {
        int64_t worth = scs_worth(m, i, act);
        gain = seen * (worth > 0 ? worth : 0) >> 16;
        fakes_below = 65536 - scs_chance((s->guile[i] * gain >> 8) * r->inverse_fake >> 16);
    }
    int64_t want = gain + (r->intrinsic * s->quality[i] >> 8);
    int offered = act->only >> group & 1;
    int willing = (int64_t)SCS_LOW16(draws) < 65536 - scs_chance(want * act->inverse_scale >> 16);
    int done = offered & willing & (s->wealth[i] >= act->price);
    uint32_t fakes = SCS_LOW16(t->draw[SCS_ROW(SCS_REPORTS, 0)][j]);
    int faked = offered & !done & ((int64_t)fakes < fakes_below);
    int observed = (done | faked) & (SCS_HIGH16(draws) < seen);
    tally->domain[act->domain] += scs_four(offered, done, faked, observed);
    tally->group[group] += scs_four(done, observed, 0, 0);
    tally->value += -(int64_t)done & act->social_value;
    t->gain[j] -= (int32_t)(-(int64_t)done & act->price);
    t->deed[j] = (uint8_t)(done & (act->scored != 0) & ((traits & SCS_ENROLLED) != 0));
    return (uint8_t)observed;
}

/* Record an observed deed. */
static inline void scs_report_deed(const scs_model_t *m, scs_tile_t *t, int j,
                                   const scs_row_t *row)
{
    uint32_t clerk = SCS_LOW16(t->draw[SCS_ROW(SCS_REPORTS, 2)][j]);
    scs_report(m, t, j, m->deeds + t->kind[j], clerk, -1, row);
}

static inline void scs_count_deeds(const scs_row_t *row, const scs_tally_t *tally)
{
    static const int of_domain[] = {SCS_occasions, SCS_deeds, SCS_deeds_faked,
                                    SCS_deeds_observed};
    static const int of_group[] = {SCS_group_deeds, SCS_group_deeds_observed};
    for (int k = 0; k < 4; k++)
        scs_add_up(row->by_domain + of_domain[k], SCS_N_by_domain, tally->domain,
                   SCS_N_DOMAINS, k);
    for (int k = 0; k < 2; k++)
        scs_add_up(row->by_group + of_group[k], SCS_N_by_group, tally->group, SCS_N_GROUPS, k);
    row->sums[SCS_social_value] += tally->value;
    row->sums[SCS_welfare] += tally->value;
}

/* Say whether someone keeps its word, from its own and its partner's published word. */
static inline int32_t scs_keeps(int32_t slip, int32_t publicity, uint32_t own,
                                uint32_t partner, uint32_t able, uint32_t knows)
{
    uint32_t strategy = own >> 16 & 3;
    int32_t bad_known = ((int32_t)knows < publicity) & !(partner & SCS_GOOD);
    int32_t means_to = (strategy == SCS_RELIABLE)
                       | ((strategy == SCS_DISCRIMINATOR) & !bad_known);
    int32_t slips = (slip * (256 - (int32_t)(own >> 24))) >> 8;
    return means_to & ((int32_t)able < 65536 - slips);
}

/* Record the conduct of citizen j in an observed meeting as the norm judges it. */
static inline void scs_judge(const scs_model_t *m, scs_tile_t *t, int j,
                             const scs_row_t *row)
{
    const scs_rules_t *r = &m->rules;
    const scs_state_t *s = &m->state;
    int64_t i = t->start + j;
    uint32_t partner = t->other_word[j];
    uint32_t ties = s->ties[i], draws = t->draw[SCS_ROW(SCS_REPORTS, 3)][j];
    int breached = !t->kept[j];
    int praised = r->norm[(partner & SCS_GOOD ? 0 : 2) + breached] > 0;
    int fairly = r->norm[(partner & SCS_FAIR_GOOD ? 0 : 2) + breached] > 0;
    row->sums[SCS_meetings_recorded]++;
    int64_t sign = scs_clerk(r, SCS_HIGH16(draws), row);
    t->fair_points[j] += (int32_t)(sign * (fairly ? r->meeting_plus : -r->meeting_minus));
    if (sign)
        scs_commit(r, s->fair_history + i, fairly == (sign > 0));
    int level = praised ? -1 : scs_suppressed_at(r, t, ties, 1, SCS_LOW16(draws));
    if (level >= 0) {
        row->by_level[level * SCS_N_by_level + SCS_suppressed]++;
        return;
    }
    int64_t honest = praised ? r->meeting_plus : r->meeting_minus;
    int64_t dealt = t->bends >> r->deciding & 1 ? r->meeting_dealt[!praised] : honest;
    row->by_level[r->deciding * SCS_N_by_level + SCS_weighted] += dealt != honest;
    t->points[j] += (int32_t)(sign * (praised ? dealt : -dealt));
    if (sign)
        scs_commit(r, s->history + i, praised == (sign > 0));
}

/* Return whether the learner copies, given both published words and the draw. */
static inline int scs_copies(const scs_rules_t *r, uint32_t own, uint32_t other, uint32_t draw)
{
    int64_t difference = (int64_t)(int16_t)(other & 0xFFFF) - (int16_t)(own & 0xFFFF);
    int64_t x = (difference < 0 ? -difference : difference) * r->selection >> 14;
    int64_t copies = ((int64_t)1 << 32) / (65536 + scs_chance(x));
    return (int64_t)draw < r->learning * (difference < 0 ? 65536 - copies : copies) >> 16;
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

/* Extra records: leaders credit their clients and frame dissenters. */
static inline void scs_favour_or_frame(const scs_model_t *m, scs_tile_t *t, int j,
                                       const scs_row_t *row)
{
    const scs_rules_t *r = &m->rules;
    int64_t i = t->start + j;
    uint32_t ties = m->state.ties[i], traits = m->state.traits[i];
    uint32_t levels = t->bends & ((2u << r->deciding) - 1);
    if (!(traits & SCS_ENROLLED))
        return;
    int level = scs_first_below(t->draw[SCS_ROW(SCS_LEADERSHIP, 0)][j], levels & ties,
                                r->credit_rate);
    if (level >= 0) {
        row->by_level[level * SCS_N_by_level + SCS_credited]++;
        t->points[j] += r->scored ? (int32_t)r->credit_points[level] : 0;
        t->taken_off[j] = 1;
        scs_commit(r, m->state.history + i, 1);
    }
    if (!(traits & SCS_DISSENTER))
        return;
    level = scs_first_below(t->draw[SCS_ROW(SCS_LEADERSHIP, 1)][j], levels & ~ties,
                            r->frame_rate);
    if (level >= 0) {
        row->by_level[level * SCS_N_by_level + SCS_framed]++;
        scs_invent(m, t, j, r->frame_points[level]);
    }
}

/* Offer points to a client or rich citizen below a cut, who pays if it can. */
static inline void scs_sell(const scs_model_t *m, scs_tile_t *t, int j, const scs_row_t *row)
{
    const scs_rules_t *r = &m->rules;
    const scs_state_t *s = &m->state;
    int64_t i = t->start + j;
    uint32_t levels = t->bends & ((2u << r->deciding) - 1), selling = 0;
    if (!(s->traits[i] & SCS_ENROLLED))
        return;
    for (int level = 0; levels >> level; level++)
        if (s->ties[i] >> level & 1 || s->means[i] >= r->rich_from[level])
            selling |= levels & 1u << level;
    int at = scs_first_below(t->draw[SCS_ROW(SCS_DEALS, 0)][j], selling, r->sale_rate);
    if (at < 0 || s->wealth[i] < r->sale_price[at])
        return;
    int below = r->listing && s->listed[i];
    int64_t score = s->score[i], points = r->sale_points[at];
    for (int64_t k = 0; k < r->n_sale_cuts; k++)
        below |= score < r->sale_cuts[k] && r->sale_cuts[k] <= score + points;
    if (!below)
        return;
    row->by_level[at * SCS_N_by_level + SCS_sold]++;
    t->gain[j] -= (int32_t)r->sale_price[at];
    t->points[j] += r->scored ? (int32_t)points : 0;
    t->taken_off[j] = 1;
}

/* Return the score after a share of the way to its goal, the points, and the clamp. */
static inline int32_t scs_move(const scs_rules_t *r, int32_t score, int32_t goal,
                               uint32_t rate, int32_t points, int32_t limit)
{
    int32_t moved = score + scs_toward_zero(goal - score, rate) + points;
    int32_t floor = (int32_t)r->floor, ceiling = (int32_t)r->ceiling;
    moved = moved > limit ? limit : moved;
    moved = moved < floor ? floor : moved;
    return moved > ceiling ? ceiling : moved;
}

/* Return the score of citizen i after a year's points expire, the tick's points are booked
 * in this year's cohort, and the grade rule and the clamp. */
static inline int32_t scs_book(const scs_rules_t *r, int32_t *const *cohorts, int64_t i,
                               int64_t tick, int32_t points, int32_t limit)
{
    int32_t *cohort = cohorts[tick / r->ticks_per_year % r->n_cohorts] + i;
    int64_t total = r->base, most = SCS_MOST_OF_A_YEAR;
    int expires = tick % r->ticks_per_year == 0 && tick > r->begins;
    int64_t booked = expires ? 0 : *cohort;
    *cohort = (int32_t)scs_clamp(booked + points, -most, most);
    for (int64_t k = 0; k < r->n_cohorts; k++)
        total += cohorts[k][i];
    if (total > limit) {
        booked = scs_clamp(*cohort - (total - limit), -most, most);
        total += booked - *cohort;
        *cohort = (int32_t)booked;
    }
    return (int32_t)scs_clamp(total, r->floor, r->ceiling);
}

/* Return the score that the five parts of an index add up to. */
static inline int64_t scs_index_target(const scs_rules_t *r, const int64_t *weights,
                                       int64_t history, int64_t capacity, int64_t behaviour,
                                       int64_t identity, int64_t circle)
{
    int64_t total = weights[0] * history + weights[1] * capacity + weights[2] * behaviour
                    + weights[3] * identity + weights[4] * circle;
    return r->floor + ((total >> 16) * (r->ceiling - r->floor) >> 16);
}

/* Return the behaviour part: the payoff, one half where it is 0. */
static inline int64_t scs_behaviour(const scs_rules_t *r, int32_t payoff)
{ return scs_clamp(32768 + (payoff * r->behaviour_slope >> 16), 0, SCS_FULL); }

/* Return a network part after meeting somebody of a level, 0 .. 255. */
static inline uint16_t scs_circle(const scs_rules_t *r, uint16_t circle, int32_t level)
{ return (uint16_t)(circle + scs_toward_zero(257 * level - circle, (uint32_t)r->circle_weight)); }

/* Return a score as 0 .. 255 over the regime's range. */
static inline uint32_t scs_level(const scs_rules_t *r, int32_t score)
{ return (uint32_t)((score - r->floor) * r->level_factor >> 32); }

/* Return wealth after reverting to what income sustains, gains, and the clamp. */
static inline int32_t scs_wealth(const scs_rules_t *r, int32_t wealth, int32_t target,
                                 int32_t gain)
{
    int32_t moved = wealth + scs_toward_zero(target - wealth, (uint32_t)r->wealth_rate) + gain;
    moved = moved < 0 ? 0 : moved;
    return moved > 1 << 30 ? 1 << 30 : moved;
}

/* Return the bin of a score, of 128 over the regime's range. */
static inline int32_t scs_score_bin(const scs_rules_t *r, int32_t score)
{
    uint32_t above = (uint32_t)(score - (int32_t)r->floor);
    return (int32_t)((uint64_t)above * (uint32_t)r->bin_factor >> 32);
}

/* Ranks of a citizen for a prize: 0 does not apply, else one more than the model's rank,
 * which is social value (oracle), points and what the desk adds (score; 0 without a
 * score), the grade that these make, being off the list or lifted over it (exclusion), or
 * need times whole wealth (market). All fit 16 bits. */
static inline uint16_t scs_value_rank(int applies, int32_t need, int32_t quality)
{ return (uint16_t)(applies * (1 + need * quality)); }

static inline uint16_t scs_score_rank(int applies, int enrolled, int32_t points, int32_t bonus)
{ return (uint16_t)(applies * (1 + enrolled * (1 + (points >> 8) + bonus))); }

static inline uint16_t scs_grade_rank(const scs_rules_t *r, int applies, int enrolled,
                                      int32_t score, int32_t bonus)
{ return (uint16_t)(applies * (1 + enrolled * (1 + scs_grade(r, score + 256 * bonus)))); }

static inline uint16_t scs_exclusion_rank(int applies, int is_free)
{ return (uint16_t)(applies * (1 + is_free)); }

static inline uint16_t scs_market_rank(int applies, int32_t need, int32_t wealth)
{
    int64_t bid = (int64_t)need * (wealth >> 8);
    return (uint16_t)(applies * (1 + (bid < 65000 ? bid : 65000)));
}

/* Return what a payoff takes in of a tick's gain, in 1/65536 monthly income. */
static inline int32_t scs_fine(int32_t gain)
{
    const int32_t most = (1 << 22) - 1;
    return 256 * (gain < -most ? -most : gain > most ? most : gain);
}

/* Return what others will read: payoff in 1/1024 (16 bits), strategy, standing, quality. */
static inline uint32_t scs_publish(const scs_rules_t *r, int32_t payoff, uint32_t strategy,
                                   int32_t score, int32_t fair_score, uint32_t quality,
                                   uint32_t listed, uint32_t fair_listed)
{
    int32_t narrow = payoff >> 6;
    narrow = narrow < -32768 ? -32768 : narrow > 32767 ? 32767 : narrow;
    int32_t good_from = (int32_t)r->good_from;
    return ((uint32_t)narrow & 0xFFFF) | strategy << 16
           | (score >= good_from && !listed ? (uint32_t)SCS_GOOD : 0)
           | (fair_score >= good_from && !fair_listed ? (uint32_t)SCS_FAIR_GOOD : 0) | quality << 24;
}

/* Return the wealth bin: exact below 4, then four an octave. */
static inline int scs_wealth_bin(uint32_t wealth)
{
    if (wealth < 4)
        return (int)wealth;
    int octave = 31 - __builtin_clz(wealth);
    return 4 * (octave - 1) + (int)(wealth >> (octave - 2) & 3);
}
#endif
