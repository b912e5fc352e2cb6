const MAX_EXPONENT = 6;

/** When a runner is to repeat its last update: the longer it has been trying, the later. */
export function backoffSeconds(ageS: number): number {
  if (ageS < 2) return 1;
  return 2 ** Math.min(Math.floor(Math.log2(ageS)) - 1, MAX_EXPONENT);
}
