import { InvalidModel } from '../http/refusal.ts';

/** Runs a model's validation, and refuses in the words of an endpoint that has one sentence for all. */
export function explainInvalidModel(validate: () => void, refuse: (text: string) => Error): void {
  try {
    validate();
  } catch (error) {
    if (!(error instanceof InvalidModel)) throw error;
    throw refuse(toSentence(fullMessages(error.errors)));
  }
}

/** Rails' full messages: the attribute's name as a word before what is wrong with it. */
function fullMessages(errors: Readonly<Record<string, readonly string[]>>): string[] {
  return Object.entries(errors).flatMap(([attribute, problems]) =>
    problems.map((problem) => `${humanize(attribute)} ${problem}`),
  );
}

function humanize(attribute: string): string {
  const words = attribute.replaceAll(/[._]+/g, ' ');
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}

function toSentence(parts: readonly string[]): string {
  if (parts.length <= 2) return parts.join(' and ');
  return `${parts.slice(0, -1).join(', ')}, and ${parts.at(-1) ?? ''}`;
}
