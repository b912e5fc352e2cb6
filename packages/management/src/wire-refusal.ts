const LIMIT = 300;

/** The words of a refusal, from any of the shapes that GitLab and the servers before it use. */
export function refusalText(body: unknown): string | undefined {
  const text = typeof body === 'string' ? plainText(body) : textOf(body);
  return text === undefined || text.length <= LIMIT ? text : `${text.slice(0, LIMIT)}…`;
}

/** A proxy's page says nothing that its status does not. */
function plainText(body: string): string | undefined {
  const line = body.trim().split('\n', 1)[0] ?? '';
  return line === '' || line.startsWith('<') ? undefined : line;
}

function textOf(body: unknown): string | undefined {
  if (!isRecord(body)) return undefined;
  const { message, error, error_description: description, scope } = body;
  if (isRecord(message)) return attributeProblems(message);
  const words = [message, error, description].filter((part) => typeof part === 'string');
  if (typeof scope === 'string') words.push(`one of these scopes is needed: ${scope}`);
  return words.length === 0 ? undefined : words.join(': ');
}

/** A model's errors: `{"tags_list": ["can not be empty"]}`. */
function attributeProblems(message: Readonly<Record<string, unknown>>): string {
  return Object.entries(message)
    .map(([attribute, problem]) => {
      const text = Array.isArray(problem) ? problem.map(String).join(', ') : String(problem);
      return attribute === 'error' ? text : `${attribute} ${text}`;
    })
    .join('; ');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
