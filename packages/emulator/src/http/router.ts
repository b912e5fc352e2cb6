import type { Call } from './call.ts';
import type { Reply } from './reply.ts';

export type Endpoint = (call: Call) => Reply | Promise<Reply>;

export interface Route {
  readonly endpoint: Endpoint;
  readonly pattern: string;
  /** True where the endpoint reads the request itself, instead of getting its whole body. */
  readonly streams: boolean;
}

export type Resolution =
  | { readonly kind: 'found'; readonly route: Route; readonly captures: string[] }
  | { readonly kind: 'wrong-method'; readonly allowed: string }
  | { readonly kind: 'unknown' };

class Node {
  readonly children = new Map<string, Node>();
  readonly routes = new Map<string, Route>();
  wildcard: Node | undefined;
}

/**
 * Finds an endpoint by method and path. Empty segments do not count, as behind nginx: clients send
 * `//api/v4/…` and `/runners/`.
 */
export class Router {
  readonly #root = new Node();

  on(method: string, path: string, endpoint: Endpoint): void {
    this.#node(path).routes.set(method, { endpoint, pattern: path, streams: false });
  }

  /** An endpoint that reads the request's body itself. */
  onStream(method: string, path: string, endpoint: Endpoint): void {
    this.#node(path).routes.set(method, { endpoint, pattern: path, streams: true });
  }

  resolve(method: string, path: string): Resolution {
    const captures: string[] = [];
    const node = find(this.#root, segmentsOf(path), 0, captures);
    if (node === undefined) return { kind: 'unknown' };
    const route =
      node.routes.get(method) ?? (method === 'HEAD' ? node.routes.get('GET') : undefined);
    if (route !== undefined) return { kind: 'found', route, captures };
    return { kind: 'wrong-method', allowed: ['OPTIONS', ...node.routes.keys()].join(', ') };
  }

  #node(path: string): Node {
    let node = this.#root;
    for (const segment of segmentsOf(path)) {
      if (segment.startsWith(':')) node = node.wildcard ??= new Node();
      else node = child(node, segment);
    }
    return node;
  }
}

function child(node: Node, segment: string): Node {
  let found = node.children.get(segment);
  if (found === undefined) node.children.set(segment, (found = new Node()));
  return found;
}

function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}

function find(node: Node, segments: string[], at: number, captures: string[]): Node | undefined {
  const segment = segments[at];
  if (segment === undefined) return node.routes.size > 0 ? node : undefined;
  const literal = node.children.get(segment);
  if (literal !== undefined) {
    const found = find(literal, segments, at + 1, captures);
    if (found !== undefined) return found;
  }
  if (node.wildcard === undefined) return undefined;
  captures.push(decode(segment));
  const found = find(node.wildcard, segments, at + 1, captures);
  if (found === undefined) captures.pop();
  return found;
}

function decode(segment: string): string {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
