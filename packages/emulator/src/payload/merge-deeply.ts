import { isJsonObject, type Json, type JsonObject } from '../http/parameters.ts';

/** Lays one object over another: objects are merged key by key, everything else is replaced. */
export function mergeDeeply(base: JsonObject, over: JsonObject): JsonObject {
  const merged: Record<string, Json | undefined> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    merged[key] = isJsonObject(below) && isJsonObject(value) ? mergeDeeply(below, value) : value;
  }
  return merged;
}
