/** The word that was probably meant: the nearest by edits, if a third of it at most is wrong. */
export function nearestWord(typed: string, known: Iterable<string>): string | undefined {
  let nearest: string | undefined;
  let least = Infinity;
  for (const word of known) {
    const distance = editDistance(simplify(typed), simplify(word));
    if (distance < least && distance <= Math.max(1, Math.floor(word.length / 3))) {
      [nearest, least] = [word, distance];
    }
  }
  return nearest;
}

/** gitlab-runner mixes `tls-ca-file` and `builds_dir`, so nobody remembers which it is. */
function simplify(word: string): string {
  return word.toLowerCase().replaceAll('-', '_');
}

/** Insertions, deletions, replacements, and neighbors that changed places. */
function editDistance(a: string, b: string): number {
  const rows = [[...Array(b.length + 1).keys()]];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const at = (up: number, left: number): number => rows[i - up]?.[j - left] ?? Infinity;
      const replaced = at(1, 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwap ? at(2, 2) + 1 : Infinity;
      row.push(Math.min(at(1, 0) + 1, (row[j - 1] ?? 0) + 1, replaced, swapped));
    }
    rows.push(row);
  }
  return rows[a.length]?.[b.length] ?? 0;
}
