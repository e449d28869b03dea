#!/bin/sh
# A batch as a SLURM job array, without any other engine:
#
#   sbatch --array=1-20 slurm_array.sh runs.tsv results 20
#   phosres gather results
#
# Each element computes its part of the runs. What was cancelled, killed or ran out of time is
# named by `gather`; submit its element again (`--array=7`, the same 20) or the whole array: what is
# finished is not computed twice.
#
#SBATCH --job-name=phosres
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=1
#SBATCH --mem=2G
#SBATCH --time=04:00:00
#SBATCH --output=phosres-%A_%a.log

runs="${1:?the sheet of runs}"
out="${2:?the folder of the results}"
parts="${3:?the number of parts, the same for every element}"

exec phosres batch "$runs" --out "$out" --shard "$SLURM_ARRAY_TASK_ID/$parts" --executor serial
