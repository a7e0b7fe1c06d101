#!/bin/sh
#SBATCH --job-name=nntrain
#SBATCH --array=1-8
#SBATCH --cpus-per-task=2
# A search as a Slurm job array: sbatch configs/sweeps/slurm.sh CONFIG.ini FOLDER [SECTION.KEY=VALUE ...]
# Each task of the array is a part; a requeued one goes on with its trials. When all are done:
#     nntrain merge FOLDER/part-* -o FOLDER && nntrain FOLDER/best.ini
set -eu
nntrain=${NNTRAIN:-./nntrain}
config=$1 folder=$2
shift 2
part=$((SLURM_ARRAY_TASK_ID - ${SLURM_ARRAY_TASK_MIN:-1} + 1))

resume=
[ ! -f "$folder/part-$part.partial/trials.jsonl" ] || resume=--resume
exec "$nntrain" "$config" -q $resume tuning.shard="$part/$SLURM_ARRAY_TASK_COUNT" \
    tuning.workers="${SLURM_CPUS_PER_TASK:-auto}" output.dir="$folder/part-$part" "$@"
