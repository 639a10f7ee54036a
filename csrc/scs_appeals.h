/* Appeals: leaders' acts on records are contested, and a body may reverse them later. */
#ifndef SCS_APPEALS_H
#define SCS_APPEALS_H
#include "scs_draws.h"
#include "scs_structs.h"

/* Acts that may be contested, as appeals.REVERSIBLE in scsfast/model. */
enum { SCS_SUPPRESSED, SCS_FRAMED, SCS_RETALIATED, SCS_CREDITED };

/* Bits of the marks of a reversal, and the lowest bit of its grade, as in the reference. */
enum {
    SCS_KEPT = 1, SCS_BROKEN = 2, SCS_VIOLATED = 4, SCS_LISTS = 8, SCS_TAKEN_OFF = 16,
    SCS_TO_GRADE = 5
};

/* The changes of a reversal: points and marks. */
typedef struct {
    int64_t points;
    uint32_t marks;
} scs_remedy_t;

/* Return the points and marks of a suppressed record of an act. */
static inline scs_remedy_t scs_remedy_of_act(const scs_rules_t *r, const scs_act_t *act,
                                             int64_t sign)
{
    uint32_t marks = SCS_BROKEN | SCS_VIOLATED | (act->lists ? SCS_LISTS : 0), grade = 0;
    if (sign <= 0)
        return (scs_remedy_t){sign * act->points, sign ? SCS_KEPT : 0};
    if (act->limit < SCS_NO_LIMIT)
        while (r->cuts[grade++] != act->limit + 1)
            ;
    return (scs_remedy_t){act->points, marks | grade << SCS_TO_GRADE};
}

/* Return the points and marks of a suppressed record of a meeting. */
static inline scs_remedy_t scs_remedy_of_meeting(const scs_rules_t *r, int64_t sign)
{
    uint32_t marks = sign > 0 ? SCS_BROKEN : sign < 0 ? SCS_KEPT : 0;
    return (scs_remedy_t){-sign * r->meeting_minus, marks};
}

/* Return the points and marks that undo an invented record. */
static inline scs_remedy_t scs_remedy_of_invented(const scs_rules_t *r, int64_t points)
{
    uint32_t off = r->list_framed ? SCS_TAKEN_OFF : 0;
    return (scs_remedy_t){r->scored ? points : 0, SCS_KEPT | off};
}

/* Return the points and marks that undo a credit. */
static inline scs_remedy_t scs_remedy_of_credit(const scs_rules_t *r, int level)
{ return (scs_remedy_t){r->scored ? -r->credit_points[level] : 0, SCS_BROKEN}; }

/* Return the joint marks of two changes; of two grades the lower applies. */
static inline uint32_t scs_joined(uint32_t before, uint32_t marks)
{
    uint32_t one = before >> SCS_TO_GRADE, other = marks >> SCS_TO_GRADE;
    uint32_t grade = one && (one < other || !other) ? one : other;
    uint32_t flags = (before | marks) & ((1u << SCS_TO_GRADE) - 1);
    return flags | grade << SCS_TO_GRADE;
}

/* Add the changes of a reversal for citizen j. */
static inline void scs_note_remedy(const scs_model_t *m, const scs_tile_t *t, int j,
                                   scs_remedy_t remedy)
{
    int64_t slot = t->tick % m->rules.appeal_delay, i = t->start + j;
    m->state.remedy_points[slot][i] += (int32_t)remedy.points;
    m->state.remedy_marks[slot][i] =
        (uint8_t)scs_joined(m->state.remedy_marks[slot][i], remedy.marks);
}

/* Contest an act of a level's leader on citizen j, by its draw. */
static inline void scs_contest(const scs_model_t *m, const scs_tile_t *t, int j, int wrong,
                               int64_t level, scs_remedy_t remedy, uint32_t draw,
                               const scs_row_t *row)
{
    const scs_rules_t *r = &m->rules;
    if (!(r->appeals >> wrong & 1 && t->has_body))
        return;
    if (draw >= r->appeal_chance)
        return;
    row->sums[SCS_appeals]++;
    int granted = draw < r->appeal_grants;
    if (scs_draw_appeal_tie(m, t->who[j], 0)
        < m->state.tie[256 * r->appeal_level + m->state.means[t->who[j]]])
        granted = wrong == SCS_FRAMED || wrong == SCS_RETALIATED;
    if (!granted)
        return;
    row->sums[SCS_appeals_granted]++;
    row->by_level[level * SCS_N_by_level + SCS_overturned]++;
    scs_note_remedy(m, t, j, remedy);
}
#endif
