#!/bin/bash
$directives
#SBATCH --output=$name-%j.log
#SBATCH --open-mode=append
#SBATCH --requeue
# Slurm sends USR1 to the ranks (not to this shell) $lead seconds before the walltime, or up to
# a minute earlier: they commit what is finished and end with exit code 138.
#SBATCH --signal=USR1@$lead

$remarks

$activation

# Each rank computes on threads of its own: libraries must not start more.
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1

# --kill-on-bad-exit: a rank that is killed, for lack of memory say, ends the step at once.
# --export=ALL: on some clusters steps do not get the environment of the job otherwise.
srun --mpi=$mpi --kill-on-bad-exit=1 --export=ALL --cpus-per-task=$cpus \
    scsfast run $file -o $store -j $jobs --quiet$sets
code=$$?

# 138: stopped before the walltime. The same job goes back into the queue and resumes, as
# often as this; another code is an end: 0 done, 1 failures, 2 a question that cannot be.
most_restarts=$restarts
if [ "$$code" -eq 138 ] && [ "$${SLURM_RESTART_COUNT:-0}" -lt "$$most_restarts" ]; then
    echo "stopped before the walltime: back into the queue, restart $${SLURM_RESTART_COUNT:-0}"
    scontrol requeue "$$SLURM_JOB_ID" && exit 0
    echo "cannot requeue: give 'sbatch' again, what is committed is kept" >&2
fi
exit "$$code"
