/** One thing that a program is to be seen doing; `run` throws where it is not. */
export interface Scenario {
  readonly name: string;
  /** What the program itself does wrong here: then `run` sees it do exactly that. */
  readonly defect?: string;
  run(): Promise<void>;
}

/** A program of others, ready to be run. */
export interface Ready extends AsyncDisposable {
  readonly version: string;
  readonly scenarios: readonly Scenario[];
}

export interface Program {
  /** What `--only` takes. */
  readonly name: string;
  readonly title: string;
  /** @throws {@link NotHere} where the machine lacks what the program needs. */
  prepare(): Promise<Ready>;
}

/** Says why a program is left out on this machine. */
export class NotHere extends Error {}

export type Verdict =
  | { readonly kind: 'passed' }
  | { readonly kind: 'defect' | 'failed' | 'skipped'; readonly reason: string };

export interface Result {
  readonly program: string;
  readonly version: string;
  readonly scenario: string;
  readonly verdict: Verdict;
}
