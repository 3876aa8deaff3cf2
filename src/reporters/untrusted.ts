import { escapeJson } from '../text/safe.ts';
import { formatBytes } from '../text/units.ts';

/** `##[command]`, `##vso[...]`, `##teamcity[...]`: runners obey these wherever they stand in a line of a job's log. */
const logCommand = /##(?=[\w.]*\[)/g;

/** Foreign text that no CI runner takes for a command of its log. What begins a line is up to the caller. */
export function neutralize(text: string): string {
  return text.replace(logCommand, '#\\#');
}

/** JSON text with all that is dangerous to print written as `\uXXXX`: the same value, harmless in a terminal or a log. */
export function jsonSafe(json: string): string {
  return escapeJson(json).replace(logCommand, '#\\u0023');
}

/**
 * A curl line in one piece, to be copied. Escapes are JSON's, so a JSON body stays the same value. One that nobody
 * would read becomes a shell comment that says where it is.
 */
export function curlLine(curl: string, maxLength: number): string {
  if (curl.length > maxLength)
    return `# the curl line is ${formatBytes(Buffer.byteLength(curl))} long: --report json=FILE has it`;
  return jsonSafe(curl.replace(/[\r\n\t]/g, ' '));
}
