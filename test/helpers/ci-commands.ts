/**
 * What a runner of CI jobs would obey in a log: GitHub's trims a line before it looks for `::`, and finds `##[` anywhere
 * in it, as Azure does `##vso[` and TeamCity `##teamcity[`.
 */
export function commandsIn(log: string): string[] {
  return log.split(/\r\n|\n|\r/).filter((line) => line.trim().startsWith('::') || /##[\w.]*\[/.test(line));
}
