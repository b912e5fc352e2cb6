import { ByteJoiner } from './byte-joiner.ts';
import type { ByteTransform } from './byte-transform.ts';
import type { OutputLimit } from './limit-output.ts';
import { compileSecrets, SecretMasker, type CompiledSecrets } from './mask-secrets.ts';
import { compileTokenPrefixes, TokenPrefixMasker } from './mask-token-prefixes.ts';
import { UrlParameterMasker } from './mask-url-parameters.ts';
import type { PatternSet } from './pattern-set.ts';
import { Utf8Sanitizer } from './sanitize-utf8.ts';
import type { LineTimestamper, LogStream } from './timestamp-lines.ts';

/**
 * Changes whenever the same input could give another output. It is kept with a step, so that a
 * newer runner that takes the step up knows that its output may differ from what is written.
 */
export const TRACE_FILTER_VERSION = 1;

/** What to mask in a job's log, worked out once for all its streams and steps. */
export interface MaskRules {
  readonly secrets: CompiledSecrets;
  readonly tokenPrefixes: readonly PatternSet[];
}

export interface MaskRulesOptions {
  /** The values of masked variables, the job's token and other credentials. */
  readonly secrets: Iterable<string>;
  /** The job's `features.token_mask_prefixes`, beside those of GitLab's own tokens. */
  readonly tokenPrefixes?: Iterable<string>;
}

export function createMaskRules({ secrets, tokenPrefixes = [] }: MaskRulesOptions): MaskRules {
  return { secrets: compileSecrets(secrets), tokenPrefixes: compileTokenPrefixes(tokenPrefixes) };
}

export interface TraceFilterOptions {
  readonly rules: MaskRules;
  /** Puts a header before each line; shared by all streams of the log. */
  readonly timestamps?: { readonly timestamper: LineTimestamper; readonly stream: LogStream };
  /** Shared by all streams of the log. */
  readonly limit?: OutputLimit;
}

/** What lies between one stream's raw output and the spool. */
export interface TraceFilter extends ByteTransform {
  readonly version: number;
}

/**
 * Masks secrets, URL parameters and tokens, makes the text valid UTF-8, and, where asked, stamps
 * its lines and ends it at the log's limit: the official runner's order.
 */
export function createTraceFilter({ rules, timestamps, limit }: TraceFilterOptions): TraceFilter {
  const stages: readonly ByteTransform[] = [
    new SecretMasker(rules.secrets),
    new UrlParameterMasker(),
    new TokenPrefixMasker(rules.tokenPrefixes),
    new Utf8Sanitizer(),
  ];
  const finish = (text: Uint8Array) => limit?.write(text) ?? text;
  return {
    version: TRACE_FILTER_VERSION,
    get heldBytes() {
      if (limit?.exceeded) return 0;
      const lineBytes = timestamps?.timestamper.isWithinLine ? 1 : 0;
      return stages.reduce((sum, { heldBytes }) => sum + heldBytes, lineBytes);
    },
    write(chunk) {
      // Masking what will not be written is work for nothing, and nothing is written after that.
      if (limit?.exceeded) return new Uint8Array();
      const text = stages.reduce((bytes, stage) => stage.write(bytes), chunk);
      return finish(timestamps?.timestamper.write(text, timestamps.stream) ?? text);
    },
    end() {
      const text = stages.reduce((rest, stage) => join(stage.write(rest), stage.end()), nothing);
      if (!timestamps) return finish(text);
      const { timestamper, stream } = timestamps;
      return finish(join(timestamper.write(text, stream), timestamper.endStream(stream)));
    },
  };
}

const nothing: Uint8Array = new Uint8Array();

function join(...pieces: readonly Uint8Array[]): Uint8Array {
  const joiner = new ByteJoiner();
  for (const piece of pieces) joiner.push(piece);
  return joiner.join();
}
