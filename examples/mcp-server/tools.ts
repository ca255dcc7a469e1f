/** The tools of this MCP server, and the scopes that calling them needs: notes, for each user their own. */
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';

/** Every scope that there is, as the resource is declared. */
export const scopes = { 'notes:read': 'Read your notes', 'notes:write': 'Write notes for you' } as const;

type Scope = keyof typeof scopes;

/** A tool that is not named here needs a good token, and no scope. */
const scopesByTool: ReadonlyMap<string, readonly Scope[]> = new Map([
  ['list_notes', ['notes:read']],
  ['add_note', ['notes:write']],
]);

const mostPeople = 10_000;
const mostNotesEach = 100;

/** By user. In memory: they go with the process. */
export type Notes = Map<string, readonly string[]>;

/** Of one JSON-RPC message, or a batch of them. */
export function scopesNeeded(message: unknown): readonly Scope[] {
  const needed = [message].flat().flatMap((each) => {
    const { method, params } = Object(each) as { method?: unknown; params?: unknown };
    const { name } = Object(params) as { name?: unknown };
    return method === 'tools/call' ? (scopesByTool.get(String(name)) ?? []) : [];
  });
  return [...new Set(needed)];
}

const says = (text: string) => ({ content: [{ type: 'text' as const, text }] });

interface ToolOptions {
  readonly name: string;
  /** The user whose token the request carries. */
  readonly subject: string;
  readonly notes: Notes;
}

/** For one request. */
export function createTools({ name, subject, notes: notesBySubject }: ToolOptions): McpServer {
  const server = new McpServer({ name, version: '1.0.0' });
  server.registerTool('list_notes', { description: 'Lists the notes of the user' }, () =>
    says(JSON.stringify(notesBySubject.get(subject) ?? [])),
  );
  const noteForm = { text: z.string().trim().min(1).max(1000) };
  server.registerTool('add_note', { description: 'Adds a note', inputSchema: noteForm }, ({ text }) => {
    const written = notesBySubject.get(subject);
    const isFull = written === undefined ? notesBySubject.size >= mostPeople : written.length >= mostNotesEach;
    if (isFull) return { ...says('There is no room for more notes.'), isError: true };
    notesBySubject.set(subject, [...(written ?? []), text]);
    return says('The note is written.');
  });
  return server;
}
