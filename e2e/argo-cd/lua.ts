import type { Seen } from '../../operator/testing/health/kstatus.ts';
import { run } from '../cluster/command.ts';

export interface HealthStatus {
  readonly status: string;
  readonly message: string;
}

/**
 * What a health script says of each object. Argo CD runs Lua 5.1, and from argocd-cm with the libraries base, package and table and two
 * functions of os only (`VM.runLua` in its util/lua): what is not given here, a script cannot count on.
 */
export async function health(script: string, objects: readonly Seen[]): Promise<HealthStatus[]> {
  // A function for each: one may have only so many constants.
  const calls = objects.map((object) => `judge((function() return ${literal(object)} end)())`);
  const input = [runner(script), ...calls].join('\n');
  const told = (await run('lua5.1', ['-'], { input, timeout: 60_000 })).split('\0');
  return objects.map((_, index) => ({
    status: told[2 * index] ?? '',
    message: told[2 * index + 1] ?? '',
  }));
}

const given = [
  ...['assert', 'error', 'getmetatable', 'ipairs', 'next', 'pairs', 'pcall', 'rawequal', 'rawget', 'rawset'],
  ...['select', 'setmetatable', 'table', 'tonumber', 'tostring', 'type', 'unpack', 'xpcall'],
];

const runner = (script: string): string => `
getmetatable("").__index = nil
local script = ${text(script)}
local function judge(obj)
  local chunk = assert(loadstring(script, "=health.lua"))
  setfenv(chunk, { obj = obj, ${given.map((name) => `${name} = ${name}`).join(', ')} })
  local hs = chunk()
  io.write(hs.status, "\\0", hs.message or "", "\\0")
end`;

function literal(value: unknown): string {
  if (typeof value === 'string') return text(value);
  if (Array.isArray(value)) return `{ ${value.map(literal).join(', ')} }`;
  if (value === null || value === undefined) return 'nil';
  if (typeof value !== 'object') return JSON.stringify(value);
  const fields = Object.entries(value).map(([name, part]) => `[${text(name)}] = ${literal(part)}`);
  return `{ ${fields.join(', ')} }`;
}

function text(value: string): string {
  const escaped = value.replace(/[^ !#-[\]-~]/gu, (sign) =>
    [...Buffer.from(sign)].map((byte) => `\\${String(byte).padStart(3, '0')}`).join(''),
  );
  return `"${escaped}"`;
}
