/** A CI/CD variable with the attributes that a runner is told. */
export interface Variable {
  readonly key: string;
  readonly value: string;
  readonly public: boolean;
  readonly masked: boolean;
  readonly file?: boolean;
  readonly raw?: boolean;
}

/** One that anybody may see, as most that GitLab predefines. */
export function plain(key: string, value: string | number | boolean): Variable {
  return { key, value: String(value), public: true, masked: false };
}

/** One that holds a token: hidden, and masked in the log. */
export function secret(key: string, value: string): Variable {
  return { key, value, public: false, masked: true };
}
