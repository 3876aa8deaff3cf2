import { formatPath, isObject } from '../contract/field-path.ts';
import type { Issue } from '../contract/issue.ts';

const maxIssues = 100;

/**
 * Links of fixtures (`asset:NAME`) that came over the wire. In a file they stand for a link to come, and are right; what was
 * sent must download (R17).
 */
export function assetLinkIssues(body: Buffer, json: unknown): Issue[] {
  // Hardly any body has one: the value is not gone through for nothing.
  if (!body.includes('asset:') || !isObject(json) || !Array.isArray(json['new_messages'])) return [];
  return (json['new_messages'] as unknown[])
    .flatMap((message, index): Issue[] => {
      const url = isObject(message) && isObject(message['file']) ? message['file']['url'] : null;
      if (typeof url !== 'string' || !url.startsWith('asset:')) return [];
      const steps = ['new_messages', index, 'file', 'url'];
      const shown = JSON.stringify(url.length > 80 ? `${url.slice(0, 79)}…` : url);
      const words = `${shown} is the link of a fixture: send fixture serves its file, send file does not`;
      return [{ path: formatPath(steps), steps, message: words, rule: 'R17', found: 'asset link' }];
    })
    .slice(0, maxIssues);
}
