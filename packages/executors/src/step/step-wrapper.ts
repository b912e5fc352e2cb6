/**
 * The first process of a step: it claims the step, runs the script's shell and keeps the exit
 * code, with or without a runner. All of it is in builtins, so that it starts nothing but the
 * shell. It stands in for a keeper where none can be made. Its arguments: the claim's path, the
 * host as the runner knows it, the control group to enter or `-`, and the shell's command line.
 *
 * - `set -C` creates the claim with O_EXCL: who finds it taken exits before anything has run.
 * - `0` in `cgroup.procs` is whoever writes it.
 * - Field 22 of its own `stat` is the start time; what is before the name's last parenthesis is
 *   cut off, since only the program decides what the name holds.
 * - Its own exit code 125 says that it ran nothing: the claim was taken, or cannot be written.
 * - The exit code goes into the claim's own block: a disk that filled up meanwhile still has it.
 * - The signals that end a job reach it too, and must not end it before it knows the code. A
 *   trap, unlike an ignored signal, is not inherited by the shell.
 * - Its own standard error is `/dev/null`, where it tells of the shell's death by a signal; the
 *   subshell makes `2>&1` the shell's alone.
 */
export const STEP_WRAPPER = `trap : HUP INT QUIT TERM USR1 USR2
claim=$1 host=$2 group=$3; shift 3
[ "$group" = - ] || echo 0 >"$group/cgroup.procs" || group=-
started() { start=\${20}; }
start=
[ ! -r /proc/self/stat ] || { read -r stat </proc/self/stat; set -f; started \${stat##*) }; }
set -C; echo "$$ \${start:--} $host $group" >"$claim" || exit 125; set +C
(exec "$@" 2>&1); code=$?
echo "exit $code" >>"$claim"
exit $code`;
